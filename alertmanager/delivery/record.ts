/** Stage `record`: writes what became of each attempt; delivered and logged is one commit. */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import type { WakeUp } from '#lib/queue/queue'
import type { Random } from '#lib/random'
import { backoffMs } from '#lib/retry'
import { deliveryWakeUp, writeLog } from '../flush/outbox.ts'
import type { Ledger } from '../history/ledger.ts'
import { outcomeEvent } from '../history/outcome-event.ts'
import type { Outcome } from '../notifiers/notifier.ts'
import type { LogRow, NotificationRow, Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { Delivery } from './delivery.ts'

export interface RecordWorld {
  readonly tx: Tx
  readonly ledger: Ledger
  readonly nowMs: number
  readonly random: Random
  readonly afterCommit: (wakeUp: WakeUp) => void
}

/** Between attempts. What will not pass by itself is tried rarely, and never given up. */
const pauses = {
  passing: { firstDelayMs: 200, delayMsMax: 60_000 },
  lasting: { firstDelayMs: 60_000, delayMsMax: 300_000 },
  /** A receiver may ask for a longer pause, but not for ever. */
  retryAfterMsMax: 15 * 60_000,
}

export function record(world: RecordWorld): Stage<Delivery> {
  return {
    name: 'record',
    async run(batch) {
      const ended = batch.map((delivery) => endOf(delivery, world))
      const rows = await writeEnds(world, ended)
      const left = new Map(batch.map(({ row, outcome }) => [row.id, memoryOf(outcome)]))
      const delivered = rows.filter(({ state }) => state === 'delivered')
      await writeLog(
        world.tx,
        newestPerSlot(
          delivered.map((row) => ({ ...logRow(row, world.nowMs), memory: left.get(row.id) })),
        ),
      )
      const attempts = new Map(batch.map((delivery) => [delivery.row.id, delivery]))
      for (const row of rows)
        world.ledger.add(outcomeEvent({ ...attempts.get(row.id), row }, world.nowMs))
      for (const row of rows)
        if (row.state === 'due')
          world.afterCommit(deliveryWakeUp(row, row.next_attempt_at.getTime() - world.nowMs))
      for (const successor of await successorsOf(world, rows))
        world.afterCommit(deliveryWakeUp(successor))
      return batch
    },
  }
}

const memoryOf = (outcome: Outcome | undefined) =>
  outcome?.kind === 'delivered' ? outcome.memory : undefined

/** How long until the next attempt; `attempts` counts those that were made. */
export function pauseMs(
  outcome: Extract<Outcome, { kind: 'failed' }>,
  attempts: number,
  random: Random,
): number {
  const own = backoffMs(outcome.passing ? pauses.passing : pauses.lasting, attempts, random)
  const asked = Math.min(outcome.retryAfterMs ?? 0, pauses.retryAfterMsMax)
  // A receiver that names a time is asked a little after it, and not by everybody at once.
  return Math.ceil(asked === 0 ? own : asked * (1 + random.fraction() / 10))
}

interface End {
  readonly id: string
  readonly fence: number
  /** Absent: it stays due, or what it has become meanwhile. */
  readonly state: 'delivered' | 'dropped' | null
  readonly next_attempt_at: Date
  readonly last_error: string | null
}

function endOf({ row, integration, outcome }: Delivery, world: RecordWorld): End {
  const { id, fence, attempts } = row
  const end = { id, fence, next_attempt_at: new Date(world.nowMs), last_error: null }
  if (integration === undefined || outcome === undefined) return { ...end, state: 'dropped' }
  if (outcome.kind === 'delivered') return { ...end, state: 'delivered' }
  const nextMs = world.nowMs + pauseMs(outcome, attempts, world.random)
  const last_error = outcome.reason.replaceAll('\0', '').toWellFormed().slice(0, 1000)
  return { ...end, state: null, next_attempt_at: new Date(nextMs), last_error }
}

/** Only the last attempt may record. What was superseded meanwhile was delivered all the same. */
async function writeEnds(
  { tx, nowMs }: RecordWorld,
  ends: readonly End[],
): Promise<readonly NotificationRow[]> {
  const sorted = [...ends].sort((a, b) => (a.id < b.id ? -1 : 1))
  const now = new Date(nowMs)
  const { rows } = await sql<NotificationRow>`
    with ended as materialized (
      select ended.* from jsonb_to_recordset(${recordset(sorted)}) as ended(id text,
        fence integer, state text, next_attempt_at timestamptz, last_error text)
      join ${table('notifications')} as locked
        on locked.id = ended.id and locked.fence = ended.fence and locked.leased_until is not null
      order by ended.id for no key update of locked
    )
    update ${table('notifications')} as mine
    set leased_until = null,
      next_attempt_at = ended.next_attempt_at,
      last_error = ended.last_error,
      state = coalesce(ended.state, mine.state),
      finished_at = case when ended.state is null then mine.finished_at else ${now} end
    from ended where mine.id = ended.id
    returning mine.*`.execute(tx)
  return rows
}

function logRow(row: NotificationRow, nowMs: number): LogRow {
  const { group_id, integration, integration_index, group_key, receiver, epoch } = row
  const { firing, resolved, held, created_at, expires_at } = row
  const lastsMs = expires_at.getTime() - created_at.getTime()
  return {
    group_id,
    integration,
    integration_index,
    group_key,
    receiver,
    epoch,
    sent_at: new Date(nowMs),
    firing,
    resolved,
    held,
    expires_at: new Date(nowMs + lastsMs),
  }
}

/** One statement can write a log entry once. */
function newestPerSlot(rows: readonly LogRow[]): readonly LogRow[] {
  const newest = new Map<string, LogRow>()
  for (const row of [...rows].sort((a, b) => a.epoch - b.epoch))
    newest.set(`${row.group_id} ${row.integration} ${row.integration_index}`, row)
  return [...newest.values()]
}

/** Notifications that waited for one of these attempts to end. */
async function successorsOf(
  { tx, nowMs }: RecordWorld,
  rows: readonly NotificationRow[],
): Promise<readonly Pick<NotificationRow, 'id' | 'attempts'>[]> {
  if (rows.length === 0) return []
  const { rows: found } = await sql<Pick<NotificationRow, 'id' | 'attempts'>>`
    select waiting.id, waiting.attempts
    from jsonb_to_recordset(${recordset(rows.map(({ id, group_id }) => ({ id, group_id })))})
      as ended(id text, group_id text)
    join ${table('notifications')} as waiting using (group_id)
    where waiting.state = 'due' and waiting.next_attempt_at <= ${new Date(nowMs)}
      and waiting.id <> ended.id`.execute(tx)
  return found
}
