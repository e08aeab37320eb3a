/**
 * Stage `note`, at a flush: tells history of ends that nobody reported, and what holds alerts back
 * where that has changed since the group was last flushed.
 */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import { groupOf, routesOf } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Flush, FlushedAlert } from '../flush/flush.ts'
import type { Tx } from '../store/tables.ts'
import { recordset, table } from '../store/transaction.ts'
import type { HistoryEvent } from './event.ts'
import type { Ledger } from './ledger.ts'

export interface NoteFlushWorld {
  readonly tx: Tx
  readonly ledger: Ledger
  readonly config: AlertConfig
}

export function noteFlush({ tx, ledger, config }: NoteFlushWorld): Stage<Flush> {
  return {
    name: 'note',
    async run(batch) {
      const entries = batch.flatMap((flush) => flush.alerts.map((entry) => ({ flush, entry })))
      for (const noted of entries)
        if (hasRunOut(noted) && isFirstGroup(noted, config)) ledger.add(endOf(noted))
      const moved = entries.filter(isHeldOtherwise)
      for (const noted of moved) ledger.add(holdEventOf(noted))
      await remember(tx, moved.map(holdRow))
      return batch
    },
  }
}

interface Noted {
  readonly flush: Flush
  readonly entry: FlushedAlert
}

interface Hold {
  readonly group_id: string
  readonly fingerprint: string
  readonly held_by: string | null
}

/** `silence 7b1…`; null: nothing holds it. */
const holdOf = ({ heldBy, holders = [] }: FlushedAlert) =>
  heldBy === undefined ? null : [heldBy, ...holders].join(' ')

const isHeldOtherwise = ({ entry }: Noted) =>
  !entry.resolved && holdOf(entry) !== (entry.heldUntilNow ?? null)

const holdRow = ({ flush, entry }: Noted): Hold => ({
  group_id: flush.group.id,
  fingerprint: entry.alert.fingerprint,
  held_by: holdOf(entry),
})

/** Its end lay ahead when it was last reported, and has passed since the last flush. */
function hasRunOut({ flush: { group }, entry: { alert, resolved } }: Noted): boolean {
  if (!resolved) return false
  return alert.endsAtMs > alert.updatedAtMs && (group.lastFlushAtMs ?? 0) < alert.endsAtMs
}

/** An alert may be in several groups, and ends once. */
function isFirstGroup({ flush, entry: { alert } }: Noted, config: AlertConfig): boolean {
  const [first] = routesOf(config.root, alert.labels)
  return first !== undefined && groupOf(first, alert.labels).id === flush.group.id
}

const endOf = ({ entry: { alert } }: Noted): HistoryEvent => ({
  kind: 'resolved',
  atMs: alert.endsAtMs,
  fingerprint: alert.fingerprint,
  details: { noReportSince: new Date(alert.updatedAtMs).toISOString() },
})

function holdEventOf({ flush: { group }, entry }: Noted): HistoryEvent {
  const { alert, heldBy, holders } = entry
  const about = {
    atMs: group.atMs,
    fingerprint: alert.fingerprint,
    groupId: group.id,
    receiver: group.receiver.name,
  }
  if (heldBy === undefined) return { ...about, kind: 'released', details: { groupKey: group.key } }
  return { ...about, kind: 'held', details: { by: heldBy, holders, groupKey: group.key } }
}

async function remember(tx: Tx, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return
  await sql`
    update ${table('members')} as member set held_by = hold.held_by
    from jsonb_to_recordset(${recordset(holds)})
      as hold(group_id text, fingerprint text, held_by text)
    where member.group_id = hold.group_id and member.fingerprint = hold.fingerprint`.execute(tx)
}
