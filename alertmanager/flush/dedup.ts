/** Stage `dedup`: compares each group with what its receivers were told, and plans what to tell. */
import { sql } from 'kysely'
import type { Stage } from '#lib/pipeline'
import type { Integration } from '../config/receiver.ts'
import { bareName, flappingName } from '../damping/flapping.ts'
import type { LogRow, NotificationRow, Slot, Tx } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import { decide } from './decision.ts'
import type { Flush, FlushedAlert, Plan } from './flush.ts'
import { isHeld, reasonOf } from './reason.ts'

export function dedup({ tx }: { readonly tx: Tx }): Stage<Flush> {
  return {
    name: 'dedup',
    async run(batch) {
      const ids = batch.map(({ group }) => group.id)
      // In this order: one that is delivered in between is then seen twice, and never not at all.
      const open = await readOpen(tx, ids)
      const due = bySlot(open.filter(({ state }) => state === 'due'))
      const busy = bySlot(open)
      const log = bySlot(await readLog(tx, ids))
      return batch.map((flush) => ({
        ...flush,
        plans: flush.group.receiver.integrations.flatMap((integration): readonly Plan[] => {
          const slot = slotOf(flush, integration)
          const key = slotKey(slot)
          const told = log.get(key)
          const plan = planFor({ flush, integration, slot, told, due: due.get(key) })
          if (plan?.kind !== 'tell') return plan === undefined ? [] : [plan]
          return [{ ...plan, before: { isBusy: busy.has(key), memory: told?.memory } }]
        }),
      }))
    },
  }
}

export const slotKey = (slot: Slot) =>
  `${slot.group_id} ${slot.integration} ${slot.integration_index}`

type ToldRow = Pick<LogRow, 'firing' | 'resolved' | 'held' | 'sent_at'>
type DueRow = Pick<NotificationRow, 'firing' | 'resolved' | 'untold'>

export interface Case {
  readonly flush: Flush
  readonly integration: Pick<Integration, 'sendResolved'>
  readonly slot: Slot
  /** What the receiver was told. */
  readonly told: ToldRow | undefined
  /** What waits to be told. */
  readonly due: DueRow | undefined
}

/** Undefined: all is as it should be, also where a notification that says just this is due. */
export function planFor(given: Case): Plan | undefined {
  const { flush, integration, slot, told, due } = given
  const { sendResolved } = integration
  const seen = visibleOf(flush.alerts, told)
  const base = { slot, firing: seen.firing, resolved: seen.resolved, held: seen.held }
  const decided = seen.visible.length === 0 ? undefined : decideFor(given, seen)
  const reason = reasonOf(decided, { ...seen, told })
  const untoldBefore = new Set(due?.untold.map(bareName))
  const owedUntold = seen.resolved.filter((fingerprint) => untoldBefore.has(fingerprint))
  const toldHeld = new Set(told?.held)
  const owedEnd = seen.resolved.filter((fingerprint) => toldHeld.has(fingerprint))
  const owed = owedUntold.length > 0 || (sendResolved && owedEnd.length > 0)
  if (isHeld(reason, seen.visible)) return holding(base, due)
  if (reason === undefined && !owed)
    return due === undefined ? undefined : { ...base, kind: 'withdraw' }
  // Where resolved ones are not sent, one that fired unheard is told all the same: as resolved.
  const listed = seen.visible.filter(
    ({ alert, resolved }) => !resolved || sendResolved || owedUntold.includes(alert.fingerprint),
  )
  if (listed.length === 0) return { ...base, kind: 'forget' }
  if (due !== undefined && sameContent(due, base)) return undefined
  const toldFiring = new Set(told?.firing)
  const unheard = seen.firing.filter((fingerprint) => !toldFiring.has(fingerprint))
  return {
    ...base,
    kind: 'tell',
    reason: reason ?? 'owed',
    alerts: listed,
    untold: [...unheard, ...owedUntold],
    before: { isBusy: true, memory: undefined },
  }
}

function holding(
  base: Omit<Extract<Plan, { kind: 'hold' }>, 'kind' | 'heldBy'>,
  due?: DueRow,
): Plan {
  if (due !== undefined) return { ...base, kind: 'withdraw' }
  return { ...base, kind: 'hold', heldBy: 'acknowledgement' }
}

interface Seen {
  readonly visible: readonly FlushedAlert[]
  readonly firing: readonly string[]
  readonly resolved: readonly string[]
  readonly held: readonly string[]
}

const flaps = ({ heldBy }: FlushedAlert) => heldBy === 'flapping'

/** Of one that flaps it is told that it does; whether it fires just now is held back. */
const asTold = (entry: FlushedAlert) => (flaps(entry) ? { ...entry, resolved: false } : entry)

const nameOf = (entry: FlushedAlert) =>
  flaps(entry) ? flappingName(entry.alert.fingerprint) : entry.alert.fingerprint

/** The end of what was told as firing is never held back. */
function visibleOf(alerts: readonly FlushedAlert[], told: ToldRow | undefined): Seen {
  const toldFiring = new Set([...(told?.firing ?? []), ...(told?.held ?? [])].map(bareName))
  const wasTold = ({ alert }: FlushedAlert) => toldFiring.has(alert.fingerprint)
  const isVisible = (entry: FlushedAlert) =>
    entry.heldBy === undefined || flaps(entry) || (entry.resolved && wasTold(entry))
  const visible = alerts.filter(isVisible).map(asTold)
  const names = (entries: readonly FlushedAlert[]) => entries.map(nameOf)
  return {
    visible,
    firing: names(visible.filter(({ resolved }) => !resolved)),
    resolved: names(visible.filter(({ resolved }) => resolved)),
    held: names(alerts.filter((entry) => !isVisible(entry) && wasTold(entry))),
  }
}

function decideFor({ flush, integration, told }: Case, seen: Seen) {
  return decide({
    told: told && {
      firing: new Set(told.firing),
      resolved: new Set(told.resolved),
      atMs: told.sent_at.getTime(),
    },
    firing: new Set(seen.firing),
    resolved: new Set(seen.resolved),
    sendResolved: integration.sendResolved,
    repeatIntervalMs: flush.group.route.repeatIntervalMs,
    nowMs: flush.group.atMs,
  })
}

type Content = Pick<NotificationRow, 'firing' | 'resolved'>

function sameContent(a: Content, b: Content): boolean {
  return sameSet(a.firing, b.firing) && sameSet(a.resolved, b.resolved)
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set(a).isSubsetOf(new Set(b))
}

function slotOf({ group }: Flush, { name, index }: Integration): Slot {
  return { group_id: group.id, integration: name, integration_index: index }
}

function bySlot<T extends Slot>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [slotKey(row), row]))
}

async function readLog(tx: Tx, groupIds: readonly string[]) {
  const { rows } = await sql<LogRow>`
    select * from ${table('notification_log')} where group_id = any(${groupIds})`.execute(tx)
  return rows
}

/** Those that are due, and those with an attempt under way. */
async function readOpen(tx: Tx, groupIds: readonly string[]) {
  const { rows } = await sql<Slot & DueRow & Pick<NotificationRow, 'state'>>`
    select group_id, integration, integration_index, firing, resolved, untold, state
    from ${table('notifications')}
    where group_id = any(${groupIds}) and (state = 'due' or leased_until is not null)`.execute(tx)
  return rows
}
