/** Expected and found alerts as one piece of JSON: what goes is red, what comes green. */
import type { Labels } from '#lib/labels'
import type { ShownAlert } from './test-file.ts'

const colours = { gone: 31, come: 32, other: 33 }

/** Alerts are compared by their places in the two lists. */
export function differenceLines(
  expected: readonly ShownAlert[],
  found: readonly ShownAlert[],
): readonly string[] {
  const count = Math.max(expected.length, found.length)
  const alerts = Array.from({ length: count }, (_, i) => alertLines(expected[i], found[i]))
  return ['[', ...separated(alerts).map(indented), ']']
}

function alertLines(expected: ShownAlert | undefined, found: ShownAlert | undefined) {
  const paint = expected === undefined ? 'come' : found === undefined ? 'gone' : undefined
  const sides = (['annotations', 'labels'] as const).map((side) => [
    painted(`"${side === 'labels' ? 'Labels' : 'Annotations'}": {`, paint),
    ...separated(pairLines(expected?.[side], found?.[side])).map(indented),
    painted('}', paint),
  ])
  return [painted('{', paint), ...separated(sides).map(indented), painted('}', paint)]
}

function pairLines(expected: Labels = {}, found: Labels = {}): readonly (readonly string[])[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names].sort().map((name) => {
    const [was, is] = [quoted(expected[name]), quoted(found[name])]
    if (was === is) return [`${quoted(name)}: ${is}`]
    if (was === undefined) return [painted(`${quoted(name)}: ${is}`, 'come')]
    if (is === undefined) return [painted(`${quoted(name)}: ${was}`, 'gone')]
    return [`${quoted(name)}: ${painted(`${was} => ${is}`, 'other')}`]
  })
}

const quoted = (text: string | undefined) => (text === undefined ? undefined : JSON.stringify(text))

/** The lines of all, with a comma after each but the last. */
const separated = (blocks: readonly (readonly string[])[]): readonly string[] =>
  blocks.flatMap((lines, i) =>
    lines.map((line, at) => (at === lines.length - 1 && i < blocks.length - 1 ? `${line},` : line)),
  )

const indented = (line: string) => `    ${line}`

const painted = (text: string, colour: keyof typeof colours | undefined) =>
  colour === undefined ? text : `\x1b[0;${colours[colour]}m${text}\x1b[0m`
