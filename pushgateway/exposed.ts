/** Reads the stored lines back: for the evaluator in this process and for the JSON API. */
import type { ScrapedSample } from '#api/sample'
import { assert } from '#lib/assert'
import type { Labels } from '#lib/labels'
import type { StoredFamily } from './family.ts'
import type { Group } from './store.ts'
import { timesOf } from './times.ts'

/** Every sample that `/metrics` shows of the groups, with the push that brought it. */
export function* samplesOf(groups: Iterable<Group>): Generator<ScrapedSample> {
  for (const group of groups) {
    const state = group.visible
    if (state === undefined) continue
    const origin = state.traceparent
    for (const family of state.families.values())
      for (const sample of familySamples(family)) yield { ...sample, origin }
    for (const family of timesOf(group, state))
      for (const sample of familySamples(family)) yield { ...sample, origin }
  }
}

export interface ExposedSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  readonly valueText: string
}

export function* familySamples({ text }: StoredFamily): Generator<ExposedSample> {
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    yield parseLine(text.slice(start, end))
    start = end + 1
  }
}

/** A line as `render.ts` writes it, which always has braces in a group. */
function parseLine(line: string): ExposedSample {
  const open = line.indexOf('{')
  const space = line.lastIndexOf(' ')
  assert(open > 0 && space > open, `a stored line has no labels: ${line}`)
  const valueText = line.slice(space + 1)
  return {
    name: line.slice(0, open),
    labels: parsePairs(line.slice(open + 1, space - 1)),
    value: numberOf(valueText),
    valueText,
  }
}

const pair = /([^=,]+)="((?:[^"\\]|\\.)*)",?/y

function parsePairs(text: string): Labels {
  const labels: Record<string, string> = {}
  pair.lastIndex = 0
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [, name = '', value = ''] = found
    labels[name] = value.includes('\\') ? unescaped(value) : value
  }
  return labels
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))
}

function numberOf(text: string): number {
  if (text === '+Inf') return Infinity
  return text === '-Inf' ? -Infinity : Number(text)
}
