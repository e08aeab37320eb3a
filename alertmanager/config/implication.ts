/**
 * What matchers say of each other, where that is certain: whether one follows from others, and
 * whether no label set can match them all. "No" may mean that it cannot be told.
 */
import type { Matcher } from '#lib/matcher'

/** What is known of label sets that match all of some matchers. */
export interface Facts {
  /** There is no such label set. */
  readonly contradict: boolean
  /** Labels that have one value in all of them. */
  readonly fixed: readonly (readonly [name: string, value: string])[]
  /** Whether every such label set matches all of `wanted`. */
  imply(wanted: readonly Matcher[]): boolean
}

/** Each label is looked into once, however often it is asked for. */
export function factsOf(matchers: readonly Matcher[]): Facts {
  const byName = Map.groupBy(matchers, ({ name }) => name)
  const values = new Map([...byName].map(([name, own]) => [name, valuesOf(own)]))
  const contradict = [...byName].some(
    ([name, own]) => values.get(name)?.length === 0 || hasOpposites(own),
  )
  const fixed = [...values].flatMap(([name, possible]) => {
    const [value, ...more] = possible ?? []
    return value === undefined || more.length > 0 ? [] : [[name, value] as const]
  })
  const follows = (wanted: Matcher) => {
    const possible = values.get(wanted.name)
    if (possible !== undefined)
      return possible.every((value) => wanted.matches({ [wanted.name]: value }))
    if (wanted.operator === '=~' && wanted.value === '.*') return true
    return byName.get(wanted.name)?.some((fact) => isSame(fact, wanted)) ?? false
  }
  return { contradict, fixed, imply: (wanted) => contradict || wanted.every(follows) }
}

const isSame = (a: Matcher, b: Matcher) => a.operator === b.operator && a.value === b.value

const opposites = { '=': '!=', '!=': '=', '=~': '!~', '!~': '=~' } as const

function hasOpposites(own: readonly Matcher[]): boolean {
  return own.some(({ operator, value }) =>
    own.some((other) => other.operator === opposites[operator] && other.value === value),
  )
}

/** The values that a label can have, where its matchers name them all; undefined: any. */
function valuesOf(own: readonly Matcher[]): readonly string[] | undefined {
  const named = own.map(namedBy).find((values) => values !== undefined)
  return named?.filter((value) =>
    own.every((matcher) => matcher.matches({ [matcher.name]: value })),
  )
}

/** `a|b` of a regex that is nothing but words. */
function namedBy({ operator, value }: Matcher): readonly string[] | undefined {
  if (operator === '=') return [value]
  const isWords = operator === '=~' && /^[\p{L}\p{N}_ :/@%,;=~<>#'"!&|-]*$/u.test(value)
  return isWords ? value.split('|') : undefined
}
