/**
 * After the routing has changed: firing alerts join the groups that they belong to now and leave
 * the others. Groups that both routings have keep their timers and their log: nothing is re-sent.
 */
import { createHash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { WakeUp } from '#lib/queue/queue'
import type { AlertConfig } from '../config/config.ts'
import { removeOrphans, settle } from '../flush/settle.ts'
import { inLedgerTransaction } from '../history/ledger.ts'
import { type AlertRow, alertOf, type Tx } from '../store/tables.ts'
import { inTransaction, recordset, table } from '../store/transaction.ts'
import type { WakeAll } from '../wake.ts'
import type { World } from '../world.ts'
import { join, type Membership } from './group.ts'
import { groupOf, type Route, routesOf } from './routing.ts'

const pageSize = 1000

/** Does nothing where the memberships were computed with this very routing. */
export async function regroup(world: World, wakeAll: WakeAll): Promise<void> {
  const config = world.config()
  const hash = hashOf(config)
  if ((await appliedHash(world)) === hash) return
  for (let after: string | undefined = ''; after !== undefined; ) {
    const from: string = after
    const { last, wakeUps } = await inTransaction(world.db, world, (tx) =>
      regroupPage(tx, from, { config, nowMs: world.clock.nowMs() }),
    )
    wakeAll(wakeUps)
    after = last
  }
  await inLedgerTransaction(world, async (tx, ledger) => {
    const routeless = await groupsWhere(tx, sql`not (route_id = any(${[...config.routes.keys()]}))`)
    await removeOrphans({ tx, ledger, nowMs: world.clock.nowMs() }, routeless)
    await settle(tx, await groupsWhere(tx, hasNoMember))
    await sql`
      insert into ${table('applied_routing')} (hash) values (${hash})
      on conflict (only_row) do update set hash = excluded.hash`.execute(tx)
  })
  world.log.info({}, 'Alerts were grouped anew')
}

interface Page {
  readonly last: string | undefined
  readonly wakeUps: readonly WakeUp[]
}

async function regroupPage(
  tx: Tx,
  after: string,
  { config, nowMs }: { readonly config: AlertConfig; readonly nowMs: number },
): Promise<Page> {
  const { rows } = await sql<AlertRow>`
    select * from ${table('alerts')}
    where fingerprint > ${after} and ends_at > ${new Date(nowMs)}
    order by fingerprint limit ${pageSize} for no key update`.execute(tx)
  const memberships: readonly Membership[] = rows
    .map(alertOf)
    .flatMap((alert) => routesOf(config.root, alert.labels).map((route) => ({ alert, route })))
  const kept = memberships.map(({ alert, route }) => ({
    group_id: groupOf(route, alert.labels).id,
    fingerprint: alert.fingerprint,
  }))
  await sql`
    delete from ${table('members')} as member
    where fingerprint = any(${rows.map(({ fingerprint }) => fingerprint)})
      and not exists (
        select from jsonb_to_recordset(${recordset(kept)}) as kept(group_id text, fingerprint text)
        where kept.group_id = member.group_id and kept.fingerprint = member.fingerprint
      )`.execute(tx)
  const wakeUps = await join(tx, memberships, nowMs)
  return { last: rows.length < pageSize ? undefined : rows.at(-1)?.fingerprint, wakeUps }
}

const hasNoMember = sql`
  not exists (select from ${table('members')} as member where member.group_id = g.id)`

async function groupsWhere(tx: Tx, condition: RawBuilder<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly id: string }>`
    select id from ${table('groups')} as g where ${condition}`.execute(tx)
  return rows.map(({ id }) => id)
}

async function appliedHash({ db }: World): Promise<string | undefined> {
  const { rows } = await sql<{ readonly hash: string }>`
    select hash from ${table('applied_routing')}`.execute(db)
  return rows[0]?.hash
}

/** Over what decides which groups there are; intervals are read at each flush. */
function hashOf({ root }: AlertConfig): string {
  const shape = (route: Route): unknown => [
    route.id,
    route.groupBy,
    route.continues,
    route.routes.map(shape),
  ]
  return createHash('sha256')
    .update(JSON.stringify(shape(root)))
    .digest('hex')
}
