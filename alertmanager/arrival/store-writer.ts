/** Writes what the roster has ahead of the store: one batch at a time, as long as there is any. */
import type { Timer } from '#lib/clock'
import { sleep } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { WakeUp } from '#lib/queue/queue'
import { traceparentOf } from '../alert.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import { createJointSpans } from '../joint-spans.ts'
import { onIntake } from '../pipeline.ts'
import { isDataFault } from '../store/transaction.ts'
import type { World } from '../world.ts'
import type { Kept, Roster, Unwritten } from './roster.ts'

export interface StoreWriter {
  /** Begins to write. */
  start(): void
  /** There is something to write. */
  wake(): void
  /** Resolves once every change up to `turn` is stored; rejects while the store is away. */
  stored(turn: number): Promise<void>
  /** Whether the store does not take what is written, or takes very long. */
  readonly isAway: boolean
  /** For how long it has been so. */
  awayForMs(): number
  /** Runs `alone` while nothing is being written. */
  between<T>(alone: () => Promise<T>): Promise<T>
  /** Writes what there is, unless the store is away, and writes no more. */
  close(): Promise<void>
}

export interface StoreWriterParts {
  readonly roster: Roster
  readonly wakeAll: (wakeUps: readonly WakeUp[]) => void
  /** The store has every change up to `turn`. */
  readonly onStored: (turn: number) => void
  /** Runs when the store has been away, before anything is written to it again. */
  readonly reconcile: () => Promise<void>
}

const limits = { alertsABatch: 2000, awayAfterMs: 3000, pauseMs: 300 }

interface Waiter {
  readonly turn: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createStoreWriter(world: World, parts: StoreWriterParts): StoreWriter {
  const { roster, wakeAll, onStored, reconcile } = parts
  const spans = createJointSpans('alert arrival', world.tracer)
  let waiters: Waiter[] = []
  let away: unknown = new Error('the store is not open yet')
  let awaySinceMs = world.clock.monotonicMs()
  let turnOf: Promise<unknown> = Promise.resolve()
  let running: Promise<void> | undefined
  let started = false
  let closed = false

  const next = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turnOf.then(work)
    turnOf = mine.catch(() => {})
    return mine
  }
  const leave = (error: unknown) => {
    if (closed) return
    if (away === undefined) {
      awaySinceMs = world.clock.monotonicMs()
      world.log.error({ error: messageOf(error) }, 'The store is away; alerts are kept on disk')
    }
    away = error
    const left = waiters
    waiters = []
    for (const { reject } of left) reject(error)
  }
  const comeBack = () => {
    if (away !== undefined) world.log.info({}, 'The store is back')
    away = undefined
    const done = waiters.filter(({ turn }) => turn <= roster.backlog.storedTurn)
    waiters = waiters.filter(({ turn }) => turn > roster.backlog.storedTurn)
    for (const { resolve } of done) resolve()
    onStored(roster.backlog.storedTurn)
  }
  const writeBatch = async (batch: readonly Unwritten[]) => {
    for (;;) {
      const timer = lateTimer(world, leave)
      try {
        if (away !== undefined) await reconcile()
        const { rows, wakeUps } = await writeAround(batch, world, spans)
        roster.written(rows)
        comeBack()
        wakeAll(wakeUps)
        return
      } catch (error) {
        leave(error)
        if (closed) return
      } finally {
        timer.cancel()
      }
      await sleep(world.clock, limits.pauseMs)
    }
  }
  const run = async () => {
    while (roster.backlog.size > 0 && !(closed && away !== undefined))
      await next(() => writeBatch(roster.begin(limits.alertsABatch)))
    running = undefined
  }
  const wake = () => {
    if (started && roster.backlog.size > 0) running ??= run()
  }
  return {
    start() {
      started = true
      away = undefined
      wake()
    },
    wake,
    stored(turn) {
      if (turn <= roster.backlog.storedTurn) return Promise.resolve()
      if (away !== undefined) return Promise.reject(away)
      return new Promise((resolve, reject) => {
        waiters.push({ turn, resolve, reject })
        wake()
      })
    },
    get isAway() {
      return away !== undefined
    },
    awayForMs: () => (away === undefined ? 0 : world.clock.monotonicMs() - awaySinceMs),
    between: next,
    async close() {
      closed = true
      await running
    },
  }
}

/** A store that hangs is away as well; what was asked of it may still come true. */
function lateTimer({ clock }: World, leave: (error: unknown) => void): Timer {
  return clock.after(limits.awayAfterMs, () => leave(new Error('the store does not answer')))
}

interface Written {
  readonly rows: readonly Kept[]
  readonly wakeUps: readonly WakeUp[]
}

/** One alert that the store cannot hold keeps back nobody but itself. */
async function writeAround(
  batch: readonly Unwritten[],
  world: World,
  spans: ReturnType<typeof createJointSpans>,
): Promise<Written> {
  try {
    return await write(batch, world, spans)
  } catch (error) {
    if (!isDataFault(error)) throw error
    const [only] = batch
    if (only === undefined || batch.length === 1) {
      const about = { labels: only?.alert.labels, error: messageOf(error) }
      world.log.error(about, 'The store cannot hold this alert; it is dropped')
      return { rows: [], wakeUps: [] }
    }
    const half = Math.ceil(batch.length / 2)
    const first = await writeAround(batch.slice(0, half), world, spans)
    const second = await writeAround(batch.slice(half), world, spans)
    return {
      rows: [...first.rows, ...second.rows],
      wakeUps: [...first.wakeUps, ...second.wakeUps],
    }
  }
}

function write(
  batch: readonly Unwritten[],
  world: World,
  spans: ReturnType<typeof createJointSpans>,
): Promise<Written> {
  const storedAtMs = world.clock.nowMs()
  const keys = batch.map(({ alert }) => ({
    traceparent: traceparentOf(alert),
    phase: alert.endsAtMs <= storedAtMs ? 'resolved' : 'firing',
  }))
  return spans.run(keys, () =>
    inLedgerTransaction({ ...world, attempts: 3 }, async (tx, ledger) => {
      let rows: readonly Kept[] = []
      const wakeUps: WakeUp[] = []
      const list = onIntake({
        ...world,
        tx,
        ledger,
        config: world.config(),
        onKept: (kept) => {
          rows = kept
        },
        afterCommit: (wakeUp) => void wakeUps.push(wakeUp),
      })
      await list.run(batch.map((entry) => ({ ...entry, storedAtMs })))
      return { rows, wakeUps }
    }),
  )
}
