/**
 * Brings ticks to what keeps history, in their order and with their own times. While it is away, or
 * ticks already wait, they go to the spool; when it is back they are worked off at a bounded pace.
 * The pushgateway has nothing to do with it: it keeps one value a series, and gets the newest.
 */
import type { MetricFamily } from '#api/sample'
import { type Clock, sleep } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import { backoffMs } from '#lib/retry'
import { createComplaint } from './complaint.ts'
import { historyFamilies, spoolFamilies } from './history-families.ts'
import type { Receiver } from './remote-write/receiver.ts'
import type { Spool } from './spool/spool.ts'
import type { Tick } from './tick.ts'

export interface History {
  /** Begins with what waits from before. */
  start(): void
  /** Returns at once. */
  offer(tick: Tick): void
  /** Resolves when nothing is under way: what was offered is delivered, on the disk, or counted. */
  settled(): Promise<void>
  families(): readonly MetricFamily[]
  /** What is under way is put on the disk. */
  close(): Promise<void>
}

export interface HistoryOptions {
  readonly spool: Spool
  /** Undefined: ticks only wait, for a later start that has one. */
  readonly receiver: Receiver | undefined
  /** How many waiting ticks are brought in a second at most. */
  readonly perSecond: number
  /** How long one may take to be brought. */
  readonly patienceMs: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** So many may be on their way to the disk; a disk that hangs must not fill the memory. */
const underWayMax = 8
const backoff = { firstDelayMs: 1000, delayMsMax: 60_000 }

type Outcome = 'taken' | 'refused' | 'failed'

export function createHistory(options: HistoryOptions): History {
  const { spool, receiver, clock, random, log, perSecond } = options
  const closing = new AbortController()
  const counts = { straight: 0, refused: 0, crowded: 0 }
  const { bring, lastSuccessMs } = createBringer(options, closing.signal)
  let underWay = 0
  let offers = Promise.resolve()
  let work: Promise<void> | undefined

  const take = async (tick: Tick) => {
    // Behind those that wait, or the receiver would get the newer one first and refuse the others.
    if (spool.state().ticks === 0 && receiver !== undefined && !closing.signal.aborted) {
      const outcome = await bring(tick)
      if (outcome === 'taken') counts.straight++
      if (outcome === 'refused') counts.refused++
      if (outcome !== 'failed') return
    }
    await spool.append(tick)
    wake()
  }
  const workOff = async () => {
    let attempt = 0
    while (!closing.signal.aborted) {
      const waiting = await spool.first()
      if (waiting === undefined) return
      const outcome = await bring(waiting.tick)
      if (outcome === 'failed') {
        attempt++
        await sleep(clock, backoffMs(backoff, attempt, random), closing.signal)
      } else {
        attempt = 0
        await spool.remove(waiting.entry, outcome === 'taken' ? 'delivered' : 'refused')
        await sleep(clock, 1000 / perSecond, closing.signal)
      }
    }
  }
  const wake = () => {
    if (receiver === undefined || work !== undefined || closing.signal.aborted) return
    const after = (again: boolean) => {
      work = undefined
      if (again && spool.state().ticks > 0) wake() // One came just when it ended.
    }
    work = workOff().then(
      () => after(true),
      (error) => {
        log.error(
          { error: messageOf(error) },
          'The spool cannot be worked off; the next tick tries',
        )
        after(false)
      },
    )
  }
  return {
    start: wake,
    offer(tick) {
      if (underWay >= underWayMax) {
        counts.crowded++
        return
      }
      underWay++
      offers = offers
        .then(() => take(tick))
        .catch((error) => log.error({ error: messageOf(error) }, 'A tick is lost'))
        .finally(() => {
          underWay--
        })
    },
    settled: () => offers,
    families: () => [
      ...spoolFamilies(spool.state(), clock.nowMs()),
      ...historyFamilies({ ...counts, lastSuccessMs: lastSuccessMs() }),
    ],
    async close() {
      closing.abort()
      await offers
      await work
      receiver?.close()
    },
  }
}

/** One tick to the receiver, with an end to the patience. */
function createBringer(options: HistoryOptions, closing: AbortSignal) {
  const { receiver, clock, log, patienceMs } = options
  const { tell } = createComplaint({
    log,
    fails: 'History is not taken; ticks wait in the spool',
    works: 'History is taken again',
  })
  let lastSuccessMs: number | undefined

  const bring = async (tick: Tick): Promise<Outcome> => {
    if (receiver === undefined || closing.aborted) return 'failed'
    const stop = new AbortController()
    const timer = clock.after(patienceMs, () => stop.abort())
    try {
      await receiver.send(tick, AbortSignal.any([stop.signal, closing]))
      lastSuccessMs = clock.nowMs()
      tell(undefined)
      return 'taken'
    } catch (error) {
      tell(messageOf(error))
      return error instanceof ZstoneError && !error.retry ? 'refused' : 'failed'
    } finally {
      timer.cancel()
    }
  }
  return { bring, lastSuccessMs: () => lastSuccessMs }
}
