/** The loops: wake-ups that were lost come again, what nobody needs any more goes. */
import { sql } from 'kysely'
import { createLoop, type Loop } from '#lib/loop'
import type { Roster } from './arrival/roster.ts'
import { createPruning } from './history/prune.ts'
import type { GroupRow, NotificationRow } from './store/tables.ts'
import { inTransaction, table } from './store/transaction.ts'
import type { World } from './world.ts'

const limits = {
  wakeEveryMs: 1000,
  /** A wake-up that is on its way is not lost yet. */
  overdueMs: 1000,
  wakeUpsAPass: 5000,
  tidyEveryMs: 60_000,
  /** Resolved alerts are remembered this long, so that a late re-send is not news. */
  resolvedMs: 30 * 60_000,
  deletedAPass: 10_000,
  countEveryMs: 15_000,
}

export interface Counts {
  readonly alertsFiring: number
  readonly groups: number
  readonly notificationsDue: number
  readonly oldestDueMs: number
}

export interface Upkeep {
  readonly loops: readonly Loop[]
  counts(): Promise<Counts>
}

export interface UpkeepParts {
  readonly roster: Roster
  readonly flush: (groupId: string) => boolean
  readonly deliver: (notificationId: string) => boolean
}

export function createUpkeep(world: World, parts: UpkeepParts): Upkeep {
  const loopOf = (name: string, everyMs: number, pass: () => Promise<void>) =>
    createLoop({ name, everyMs, pass }, world)
  const gauges = createGauges(world)
  return {
    loops: [
      loopOf('alert wake-ups', limits.wakeEveryMs, () => doOverdue(world, parts)),
      loopOf('alert retention', limits.tidyEveryMs, () => tidy(world, parts.roster)),
      createPruning(world),
      loopOf('alert counts', limits.countEveryMs, async () => gauges(await readCounts(world))),
    ],
    counts: () => readCounts(world),
  }
}

/** Does itself what nobody did in time: no queue is asked, so this also works without one. */
async function doOverdue(world: World, { flush, deliver }: UpkeepParts): Promise<void> {
  const nowMs = world.clock.nowMs()
  const overdue = new Date(nowMs - limits.overdueMs)
  const { rows: groups } = await sql<Pick<GroupRow, 'id'>>`
    select id from ${table('groups')}
    where next_flush_at <= ${overdue} order by next_flush_at
    limit ${limits.wakeUpsAPass}`.execute(world.db)
  const { rows: due } = await sql<Pick<NotificationRow, 'id'>>`
    select id from ${table('notifications')}
    where state = 'due' and next_attempt_at <= ${overdue}
      and (leased_until is null or leased_until <= ${new Date(nowMs)})
    order by next_attempt_at limit ${limits.wakeUpsAPass}`.execute(world.db)
  for (const { id } of groups) flush(id)
  for (const { id } of due) deliver(id)
}

async function tidy(world: World, roster: Roster): Promise<void> {
  const nowMs = world.clock.nowMs()
  roster.forget(nowMs - limits.resolvedMs)
  const before = (ageMs: number) => new Date(nowMs - ageMs)
  await inTransaction(world.db, world, async (tx) => {
    // History names alerts that are gone.
    await sql`
      with gone as (
        delete from ${table('alerts')} where fingerprint in (
          select fingerprint from ${table('alerts')} as alert
          where ends_at < ${before(limits.resolvedMs)} and updated_at < ${before(limits.resolvedMs)}
            and not exists (
              select from ${table('members')} as member
              where member.fingerprint = alert.fingerprint
            )
          order by fingerprint limit ${limits.deletedAPass} for update skip locked
        ) returning *
      )
      insert into ${table('past_alerts')}
        (fingerprint, labels, annotations, generator_url, starts_at, ends_at)
      select fingerprint, labels, annotations, generator_url, starts_at, ends_at from gone
      on conflict (fingerprint) do update
      set annotations = excluded.annotations, generator_url = excluded.generator_url,
        starts_at = excluded.starts_at, ends_at = excluded.ends_at`.execute(tx)
  })
  await sql`
    delete from ${table('notifications')} where id in (
      select id from ${table('notifications')}
      where state <> 'due' and finished_at < ${before(world.retentionMs)}
      limit ${limits.deletedAPass}
    )`.execute(world.db)
  await sql`
    delete from ${table('notification_log')} as log
    where expires_at < ${before(0)}
      and not exists (select from ${table('groups')} as g where g.id = log.group_id)`.execute(
    world.db,
  )
  await sql`
    delete from ${table('acks')}
    where coalesce(ended_at, expires_at) < ${before(world.retentionMs)}`.execute(world.db)
  await sql`
    delete from ${table('silences')} where ends_at < ${before(world.retentionMs)}`.execute(world.db)
}

interface CountRow extends Counts {
  readonly silencesActive: number
  readonly silencesPending: number
  readonly silencesExpired: number
}

async function readCounts({ db, clock }: World): Promise<CountRow> {
  const now = new Date(clock.nowMs())
  const { rows } = await sql<CountRow & { readonly oldestDueAt: Date | null }>`
    select
      (select count(*) from ${table('alerts')} where ends_at > ${now}) as "alertsFiring",
      (select count(*) from ${table('groups')}) as "groups",
      count(*) as "notificationsDue",
      min(created_at) as "oldestDueAt",
      (select count(*) from ${table('silences')}
        where starts_at <= ${now} and ends_at > ${now}) as "silencesActive",
      (select count(*) from ${table('silences')} where starts_at > ${now}) as "silencesPending",
      (select count(*) from ${table('silences')} where ends_at <= ${now}) as "silencesExpired"
    from ${table('notifications')} where state = 'due'`.execute(db)
  const row = rows[0]
  const nothing = { alertsFiring: 0, groups: 0, notificationsDue: 0, oldestDueMs: 0 }
  if (row === undefined)
    return { ...nothing, silencesActive: 0, silencesPending: 0, silencesExpired: 0 }
  const { oldestDueAt, ...counts } = row
  return {
    ...counts,
    oldestDueMs: oldestDueAt === null ? 0 : now.getTime() - oldestDueAt.getTime(),
  }
}

function createGauges({ metrics }: World) {
  const alerts = metrics.gauge('alertmanager_alerts', 'Alerts by state.', ['state'])
  const silences = metrics.gauge('alertmanager_silences', 'Silences by state.', ['state'])
  const groups = metrics.gauge('alertmanager_dispatcher_aggregation_groups', 'Groups.')
  const due = metrics.gauge('zstone_alertmanager_notifications_due', 'Not delivered yet.')
  const oldest = metrics.gauge(
    'zstone_alertmanager_notifications_oldest_due_seconds',
    'Age of the oldest notification that is not delivered yet.',
  )
  return (counts: CountRow) => {
    alerts.set({ state: 'active' }, counts.alertsFiring)
    silences.set({ state: 'active' }, counts.silencesActive)
    silences.set({ state: 'pending' }, counts.silencesPending)
    silences.set({ state: 'expired' }, counts.silencesExpired)
    groups.set(counts.groups)
    due.set(counts.notificationsDue)
    oldest.set(counts.oldestDueMs / 1000)
  }
}
