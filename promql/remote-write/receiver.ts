/** Takes in what others push by remote_write: each sample has its own time, none has a target. */
import type { Clock } from '#lib/clock'
import { uncompressSnappy } from '#lib/snappy'
import { labelSet, nameLabel } from '../label-set.ts'
import { type ByteKeys, createByteKeys } from '../store/bytes/byte-keys.ts'
import type { MetadataBook } from '../store/metadata.ts'
import { type Refusal, refusals } from '../store/refusals.ts'
import type { Series } from '../store/series.ts'
import type { Store } from '../store/store.ts'
import { type RequestListener, readPairs, readRequest } from './read-request.ts'
import { Wire } from './wire.ts'

export interface Received {
  readonly taken: number
  readonly refused: ReadonlyMap<Refusal, number>
}

export interface Receiver {
  /** Throws PROMQL_WRITE_MALFORMED or what snappy says of the body. */
  receive(body: Buffer): Received
}

export interface ReceiverOptions {
  readonly store: Store
  readonly metadata: MetadataBook
  readonly clock: Clock
  readonly bodyBytesMax: number
}

/** Clocks differ; what is further ahead would make everything else look old. */
const aheadMsMax = 600_000

/** What cannot be told by the bytes of the labels. */
type SeriesOrRefusal = Series | Refusal

export function createReceiver(options: ReceiverOptions): Receiver {
  const { store, metadata, clock, bodyBytesMax } = options
  const known = createByteKeys<Series>()
  store.onSweep(() => {
    // Keys of series that are over stay behind; all are found again by what comes.
    if (known.size > 2 * store.catalogue.size) known.clear()
  })
  return {
    receive(body) {
      const wire = new Wire(uncompressSnappy(body, bodyBytesMax))
      const nowMs = clock.nowMs()
      const intake = createIntake({ store, known, nowMs })
      const { series, sample } = intake
      try {
        readRequest(wire, { series, sample, metadata: (family) => metadata.add(family) })
      } finally {
        store.recorder.flush()
        store.sweep(Math.min(Math.max(store.newestMs, nowMs), nowMs + aheadMsMax))
        store.measured.taken(intake.taken())
        for (const [reason, count] of intake.refused) store.measured.refused(reason, count)
      }
      return { taken: intake.taken(), refused: intake.refused }
    },
  }
}

interface IntakeOptions {
  readonly store: Store
  readonly known: ByteKeys<Series>
  readonly nowMs: number
}

function createIntake({ store, known, nowMs }: IntakeOptions) {
  const oldestMs = nowMs - store.retentionMs
  const newestMs = nowMs + aheadMsMax
  const refused = new Map<Refusal, number>()
  let current: SeriesOrRefusal = 'invalid-labels'
  let taken = 0

  const seriesAt = (wire: Wire, from: number, to: number): SeriesOrRefusal => {
    const found = known.get(wire.bytes, from, to)
    if (found !== undefined && !found.isReleased) return found
    const labels = validLabels(readPairs(wire, from, to))
    if (labels === undefined) return 'invalid-labels'
    const series = store.catalogue.seriesOf(labels)
    if (series === undefined) return 'series-limit'
    known.set(wire.bytes.subarray(from, to), series)
    return series
  }
  const refuse = (reason: Refusal) => void refused.set(reason, (refused.get(reason) ?? 0) + 1)
  const take = (series: Series, atMs: number, value: number | undefined) => {
    const result =
      value === undefined ? store.end(series, atMs) : store.take(series, { atMs, value })
    if (result === 'appended') taken++
    else if (result !== 'repeated' && !isThere(series, atMs, value)) refuse(result)
  }
  const listener: Pick<RequestListener, 'series' | 'sample'> = {
    series(wire, from, to) {
      current = seriesAt(wire, from, to)
    },
    sample(atMs, value, isStale) {
      if (typeof current === 'string') refuse(current)
      else if (atMs < oldestMs) refuse('too-old')
      else if (atMs > newestMs) refuse('too-new')
      else take(current, atMs, isStale ? undefined : value)
    },
  }
  return { ...listener, refused, taken: () => taken }
}

/** A sender whose answer was lost sends the same again: that is nothing to complain of. */
function isThere(series: Series, atMs: number, value: number | undefined): boolean {
  return Object.is(series.at(atMs, atMs)?.value, value)
}

const labelBytesMax = 8 * 1024
const labelCountMax = 100

/** Canonical; undefined where names are not allowed, come twice, or are too much. */
function validLabels(pairs: readonly [string, string][]) {
  if (pairs.length > labelCountMax) return undefined
  const isValid = ([name, value]: [string, string]) =>
    name === nameLabel
      ? /^[a-zA-Z_:][\w:]*$/.test(value)
      : /^[a-zA-Z_]\w*$/.test(name) && value.length <= labelBytesMax && name.length <= labelBytesMax
  if (!pairs.every(isValid) || new Set(pairs.map(([name]) => name)).size < pairs.length)
    return undefined
  const labels = labelSet(pairs)
  return labels[nameLabel] === undefined ? undefined : labels
}

/** `3 out-of-order, 1 duplicate`. */
export function refusedText(refused: ReadonlyMap<Refusal, number>): string {
  return refusals
    .filter((reason) => refused.has(reason))
    .map((reason) => `${refused.get(reason)} ${reason}`)
    .join(', ')
}
