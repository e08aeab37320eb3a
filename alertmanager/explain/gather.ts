/** Gathers, in one place, what is known of an alert: memory, configuration, rows. */
import { sql } from 'kysely'
import type { Alert } from '../alert.ts'
import type { Roster } from '../arrival/roster.ts'
import { groupOf, type Route, routesOf } from '../arrival/routing.ts'
import { planFor, slotKey } from '../flush/dedup.ts'
import type { Flush, FlushedAlert, FlushedGroup } from '../flush/flush.ts'
import { type Inhibition, ruleBetween } from '../flush/inhibition.ts'
import { quietTimes } from '../flush/mute.ts'
import { readHistory } from '../history/read-history.ts'
import { type LookWorld, onLook } from '../pipeline.ts'
import type { SilenceStore } from '../silences/silence-store.ts'
import { alertOf, type PastAlertRow } from '../store/tables.ts'
import { table } from '../store/transaction.ts'
import type { World } from '../world.ts'
import type { AckFact, Facts, GroupFact, InhibitionFact, SlotFact } from './facts.ts'
import { quietUntilMs } from './quiet-until.ts'
import { type GroupRows, readGroups } from './read-groups.ts'

export interface ExplainWorld extends World {
  readonly roster: Roster
  readonly inhibition: () => Inhibition
  readonly silences: SilenceStore
  readonly acks: { readonly index: { of(fingerprint: string, nowMs: number): AckFact | undefined } }
  /** Brings what is held in memory up to date with the store. */
  readonly refresh: () => Promise<void>
}

const limits = { events: 100 }

/** Undefined: nobody knows such an alert. */
export async function gather(world: ExplainWorld, fingerprint: string): Promise<Facts | undefined> {
  const { config, clock, silences, acks } = world
  await world.refresh()
  const known = await findAlert(world, fingerprint)
  if (known === undefined) return undefined
  const { alert, isGone } = known
  const nowMs = clock.nowMs()
  const { root } = config()
  const routes = routesOf(root, alert.labels)
  const rows = await readGroups(
    world.db,
    routes.map((route) => groupOf(route, alert.labels).id),
    nowMs,
  )
  const all = await silences.all()
  const matching = new Set(silences.index.matching(alert.labels, nowMs))
  const ack = acks.index.of(fingerprint, nowMs)
  return {
    nowMs,
    alert,
    isGone,
    root,
    inhibitions: isGone ? [] : inhibitionsOf(world, alert, nowMs),
    silences: all.filter(({ id }) => matching.has(id)),
    ...(ack !== undefined && { ack }),
    groups: await Promise.all(
      routes.map((route) => groupFact({ route, alert, rows, nowMs }, world)),
    ),
    events: await eventsOf(world, fingerprint),
  }
}

async function findAlert({ db, roster }: ExplainWorld, fingerprint: string) {
  const living = roster.get(fingerprint)
  if (living !== undefined) return { alert: living, isGone: false }
  const { rows } = await sql<PastAlertRow>`
    select * from ${table('past_alerts')} where fingerprint = ${fingerprint}`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const never = { updated_at: row.ends_at, end_is_guess: false }
  return { alert: alertOf({ ...row, ...never }), isGone: true }
}

function inhibitionsOf(
  world: ExplainWorld,
  alert: Alert,
  nowMs: number,
): readonly InhibitionFact[] {
  const { inhibitRules } = world.config()
  return world
    .inhibition()
    .inhibitorsOf(alert.labels, nowMs)
    .flatMap((name) => {
      const source = world.roster.get(name)
      if (source === undefined) return []
      return inhibitRules.flatMap((rule, i) =>
        ruleBetween(rule, source.labels, alert.labels) ? [{ number: i + 1, rule, source }] : [],
      )
    })
}

interface Asked {
  readonly route: Route
  readonly alert: Alert
  readonly rows: GroupRows
  readonly nowMs: number
}

/** What a flush would do now is asked of those who would do it. */
async function groupFact({ route, alert, rows, nowMs }: Asked, world: ExplainWorld) {
  const name = groupOf(route, alert.labels)
  const found = rows.groups.get(name.id)
  const receiver = world.config().receivers.get(route.receiver)
  const alerts = rows.members.get(name.id) ?? []
  const group = {
    ...{ id: name.id, key: name.key, labels: name.labels, route, atMs: nowMs },
    epoch: 0,
    receiver: receiver ?? { name: route.receiver, labels: {}, integrations: [] },
    nextFlushAt: found?.next_flush_at ?? new Date(nowMs),
  }
  const flush = await lookAt({ group, alerts, plans: [] }, nowMs, world)
  const own = flush.alerts.find((entry) => entry.alert.fingerprint === alert.fingerprint)
  const count = (resolved: boolean) => alerts.filter((entry) => entry.resolved === resolved).length
  const fact: GroupFact = {
    route,
    name,
    ...(found !== undefined && {
      state: {
        firing: count(false),
        resolved: count(true),
        lastFlushAtMs: found.flushed_at?.getTime(),
        nextFlushAtMs: found.next_flush_at.getTime(),
      },
    }),
    heldBy: own?.heldBy,
    quietTimes: quietTimes(route, nowMs).map((interval) => interval.name),
    quietUntilMs: quietUntilMs(route, nowMs),
    slots: group.receiver.integrations.map((integration) =>
      slotFact({ flush, integration, rows, nowMs }),
    ),
  }
  return fact
}

async function lookAt(flush: Flush, nowMs: number, world: ExplainWorld): Promise<Flush> {
  const { silences, acks } = world
  const inhibition = world.inhibition()
  const own: LookWorld = { ...world, nowMs, inhibition, silences: silences.index }
  const [looked = flush] = await onLook(own).run([flush])
  const marked = (entry: FlushedAlert): FlushedAlert => {
    const ack = acks.index.of(entry.alert.fingerprint, nowMs)
    return ack === undefined ? entry : { ...entry, ack: ack.id }
  }
  return { ...looked, alerts: looked.alerts.map(marked) }
}

interface SlotAsked {
  readonly flush: Flush
  readonly integration: FlushedGroup['receiver']['integrations'][number]
  readonly rows: GroupRows
  readonly nowMs: number
}

function slotFact({ flush, integration, rows, nowMs }: SlotAsked): SlotFact {
  const { name, index, sendResolved } = integration
  const slot = { group_id: flush.group.id, integration: name, integration_index: index }
  const told = rows.told.get(slotKey(slot))
  const due = rows.due.get(slotKey(slot))
  const plan = planFor({ flush, integration, slot, told, due })
  return {
    name,
    index,
    sendResolved,
    ...(told !== undefined && { told: { ...told, atMs: told.sent_at.getTime() } }),
    ...(due !== undefined && {
      due: {
        ...due,
        nextAttemptAtMs: due.next_attempt_at.getTime(),
        isUnderWay: due.leased_until !== null && due.leased_until.getTime() > nowMs,
        lastError: due.last_error,
      },
    }),
    ...(plan !== undefined && {
      plan: { kind: plan.kind, ...(plan.kind === 'tell' && { reason: plan.reason }) },
    }),
  }
}

async function eventsOf({ db }: ExplainWorld, fingerprint: string): Promise<Facts['events']> {
  const { events } = await readHistory(db, {
    matchers: [],
    kinds: [],
    fingerprint,
    order: 'desc',
    limit: limits.events,
  })
  return events.map(({ at, kind, receiver, integration, notification, details }) => ({
    kind,
    atMs: at.getTime(),
    receiver: receiver ?? undefined,
    integration: integration ?? undefined,
    notification: notification ?? undefined,
    details: details ?? undefined,
  }))
}
