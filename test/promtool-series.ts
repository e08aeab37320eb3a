/** How promtool's test files write `input_series`: `up{job="a"}` with `1 0+5x3 _x2 stale`. */
import { assert } from '#lib/assert'
import type { Labels } from '#lib/labels'

export interface NotedSeries {
  readonly name: string
  readonly labels: Labels
  /** One an interval; undefined where there is no sample. */
  readonly values: readonly (number | 'stale' | undefined)[]
}

export function parseSeries(series: string, values: string): NotedSeries {
  const [, name = '', inner = ''] = /^([\w:]+)(?:\{(.*)\})?$/s.exec(series.trim()) ?? []
  assert(name !== '', `${series} is no series`)
  const labels: Record<string, string> = {}
  for (const [, label = '', value = ''] of inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g))
    labels[label] = value.replace(/\\(.)/g, '$1')
  return { name, labels, values: values.trim().split(/\s+/).flatMap(parseItem) }
}

function parseItem(item: string): (number | 'stale' | undefined)[] {
  const blank = /^_(?:x(\d+))?$/.exec(item)
  if (blank !== null) return Array(Number(blank[1] ?? 1)).fill(undefined)
  if (item === 'stale') return ['stale']
  const found = /^([-+]?(?:[\d.]+(?:e[-+]?\d+)?|inf|nan))(?:([-+][\d.]+)?x(\d+))?$/i.exec(item)
  assert(found !== null, `${item} is no value of a series`)
  const [, first = '', step = '0', times] = found
  if (times === undefined) return [numberOf(first)] // Adding 0 would lose the sign of -0.
  return Array.from({ length: Number(times) + 1 }, (_, i) => numberOf(first) + i * Number(step))
}

function numberOf(text: string): number {
  const size = text.replace(/^[-+]/, '').toLowerCase()
  if (size === 'inf') return text.startsWith('-') ? -Infinity : Infinity
  return size === 'nan' ? Number.NaN : Number(text)
}
