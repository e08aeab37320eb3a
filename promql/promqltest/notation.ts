/** How a script writes series: `up{job="a"}` with `1 0+5x3 _x2 stale`, one value an interval. */

import { parseDurationMs } from '#lib/duration'
import type { Labels } from '#lib/labels'
import { labelSet, nameLabel } from '../label-set.ts'
import { parseNumber, unquote } from '../literals.ts'
import { scriptFault } from './script-fault.ts'

/** No sample, the end of a series, or a native histogram, which is noted and not read. */
export type Noted = number | 'blank' | 'stale' | 'histogram'

export interface NotedSeries {
  readonly labels: Labels
  readonly values: readonly Noted[]
}

const string = String.raw`"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|${'`'}[^${'`'}]*${'`'}`
const name = String.raw`[a-zA-Z_:][\w:]*`
const series = new RegExp(String.raw`^(${name})?\s*(?:\{((?:${string}|[^"'}])*)\})?(@st)?(?=\s|$)`)
const pair = new RegExp(String.raw`\s*(${name}|${string})\s*(?:=\s*(${string}))?\s*(?:,|$)`, 'gy')

/** What stands before the values. `isStart`: the values are when each sample's count began. */
export function readSeries(line: string): { labels: Labels; isStart: boolean; rest: string } {
  const found = series.exec(line)
  if (found === null) throw scriptFault(`${line} is no series`)
  const [all, metric, inner = '', start] = found
  const pairs: [string, string][] = metric === undefined ? [] : [[nameLabel, metric]]
  return {
    labels: labelSet([...pairs, ...pairsIn(inner)]),
    isStart: start !== undefined,
    rest: line.slice(all.length).trim(),
  }
}

/** `a="b"`, `"a.b"="c"`; a quoted text alone is the name of the metric. */
function pairsIn(inner: string): [string, string][] {
  const pairs: [string, string][] = []
  let end = 0
  for (const [all, label = '', value] of inner.matchAll(pair)) {
    const text = /^["'`]/.test(label) ? textOf(label) : label
    pairs.push(value === undefined ? [nameLabel, text] : [text, textOf(value)])
    end += all.length
  }
  if (end < inner.trimEnd().length) throw scriptFault(`{${inner}} is no set of labels`)
  return pairs
}

export function textOf(literal: string): string {
  const text = unquote(literal)
  if (text === undefined) throw scriptFault(`${literal} is no quoted text`)
  return text
}

export function readSeriesLine(line: string): NotedSeries {
  const { labels, rest } = readSeries(line)
  return { labels, values: readValues(rest) }
}

const item = /\{\{.*?\}\}(?:[-+]\{\{.*?\}\})?(?:x\d+)?|\S+/g
const size = String.raw`(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf|nan`
const repeated = new RegExp(String.raw`^([-+]?(?:${size}))(?:([-+](?:${size}))?x(\d+))?$`, 'i')

export function readValues(text: string): Noted[] {
  return (text.replace(/(?:^|\s)#.*$/, '').match(item) ?? []).flatMap(readItem)
}

function readItem(text: string): Noted[] {
  const times = Number(/x(\d+)$/.exec(text)?.[1] ?? 0)
  if (/^_(x\d+)?$/.test(text)) return Array(Math.max(1, times)).fill('blank')
  if (text === 'stale') return ['stale']
  if (text.startsWith('{{')) return Array(times + 1).fill('histogram')
  const [, first, step] = repeated.exec(text) ?? []
  if (first === undefined) throw scriptFault(`${text} is no value of a series`)
  if (step === undefined) return Array(times + 1).fill(signed(first))
  const values = [signed(first)]
  for (let i = 0; i < times; i++) values.push((values[i] ?? 0) + signed(step))
  return values
}

/** A number with its sign, or NaN where the text is none. */
export function signed(text: string): number {
  const value = parseNumber(text.replace(/^[-+]/, '').replaceAll('_', '')) ?? Number.NaN
  return text.startsWith('-') ? -value : value
}

const starts = /^([-+]?\d+[a-wyz]*)(?:([-+]\d+[a-wyz]*))?(?:x(\d+))?$/

/** When counts began, in milliseconds from their samples: `_ -1m *x3 -30s-1mx2`. */
export function readStarts(text: string): (number | undefined)[] {
  const found: (number | undefined)[] = []
  for (const token of text.match(/\S+/g) ?? []) {
    const last = found.findLast((start) => start !== undefined) ?? 0
    found.push(...readStart(token, last))
  }
  return found
}

/** `*` is the last one again. */
function readStart(token: string, lastMs: number): (number | undefined)[] {
  const times = Number(/x(\d+)$/.exec(token)?.[1] ?? 0)
  if (/^_(x\d+)?$/.test(token)) return Array(Math.max(1, times)).fill(undefined)
  if (/^\*(x\d+)?$/.test(token)) return Array(times + 1).fill(lastMs)
  const [, first, step = '0'] = starts.exec(token) ?? []
  if (first === undefined) throw scriptFault(`${token} is no start of a count`)
  return Array.from({ length: times + 1 }, (_, i) => spanMs(first) + i * spanMs(step))
}

function spanMs(text: string): number {
  const ms = parseDurationMs(text.replace(/^[-+]/, ''))
  if (ms === undefined) throw scriptFault(`${text} is no duration`)
  return text.startsWith('-') ? -ms : ms
}
