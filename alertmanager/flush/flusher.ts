/** Flushes groups when their wake-up comes; wake-ups that come together share one transaction. */
import { assert } from '#lib/assert'
import { messageOf } from '#lib/errors'
import type { Queue, WakeUp } from '#lib/queue/queue'
import { type AckStore, endAcks } from '../acks/ack-store.ts'
import type { Ending } from '../acks/endings.ts'
import { traceparentOf } from '../alert.ts'
import { flushWakeUp } from '../arrival/group.ts'
import type { Courier } from '../delivery/courier.ts'
import type { ClaimedRow } from '../delivery/delivery.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import { createJointSpans, type JointSpans, type TraceKey } from '../joint-spans.ts'
import { onFlush } from '../pipeline.ts'
import type { SilenceIndex } from '../silences/silences.ts'
import { createCoalescer } from '../store/coalesce.ts'
import { inTransaction, isDataFault } from '../store/transaction.ts'
import { createWakeAll, type WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import { claim, type Flush } from './flush.ts'
import type { Inhibition } from './inhibition.ts'
import { removeOrphans, settle } from './settle.ts'

export interface Flusher {
  start(): void
  /** Flushes a group soon, if it is due then. False: too many wait already. */
  flush(groupId: string): boolean
  readonly wakeAll: WakeAll
  close(): Promise<void>
}

export interface FlusherParts {
  readonly silences: SilenceIndex
  /** Brings what is held in memory up to date with the store. */
  readonly refresh: () => Promise<void>
  readonly inhibition: () => Inhibition
  readonly acks: Pick<AckStore, 'index'>
  /** Then nothing is claimed; a loop finds later what was due. */
  readonly isStoreAway: () => boolean
  readonly flushes: Queue
  readonly courier: Pick<Courier, 'wakeAll' | 'freePlaces' | 'attemptNow'>
}

/** While the store works on one batch the next one is made ready. */
const limits = { atOnce: 100, lines: 3, groupsABatch: 250, groupsALine: 5000 }

export function createFlusher(world: World, parts: FlusherParts): Flusher {
  const held = new Set<string>()
  const spans = createJointSpans('alert flush', world.tracer)
  const countHeld = createHeldCounter(world)
  const run = async (groupIds: readonly string[]) => {
    const { deliveries, attempts, nextFlushes, flushes } = await flushAll(groupIds, {
      ...world,
      parts,
      spans,
    })
    flushes.forEach(countHeld)
    attempts.forEach(parts.courier.attemptNow)
    parts.courier.wakeAll(deliveries)
    wakeAll(nextFlushes)
    const done = flushes.filter(hasNothingToTell).map(({ group }) => group.id)
    if (done.length > 0) await inTransaction(world.db, world, (tx) => settle(tx, done))
    return groupIds.map(() => undefined)
  }
  const lines = Array.from({ length: limits.lines }, () =>
    createCoalescer<string, void>({
      name: 'the flush of a group',
      batchSizeMax: limits.groupsABatch,
      waitingMax: limits.groupsALine,
      isItemsFault: isDataFault,
      run,
    }),
  )
  let started = false
  let closed = false
  // Once closed, a wake-up is dropped: the loop of whoever runs next adds it again.
  const flush = async (groupId: string) => {
    if (closed || held.has(groupId) || parts.isStoreAway()) return
    held.add(groupId)
    try {
      await lineOf(lines, groupId).submit(groupId)
    } finally {
      held.delete(groupId)
    }
  }
  const flushSoon = (groupId: string) => {
    if (!started || lineOf(lines, groupId).waiting >= limits.groupsALine) return false
    flush(groupId).catch((error) =>
      world.log.error(
        { group: groupId, error: messageOf(error) },
        'A flush failed; it comes again',
      ),
    )
    return true
  }
  const wakeAll = createWakeAll(parts.flushes, flushSoon, world.log)
  return {
    start() {
      started = true
      parts.flushes.work(flush, { concurrency: limits.atOnce })
    },
    flush: flushSoon,
    wakeAll,
    async close() {
      closed = true
      await Promise.all(lines.map((line) => line.idle()))
    },
  }
}

/** Always the same one for a group: its id is a hash. */
function lineOf<T>(lines: readonly T[], groupId: string): T {
  const line = lines[Number.parseInt(groupId.slice(0, 4), 16) % lines.length]
  assert(line !== undefined, 'a group id is a hash')
  return line
}

function createHeldCounter({ metrics }: World) {
  const held = metrics.counter(
    'alertmanager_notifications_suppressed_total',
    'Alerts that were held back at a flush.',
    ['reason'],
  )
  return ({ alerts, plans }: Flush) => {
    const repeats = plans.filter((plan) => plan.kind === 'hold')
    for (const { heldBy } of [...alerts, ...repeats])
      if (heldBy !== undefined) held.inc({ reason: heldBy.replaceAll(' ', '_') })
  }
}

/** One transaction; what it asks for is done once it has committed. */
async function flushAll(
  groupIds: readonly string[],
  world: World & { readonly parts: FlusherParts; readonly spans: JointSpans },
) {
  const { parts, spans } = world
  await parts.refresh()
  return inLedgerTransaction(world, async (tx, ledger) => {
    // One that is tried again must not overtake what has to come first.
    if (parts.isStoreAway()) return { deliveries: [], attempts: [], nextFlushes: [], flushes: [] }
    const nowMs = world.clock.nowMs()
    const config = world.config()
    const deliveries: WakeUp[] = []
    const afterCommit = (wakeUp: WakeUp) => void deliveries.push(wakeUp)
    const claimed = await claim({ tx, config, nowMs }, groupIds)
    await removeOrphans({ tx, ledger, nowMs }, claimed.orphans)
    const { silences, inhibition } = parts
    const holding = { silences, inhibition: inhibition() }
    const attempts: ClaimedRow[] = []
    const attemptNow = (row: ClaimedRow) => void attempts.push(row)
    const { freePlaces } = parts.courier
    const sending = { afterCommit, attemptNow, freePlaces }
    const ending = (endings: readonly Ending[]) => endAcks(endings, { tx, ledger, nowMs })
    const acking = { acks: parts.acks, endAcks: ending }
    const own = { tx, ledger, config, nowMs, ...sending, ...holding, ...acking }
    const list = onFlush({ ...world, ...own })
    const flushes = await spans.run(claimed.flushes.flatMap(traceKeysOf), () =>
      list.run(claimed.flushes),
    )
    const nextFlushes = flushes.map(({ group }) =>
      flushWakeUp({ ...group, next_flush_at: group.nextFlushAt }, nowMs),
    )
    return { deliveries, attempts, nextFlushes, flushes }
  })
}

/** Cheap to ask twice: what is due is looked at again where it is settled. */
const hasNothingToTell = ({ alerts, plans }: Flush) =>
  !plans.some(({ kind }) => kind === 'tell') &&
  (alerts.length === 0 || alerts.some(({ resolved }) => resolved))

const traceKeysOf = ({ alerts }: Flush): readonly TraceKey[] =>
  alerts.map(({ alert, resolved }) => ({
    traceparent: traceparentOf(alert),
    phase: resolved ? 'resolved' : 'firing',
  }))
