/** Reads the stored lines back: for the evaluator in this process and for the JSON API. */

import type { ScrapedSample } from '#api/sample'
import { readFloat } from '#lib/go-number'
import { type Labels, unescapeValue } from '#lib/labels'
import type { Page } from '../books/book.ts'
import type { GroupState } from '../store/state.ts'
import type { Group } from '../store/store.ts'
import type { StoredFamily } from '../text/family.ts'

/** Every sample that `/metrics` shows of the groups, with the push that brought it. */
export function* samplesOf(groups: Iterable<Group>): Generator<ScrapedSample> {
  for (const group of groups) {
    const state = group.visible
    if (state === undefined) continue
    const origin = state.traceparent
    for (const family of allFamilies(state))
      for (const { name, labels, value } of familySamples(family))
        yield { name, labels, value, origin }
  }
}

export interface ExposedSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  readonly valueText: string
}

/** What was pushed, and the two times. */
export function allFamilies({ families, times }: GroupState): readonly StoredFamily[] {
  return [...families, times.failed, times.pushed]
}

/** Of families that belong to no group's push. */
export function* pageSamples(pages: readonly Page[]): Generator<ScrapedSample> {
  for (const { blocks } of pages)
    for (const { bytes } of blocks)
      for (const { name, labels, value } of lineSamples(bytes)) yield { name, labels, value }
}

export function familySamples(family: StoredFamily): Generator<ExposedSample> {
  return lineSamples(family.bytes())
}

function* lineSamples(bytes: Buffer): Generator<ExposedSample> {
  const text = bytes.toString()
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start)
    yield parseLine(text.slice(start, end))
    start = end + 1
  }
}

/** A line as `render.ts` writes it: a name that needs quotes stands inside the braces. */
function parseLine(line: string): ExposedSample {
  const space = line.lastIndexOf(' ')
  const open = line.indexOf('{')
  const valueText = line.slice(space + 1)
  const value = readFloat(valueText)
  if (open < 0 || open > space) return { name: line.slice(0, space), labels: {}, value, valueText }
  const labels = parsePairs(line.slice(open + 1, space - 1))
  const { '': quoted = '', ...rest } = labels
  if (open > 0) return { name: line.slice(0, open), labels, value, valueText }
  return { name: quoted, labels: rest, value, valueText }
}

/** A quoted name of the metric, which has no value, stands under the empty name. */
const pair = /(?:([^="',]+)=|"((?:[^"\\]|\\.)*)"=)?"((?:[^"\\]|\\.)*)",?/y

function parsePairs(text: string): Labels {
  const labels: Record<string, string> = {}
  pair.lastIndex = 0
  for (let found = pair.exec(text); found !== null; found = pair.exec(text)) {
    const [, bare, quoted, value = ''] = found
    labels[bare ?? unescapeValue(quoted ?? '')] = unescapeValue(value)
  }
  return labels
}
