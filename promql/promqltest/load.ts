/** A `load` command: series into the recorded samples, from time zero on. */
import type { Labels } from '#lib/labels'
import { nameLabel, signatureOf, withLabels, without } from '../label-set.ts'
import { type Noted, readSeries, readStarts, readValues } from './notation.ts'
import type { Recorded } from './recorded.ts'
import type { Load } from './script.ts'
import { scriptFault } from './script-fault.ts'

type Starts = readonly (number | undefined)[]

export function load(recorded: Recorded, { intervalMs, withNative, lines }: Load): void {
  let common: Starts = []
  let own: { readonly key: string; readonly starts: Starts } | undefined
  for (const line of lines) {
    const { labels, isStart, rest } = readSeries(line)
    const key = signatureOf(labels)
    if (isStart && key === '') common = readStarts(rest)
    else if (isStart) own = { key, starts: readStarts(rest) }
    else {
      if (own !== undefined && own.key !== key) throw scriptFault(`no samples follow ${own.key}`)
      const values = readValues(rest)
      const starts = own === undefined ? repeating(common) : asMany(own.starts, values)
      const points = pointsOf(values, { starts, intervalMs })
      recorded.put(labels, points)
      if (withNative) putNative(recorded, labels, points)
      own = undefined
    }
  }
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
