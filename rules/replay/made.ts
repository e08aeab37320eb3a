/** Series that a replay makes: what rules record, with the moments at which a series was over. */
import { fault } from '#api/errors'
import { type Labels, labelsKey } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'
import type { Columns, LookedUp, Point } from './world.ts'

export interface MadeSeries {
  /** What was yielded at one time; a series of the time before that is not there now is over. */
  append(maker: string, atMs: number, samples: readonly MadeSample[]): void
  select(matchers: readonly Matcher[]): readonly LookedUp[]
}

export interface MadeSample {
  /** With the name. */
  readonly labels: Labels
  /** Of the labels; for who has it already. */
  readonly key?: string
  readonly value: number
}

/** Sixteen bytes each. */
const samplesMax = 20_000_000

export function createMadeSeries(): MadeSeries {
  const byName = new Map<string, Map<string, Column>>()
  const lastOf = new Map<string, ReadonlySet<Column>>()
  let count = 0
  const columnOf = ({ labels, key = labelsKey(labels) }: MadeSample): Column => {
    const name = labels['__name__'] ?? ''
    const ofName = byName.get(name) ?? new Map<string, Column>()
    byName.set(name, ofName)
    const column = ofName.get(key) ?? createColumn(labels)
    ofName.set(key, column)
    return column
  }
  return {
    append(maker, atMs, samples) {
      const now = new Set<Column>()
      for (const sample of samples) {
        const column = columnOf(sample)
        column.add(atMs, sample.value)
        now.add(column)
      }
      for (const column of lastOf.get(maker) ?? []) if (!now.has(column)) column.end(atMs)
      lastOf.set(maker, now)
      count += samples.length
      if (count > samplesMax)
        throw fault('REPLAY_TOO_LARGE', { what: 'samples of changed rules', limit: samplesMax })
    },
    select(matchers) {
      const name = matchers.find((one) => one.name === '__name__' && one.operator === '=')?.value
      const shelves = name === undefined ? [...byName.values()] : [byName.get(name)]
      return shelves.flatMap((shelf) =>
        [...(shelf?.values() ?? [])].filter(({ labels }) => matchesAll(matchers, labels)),
      )
    },
  }
}

interface Column extends LookedUp {
  add(atMs: number, value: number): void
  end(atMs: number): void
}

function createColumn(labels: Labels): Column {
  let times = new Float64Array(16)
  let values = new Float64Array(16)
  let length = 0
  /** In order. */
  const ends: number[] = []
  return {
    labels,
    add(atMs, value) {
      if (length === times.length) {
        times = grown(times)
        values = grown(values)
      }
      times[length] = atMs
      values[length] = value
      length++
    },
    end: (atMs) => void ends.push(atMs),
    at(atMs, oldestMs): Point | undefined {
      const index = firstAfter(times, length, atMs) - 1
      const sampledMs = times[index]
      if (sampledMs === undefined || sampledMs < oldestMs) return undefined
      const endedMs = ends[firstAfter(ends, ends.length, sampledMs)]
      return endedMs !== undefined && endedMs <= atMs ? undefined : [sampledMs, values[index] ?? 0]
    },
    window(fromMs, toMs): Columns | undefined {
      const to = firstAfter(times, length, toMs)
      const from = firstAfter(times, length, fromMs - 1)
      return from < to ? { times, values, from, to } : undefined
    },
  }
}

function grown(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(column.length * 2)
  larger.set(column)
  return larger
}

/** The index of the first that is later than the time. Times are whole milliseconds. */
function firstAfter(times: ArrayLike<number>, length: number, atMs: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** As it was before something was made at that time. */
export const asBefore = (series: LookedUp, madeMs: number): LookedUp => ({
  labels: series.labels,
  at: (atMs, oldestMs) => series.at(Math.min(atMs, madeMs - 1), oldestMs),
  window: (fromMs, toMs) => series.window(fromMs, Math.min(toMs, madeMs - 1)),
})

/** Values that hold at their own times only: what a part of an expression gave there. */
export function exactSeries(labels: Labels, points: readonly Point[]): LookedUp {
  const times = Float64Array.from(points, ([atMs]) => atMs)
  const values = Float64Array.from(points, ([, value]) => value)
  return {
    labels,
    at(atMs) {
      const index = firstAfter(times, times.length, atMs) - 1
      return times[index] === atMs ? [atMs, values[index] ?? 0] : undefined
    },
    window: () => undefined, // A range is never asked of an expression's part as a whole.
  }
}
