/** The samples that a script loads: floats as they are; of native histograms, where they stood. */
import type { Labels } from '#lib/labels'
import { matchesAll } from '#lib/matcher'
import { signatureOf } from '../label-set.ts'
import type { SeriesSource, StoredSeries } from '../source.ts'
import type { Element, Window } from '../values.ts'
import type { Noted } from './notation.ts'

interface Point {
  readonly atMs: number
  readonly value: Noted
  readonly startedMs: number | undefined
}

export interface Recorded extends SeriesSource {
  put(labels: Labels, points: readonly Point[]): void
  clear(): void
  /** Whether a native histogram was read since it was last asked. */
  tookHistogram(): boolean
}

export function createRecorded(): Recorded {
  const series = new Map<string, { labels: Labels; points: Point[] }>()
  let touched = false
  const touch = () => {
    touched = true
  }
  return {
    put(labels, points) {
      const key = signatureOf(labels)
      const known = series.get(key) ?? { labels, points: [] }
      const times = new Map([...known.points, ...points].map((point) => [point.atMs, point]))
      known.points = [...times.values()].sort((a, b) => a.atMs - b.atMs)
      series.set(key, known)
    },
    clear: () => series.clear(),
    select: (matchers) =>
      [...series.values()]
        .filter(({ labels }) => matchesAll(matchers, labels))
        .map(({ labels, points }) => stored(labels, points, touch)),
    tookHistogram() {
      const was = touched
      touched = false
      return was
    },
  }
}

function stored(labels: Labels, points: readonly Point[], touch: () => void): StoredSeries {
  const within = (fromMs: number, toMs: number) =>
    points.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
  return {
    labels,
    at(atMs, oldestMs): Element | undefined {
      const newest = within(oldestMs, atMs).at(-1)
      if (newest?.value === 'histogram') touch()
      if (newest === undefined || typeof newest.value !== 'number') return undefined
      return { labels, value: newest.value, sampledAtMs: newest.atMs, origin: undefined }
    },
    window(fromMs, toMs): Window | undefined {
      const found = within(fromMs, toMs)
      if (found.some(({ value }) => value === 'histogram')) touch()
      const floats = found.filter(({ value }) => typeof value === 'number')
      const newest = floats.at(-1)
      if (newest === undefined) return undefined
      return {
        times: Float64Array.from(floats, ({ atMs }) => atMs),
        values: Float64Array.from(floats, ({ value }) => Number(value)),
        startedMs: Float64Array.from(floats, ({ startedMs }) => startedMs ?? Number.NaN),
        from: 0,
        to: floats.length,
        sampledAtMs: newest.atMs,
        origin: undefined,
      }
    },
  }
}
