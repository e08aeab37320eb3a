/**
 * Runs collectors and measures them: success, duration, age, and the reason of a failure (to the
 * log, once a change). A failed collector serves nothing old, and a slow one delays no other.
 */

import { fault } from '#api/errors'
import type { MetricFamily } from '#api/sample'
import { type Clock, sleep } from '#lib/clock'
import { formatDuration } from '#lib/duration'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Collector, Pace } from './collector.ts'
import { createFamilies, type Families, gauge } from './families.ts'
import { createReasons, type Reasons } from './reasons.ts'

export interface Collection {
  /** One tick over all collectors. Never rejects, and settles within about two seconds. */
  collect(): Promise<readonly MetricFamily[]>
  /** Gives up what is under way. */
  close(): Promise<void>
}

export interface CollectionOptions {
  readonly collectors: readonly Collector[]
  readonly clock: Clock
  readonly log: Log
}

const deadlineMsDefault = 2000
/** How long a tick waits for a collector with a pace of its own before it serves what it has. */
const patienceMs = 1000

const succeeded = gauge('zstone_collector_success', 'Whether the last reading was good.')
const duration = gauge('zstone_collector_duration_seconds', 'Time of the last reading.')
const lastSuccess = gauge(
  'zstone_collector_last_success_timestamp_seconds',
  'When the last good reading ended.',
)
const failure = gauge('zstone_collector_failure_info', 'Why the last reading failed; always 1.')
const age = gauge(
  'zstone_collector_reading_age_seconds',
  'Age of what a collector with a pace of its own serves.',
)

export function createCollection({ collectors, clock, log }: CollectionOptions): Collection {
  const reasons = createReasons(log, 'collector')
  const watches = collectors.map((collector) => createWatch(collector, { clock, reasons }))
  return {
    async collect() {
      await Promise.all(watches.map((watch) => watch.tick()))
      const measured = createFamilies()
      const served = watches.flatMap((watch) => watch.serve(measured))
      return [...served, ...withUpstreamNames(measured.list())]
    },
    async close() {
      await Promise.all(watches.map((watch) => watch.close()))
    },
  }
}

/** What dashboards of node_exporter ask for is there under its names as well. */
const upstreamNames = new Map([
  [succeeded.name, 'node_scrape_collector_success'],
  [duration.name, 'node_scrape_collector_duration_seconds'],
])

function withUpstreamNames(families: readonly MetricFamily[]): readonly MetricFamily[] {
  return families.flatMap((family) => {
    const name = upstreamNames.get(family.name)
    if (name === undefined) return [family]
    const samples = family.samples.map((sample) => ({ ...sample, name }))
    return [family, { ...family, name, samples }]
  })
}

interface Watch {
  /** Starts a reading where one is due, and waits for it as long as the tick may wait. */
  tick(): Promise<void>
  /** What may be served now; adds to `measured` what is known of the collector itself. */
  serve(measured: Families): readonly MetricFamily[]
  close(): Promise<void>
}

interface Reading {
  readonly families: readonly MetricFamily[]
  /** Why there are none. */
  readonly reason?: string
  readonly endedMs: number
  readonly tookMs: number
}

function createWatch(
  collector: Collector,
  { clock, reasons }: { clock: Clock; reasons: Reasons },
): Watch {
  const { name, deadlineMs = deadlineMsDefault, pace } = collector
  const labels = { collector: name }
  let last: Reading | undefined
  let lastGoodAt: number | undefined
  let dueMs = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let stop = new AbortController()
  /** Until the collector itself has let go, which may be long after its deadline. */
  let busy = false

  const keep = (startedMs: number, outcome: Pick<Reading, 'families' | 'reason'>) => {
    const endedMs = clock.monotonicMs()
    last = { ...outcome, endedMs, tookMs: endedMs - startedMs }
    if (last.reason === undefined) lastGoodAt = clock.nowMs()
  }
  const read = (startedMs: number): Promise<void> | undefined => {
    try {
      const work = collector.collect(stop.signal)
      if ('then' in work) return finish(startedMs, work)
      keep(startedMs, { families: work }) // Most read a few files at once: no deadline to arm.
    } catch (error) {
      keep(startedMs, { families: [], reason: messageOf(error) })
    }
    return undefined
  }
  const finish = async (startedMs: number, work: Promise<readonly MetricFamily[]>) => {
    const timer = clock.after(deadlineMs, () =>
      stop.abort(fault('COLLECTOR_TIMED_OUT', { name, deadline: formatDuration(deadlineMs) })),
    )
    busy = true
    const letGo = () => {
      busy = false
    }
    work.then(letGo, letGo)
    try {
      keep(startedMs, { families: await Promise.race([work, aborted(stop.signal)]) })
    } catch (error) {
      keep(startedMs, { families: [], reason: messageOf(error) })
    } finally {
      timer.cancel()
      stop = new AbortController()
      reading = undefined
    }
  }
  return {
    async tick() {
      const nowMs = clock.monotonicMs()
      if (!busy && nowMs >= dueMs) {
        dueMs = nowMs + (pace?.everyMs ?? 0)
        reading = read(nowMs)
      }
      if (reading === undefined) return
      await (pace === undefined ? reading : within(clock, reading))
    },
    serve(measured) {
      if (last === undefined) return [] // Its first reading is still under way: nothing is known.
      const ageMs = clock.monotonicMs() - last.endedMs
      const reason = last.reason ?? tooOld(ageMs, pace)
      reasons.tell(name, reason)
      measured.add(succeeded, labels, reason === undefined ? 1 : 0)
      measured.add(duration, labels, last.tookMs / 1000)
      measured.add(lastSuccess, labels, lastGoodAt === undefined ? undefined : lastGoodAt / 1000)
      if (reason !== undefined) {
        measured.add(failure, { ...labels, reason: reasons.labelOf(name) ?? '' }, 1)
        return []
      }
      if (pace !== undefined) measured.add(age, labels, ageMs / 1000)
      return last.families
    },
    async close() {
      dueMs = Number.POSITIVE_INFINITY
      stop.abort(fault('COLLECTOR_STOPPED', { name }))
      collector.close?.()
      await reading
    },
  }
}

/** The same words at every age: a reason that changes each tick would be told each tick. */
function tooOld(ageMs: number, pace: Pace | undefined): string | undefined {
  if (pace === undefined || ageMs <= pace.ageMsMax) return undefined
  return `its last reading is over ${formatDuration(pace.ageMsMax)} old`
}

async function within(clock: Clock, reading: Promise<void>): Promise<void> {
  const done = new AbortController()
  await Promise.race([reading, sleep(clock, patienceMs, done.signal)])
  done.abort()
}

/** Rejects with the reason of the abort. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
