/** One attempt to deliver a notification: what goes down the list, and how it is claimed. */
import { sql } from 'kysely'
import type { Integration } from '../config/receiver.ts'
import type { Outcome } from '../notifiers/notifier.ts'
import type { AlertDb, NotificationRow, Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'

export interface ClaimedRow extends NotificationRow {
  /** What the last delivery to this slot left behind. */
  readonly memory: Readonly<Record<string, string>> | null
}

export interface Delivery {
  readonly row: ClaimedRow
  /** Absent: the configuration does not have it any more. */
  readonly integration: Integration | undefined
  /** Set by the stage that delivers. */
  readonly outcome?: Outcome
  /** How long the attempt took. */
  readonly tookMs?: number
}

/** How long an attempt of a process that died keeps its place; one that lives renews in time. */
export const leaseMs = 6000
export const renewEveryMs = 2000

/**
 * Takes those that are due, and whose slot has no attempt under way: so a receiver never gets a
 * newer message before an older one.
 */
export async function claimDeliveries(
  tx: Tx,
  ids: readonly string[],
  nowMs: number,
): Promise<readonly ClaimedRow[]> {
  const now = new Date(nowMs)
  const { rows } = await sql<ClaimedRow & Unheard>`
    with ready as materialized (
      select id, leased_until is not null as unheard from ${table('notifications')} as mine
      where id = any(${ids}) and state = 'due' and next_attempt_at <= ${now}
        and (leased_until is null or leased_until <= ${now})
        and not exists (
          select from ${table('notifications')} as other
          where other.group_id = mine.group_id and other.integration = mine.integration
            and other.integration_index = mine.integration_index
            and other.leased_until > ${now} and other.id <> mine.id
        )
      order by id for no key update skip locked
    )
    update ${table('notifications')} as taken
    set attempts = attempts + 1, fence = fence + 1, leased_until = ${new Date(nowMs + leaseMs)}
    from ready where taken.id = ready.id
    returning taken.*, ready.unheard, (
      select memory from ${table('notification_log')} as log
      where log.group_id = taken.group_id and log.integration = taken.integration
        and log.integration_index = taken.integration_index
    )`.execute(tx)
  return rows.map(marked)
}

interface Unheard {
  /** An earlier attempt ended without a word of how: its process died. */
  readonly unheard: boolean
}

const marked = ({ unheard, ...row }: ClaimedRow & Unheard): ClaimedRow =>
  unheard ? { ...row, payload: { ...row.payload, possibleRepeat: true } } : row

/** Prolongs the leases of attempts that are still under way. */
export async function renewLeases(
  db: AlertDb,
  attempts: readonly Pick<NotificationRow, 'id' | 'fence'>[],
  nowMs: number,
): Promise<void> {
  if (attempts.length === 0) return
  const mine = attempts.map(({ id, fence }) => ({ id, fence }))
  await sql`
    update ${table('notifications')} as leased set leased_until = ${new Date(nowMs + leaseMs)}
    from jsonb_to_recordset(${recordset(mine)}) as mine(id text, fence integer)
    where leased.id = mine.id and leased.fence = mine.fence
      and leased.leased_until is not null`.execute(db)
}

/** Attempts that were claimed and never begun: whoever is next needs not wait for their end. */
export async function releaseLeases(
  db: AlertDb,
  attempts: readonly Pick<NotificationRow, 'id' | 'fence'>[],
): Promise<void> {
  if (attempts.length === 0) return
  const mine = attempts.map(({ id, fence }) => ({ id, fence }))
  await sql`
    update ${table('notifications')} as leased
    set leased_until = null, attempts = leased.attempts - 1
    from jsonb_to_recordset(${recordset(mine)}) as mine(id text, fence integer)
    where leased.id = mine.id and leased.fence = mine.fence
      and leased.leased_until is not null`.execute(db)
}
