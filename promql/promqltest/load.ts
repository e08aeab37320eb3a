/** A `load` command: series into the recorded samples, from time zero on. */
import type { Labels } from '#lib/labels'
import { nameLabel, signatureOf, withLabels, without } from '../label-set.ts'
import { type Noted, readSeries, readStarts, readValues } from './notation.ts'
import type { Recorded } from './recorded.ts'
import type { Load } from './script.ts'
import { scriptFault } from './script-fault.ts'

type Starts = readonly (number | undefined)[]

export function load(recorded: Recorded, { intervalMs, withNative, lines }: Load): void {
  const told: Told = { common: [] }
  for (const line of lines) {
    const { labels, isStart, rest } = readSeries(line)
    const key = signatureOf(labels)
    if (isStart) tellStarts(told, key, readStarts(rest))
    else {
      const values = readValues(rest)
      const points = pointsOf(values, { starts: startsFor(told, key, values), intervalMs })
      recorded.put(labels, points)
      if (withNative) putNative(recorded, labels, points)
    }
  }
}

/** What was said of starts: of every series, and of that on the next line. */
interface Told {
  common: Starts
  next?: { readonly key: string; readonly starts: Starts } | undefined
}

function tellStarts(told: Told, key: string, starts: Starts): void {
  if (key === '') told.common = starts
  else told.next = { key, starts }
}

function startsFor(told: Told, key: string, values: readonly Noted[]): Starts {
  const { common, next } = told
  told.next = undefined
  if (next === undefined) return repeating(common)
  if (next.key !== key) throw scriptFault(`no samples follow ${next.key}`)
  return asMany(next.starts, values)
}

function asMany(starts: Starts, values: readonly Noted[]): Starts {
  if (starts.length === values.length) return starts
  throw scriptFault(`${starts.length} starts stand over ${values.length} samples`)
}

interface Rhythm {
  readonly starts: Starts
  readonly intervalMs: number
}

type Points = Parameters<Recorded['put']>[1]

function pointsOf(values: readonly Noted[], { starts, intervalMs }: Rhythm): Points {
  return values.flatMap((value, i) => {
    if (value === 'blank') return []
    const atMs = i * intervalMs
    const start = starts[i]
    return [{ atMs, value, startedMs: start === undefined ? undefined : atMs + start }]
  })
}

/** What stands for all series is begun again when it ends. */
function repeating(starts: Starts): Starts {
  const long = 10_000
  return starts.length === 0
    ? starts
    : Array.from({ length: long }, (_, i) => starts[i % starts.length])
}

/** The native histogram that upstream makes of a classic one: only that it is there. */
function putNative(recorded: Recorded, labels: Labels, points: Points): void {
  const name = labels[nameLabel] ?? ''
  const stem = name.replace(/_(?:bucket|count|sum)$/, '')
  if (stem === name) return
  const native = withLabels(without(labels, ['le']), [[nameLabel, stem]])
  recorded.put(
    native,
    points.map((point) => ({ ...point, value: 'histogram' })),
  )
}
