/** The text that `expose.ts` writes, taken apart again into series. It reads no other. */

import { fault } from '#api/errors'
import { readFloat } from '#lib/go-number'
import { unescapeValue } from '#lib/labels'

export interface Series {
  readonly name: string
  readonly labels: readonly (readonly [name: string, value: string])[]
  readonly value: number
}

const series = /([a-zA-Z_:][\w:]*)(?:\{([^\n]*)\})? ([^ \n]+)/y
const pair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/gy

export function* readSeries(text: string): Generator<Series> {
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at)
    const end = found === -1 ? text.length : found
    if (end > at && text[at] !== '#') yield readLine(text, at, end)
    at = end + 1
  }
}

function readLine(text: string, at: number, end: number): Series {
  series.lastIndex = at
  const [whole = '', name = '', pairs = '', value = ''] = series.exec(text) ?? []
  if (whole.length !== end - at)
    throw fault('TICK_UNREADABLE', { line: text.slice(at, Math.min(end, at + 100)) })
  return { name, labels: labelsOf(pairs), value: readFloat(value) }
}

function labelsOf(pairs: string): (readonly [string, string])[] {
  if (pairs === '') return []
  return [...pairs.matchAll(pair)].map(([, name = '', value = '']) => [name, unescapeValue(value)])
}
