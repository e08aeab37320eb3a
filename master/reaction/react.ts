/**
 * Takes notifications in: each alert becomes a resource, and what it starts is ordered in the same
 * transaction, under an id that follows from the alert. So a repeat starts nothing twice, and a
 * notification that was answered is neither forgotten nor half done.
 */
import { sql as raw } from 'kysely'
import { traceAnnotation } from '#api/alert'
import { alert as alertKind } from '#api/kinds/alert'
import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Resource } from '#lib/schema'
import { traceIdOf } from '#lib/trace'
import { uuidOf } from '#lib/uuid'
import type { EnginePort } from '../engine-port.ts'
import type { Sql } from '../store/database.ts'
import { createResources, type Draft } from '../store/resources.ts'
import type { JobRow, Jobs } from '../workflow/jobs.ts'
import type { Machine } from '../workflow/machine.ts'
import type { NotifiedAlert } from './notification.ts'
import type { AlertFields, Reaction } from './reaction.ts'

export interface Reactor {
  /** Resolves once the alerts and the jobs that they start are durable. */
  take(alerts: readonly NotifiedAlert[]): Promise<void>
  /** Looks again at firing alerts that were held. Answers how many of them now have a job. */
  takeHeld(limit: number): Promise<number>
}

export interface ReactorWorld {
  readonly sql: Sql
  readonly jobs: Jobs
  readonly machine: Pick<Machine, 'order' | 'wake'>
  readonly engine: Pick<EnginePort, 'status'>
  readonly reactions: readonly Reaction[]
  readonly isEnabled: boolean
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

type Alert = Draft<typeof alertKind>

export function createReactor(world: ReactorWorld): Reactor {
  const { sql, clock, metrics } = world
  const taken = metrics.counter('zstone_master_alerts_total', 'Alerts that were notified to us.', [
    'status',
  ])
  const inTransaction = async <T>(work: (trx: Sql, started: JobRow[]) => Promise<T>) => {
    const started: JobRow[] = []
    const result = await sql.transaction().execute(async (trx) => {
      // One at a time: the rows of one alert must not overtake each other.
      await raw`select pg_advisory_xact_lock(hashtextextended('master alerts', 0))`.execute(trx)
      return work(trx, started)
    })
    for (const job of started) await world.machine.wake(job)
    return result
  }
  return {
    async take(alerts) {
      await inTransaction(async (trx, started) => {
        const resources = createResources(trx, clock)
        const ids = alerts.map(idOf)
        const known = new Map((await resources.many(alertKind, ids)).map((row) => [row.id, row]))
        const drafts = new Map<string, Alert>()
        for (const alert of alerts) {
          const draft = draftOf(alert, drafts.get(idOf(alert)) ?? known.get(idOf(alert)))
          drafts.set(draft.id, await reacted(draft, { world, trx, started }))
        }
        await resources.put(alertKind, [...drafts.values()])
      })
      for (const { status } of alerts) taken.inc({ status })
    },
    takeHeld: (limit) =>
      inTransaction(async (trx, started) => {
        const held = await heldAlerts(trx, world.reactions, limit)
        const drafts = []
        for (const alert of held) drafts.push(await reacted(alert, { world, trx, started }))
        await createResources(trx, clock).put(alertKind, drafts)
        return started.length
      }),
  }
}

const idOf = ({ fingerprint, startsAt }: NotifiedAlert) => uuidOf('alert', fingerprint, startsAt)

/** A resolved alert stays resolved: a firing notification of it that comes late is old. */
function draftOf(alert: NotifiedAlert, known: Pick<Resource, 'fields'> | Alert | undefined): Alert {
  const before = known?.fields as AlertFields | undefined // Read as the kind `alert`.
  const { status, labels, annotations, startsAt, endsAt, fingerprint } = alert
  const state = before?.state === 'resolved' ? 'resolved' : status
  return {
    id: idOf(alert),
    name: (labels.alertname || 'alert without a name').slice(0, 255),
    fields: {
      state,
      fingerprint,
      labels,
      annotations,
      startsAt,
      endsAt: state === 'resolved' ? (before?.endsAt ?? endsAt) : undefined,
      job: before?.job,
      held: before?.held,
      traceId: traceIdOf(annotations[traceAnnotation]),
    },
  }
}

interface ReactingIn {
  readonly world: ReactorWorld
  readonly trx: Sql
  readonly started: JobRow[]
}

async function reacted(alert: Alert, inside: ReactingIn): Promise<Alert> {
  const { world } = inside
  const reaction = world.reactions.find(({ alertname }) => alertname === alert.name)
  if (reaction === undefined || alert.fields.state !== 'firing' || alert.fields.job !== undefined)
    return alert
  const outcome: { job?: string; held?: string } = world.isEnabled
    ? await jobFor(alert, reaction, inside)
    : { held: 'reactions are disabled' }
  const { held: before } = alert.fields
  if (outcome.held !== undefined && outcome.held !== before)
    world.log.warn({ alert: alert.name, why: outcome.held }, 'Alert starts no job')
  return { ...alert, fields: { ...alert.fields, held: undefined, ...outcome } }
}

async function jobFor(
  alert: Alert,
  reaction: Reaction,
  { world, trx, started }: ReactingIn,
): Promise<{ job?: string; held?: string }> {
  const { labels, annotations, fingerprint, startsAt } = alert.fields
  const { engine, jobs, clock } = world
  const needs = { engine, jobs, sql: trx, resources: createResources(trx, clock) }
  const decision = await reaction.decide(labels, needs)
  if (decision.kind === 'hold') return { held: decision.why.slice(0, 2000) }
  if (decision.kind === 'join') return { job: decision.jobId }
  const { subject, input } = decision
  const order = {
    id: uuidOf('reaction', fingerprint, startsAt, reaction.workflow),
    workflow: reaction.workflow,
    subject,
    input,
    requestedBy: `alert/${alert.id}`,
    traceparent: annotations[traceAnnotation],
  }
  try {
    const { job, isNew } = await world.machine.order(order, trx)
    if (isNew) started.push(job)
    world.log.info({ alert: alert.name, job: job.id, workflow: job.workflow }, 'Alert starts a job')
    return { job: job.id }
  } catch (error) {
    if (error instanceof ZstoneError) return { held: error.message.slice(0, 2000) }
    throw error
  }
}

async function heldAlerts(
  sql: Sql,
  reactions: readonly Reaction[],
  limit: number,
): Promise<Alert[]> {
  const names = reactions.map(({ alertname }) => alertname)
  if (names.length === 0) return []
  const rows = await sql
    .selectFrom('resource')
    .selectAll()
    .where('kind', '=', alertKind.name)
    .where(raw<boolean>`fields ->> 'state' = 'firing'`)
    .where(raw<boolean>`fields ->> 'job' is null`)
    .where('name', 'in', names)
    .orderBy('created_at')
    .limit(limit)
    .execute()
  // Their fields were checked when they were written.
  return rows.map(({ id, name, fields }) => ({ id, name, fields: fields as AlertFields }))
}
