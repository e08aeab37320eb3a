/** Writes what the roster has ahead of the store: one batch at a time, as long as there is any. */
import { sleep, type Timer } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { WakeUp } from '#lib/queue/queue'
import { traceparentOf } from '../alert.ts'
import type { Untold } from '../fallback/untold.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import { createJointSpans } from '../joint-spans.ts'
import { onIntake } from '../pipeline.ts'
import type { Presence } from '../store/presence.ts'
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
  /** The store was away, or is just opened, and does not have everything yet that came before. */
  readonly isCatchingUp: boolean
  /** Runs `alone` while nothing is being written. */
  between<T>(alone: () => Promise<T>): Promise<T>
  /** Writes what there is, unless the store is away, and writes no more. */
  close(): Promise<void>
}

export interface StoreWriterParts {
  readonly roster: Roster
  readonly untold: Untold
  readonly wakeAll: (wakeUps: readonly WakeUp[]) => void
  /** The store has every change up to `turn`. */
  readonly onStored: (turn: number) => void
  readonly presence: Presence
}

const limits = { alertsABatch: 2000, awayAfterMs: 5000, pauseMs: 300 }

interface Waiter {
  readonly turn: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export function createStoreWriter(world: World, parts: StoreWriterParts): StoreWriter {
  const { roster, untold, wakeAll, onStored, presence } = parts
  const spans = createJointSpans('alert arrival', world.tracer)
  const writing = { ...world, untold }
  let waiters: Waiter[] = []
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
    if (!closed) presence.leave(error)
  }
  let caughtUpTurn = 0
  presence.onReturn(async () => {
    caughtUpTurn = roster.backlog.turn
    wake()
  })
  presence.onLeave((error) => {
    const left = waiters
    waiters = []
    for (const { reject } of left) reject(error)
  })
  const answer = () => {
    const done = waiters.filter(({ turn }) => turn <= roster.backlog.storedTurn)
    waiters = waiters.filter(({ turn }) => turn > roster.backlog.storedTurn)
    for (const { resolve } of done) resolve()
    onStored(roster.backlog.storedTurn)
  }
  const writeBatch = async (batch: readonly Unwritten[]) => {
    for (;;) {
      let timer: Timer | undefined
      try {
        await presence.comeBack()
        timer = lateTimer(world, leave)
        const { rows, wakeUps } = await writeAround(batch, writing, spans)
        roster.written(rows)
        answer()
        wakeAll(wakeUps)
        return
      } catch (error) {
        leave(error)
        if (closed) return
      } finally {
        timer?.cancel()
      }
      await sleep(world.clock, limits.pauseMs)
    }
  }
  const run = async () => {
    while (roster.backlog.size > 0 && !(closed && presence.isAway))
      await next(() => writeBatch(roster.begin(limits.alertsABatch)))
    running = undefined
  }
  const wake = () => {
    if (started && roster.backlog.size > 0) running ??= run()
  }
  return {
    start() {
      started = true
      caughtUpTurn = roster.backlog.turn
      wake()
    },
    wake,
    stored(turn) {
      if (turn <= roster.backlog.storedTurn) return Promise.resolve()
      if (presence.isAway) return Promise.reject(presence.fault)
      return new Promise((resolve, reject) => {
        waiters.push({ turn, resolve, reject })
        wake()
      })
    },
    get isCatchingUp() {
      return roster.backlog.size > 0 && roster.backlog.storedTurn < caughtUpTurn
    },
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

type Writing = World & Pick<StoreWriterParts, 'untold'>

interface Written {
  readonly rows: readonly Kept[]
  readonly wakeUps: readonly WakeUp[]
}

/** One alert that the store cannot hold keeps back nobody but itself. */
async function writeAround(
  batch: readonly Unwritten[],
  world: Writing,
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
  world: Writing,
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
