/** Jobs as rows: ordered, claimed by one worker at a time, written under its fencing epoch. */
import { isDeepStrictEqual } from 'node:util'
import { sql as raw, type Selectable } from 'kysely'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { jsonb } from '#lib/sql/database'
import type { JobState, JobTable, Json, Sql, StepTable } from '../store/database.ts'

export type JobRow = Selectable<JobTable>

export interface JobOrder {
  readonly id: string
  readonly workflow: string
  /** What it works on, as kind/id. */
  readonly subject: string
  readonly input: Json
  readonly requestedBy: string
  readonly traceparent: string
}

/** A worker's hold on a job. */
export interface Claim {
  readonly job: JobRow
  readonly rows: readonly StepTable[]
  readonly owner: string
  readonly epoch: number
}

/** Someone else has the job now: whatever this worker found out no longer counts. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost'
}

export type JobPatch = Partial<
  Pick<JobRow, 'state' | 'is_going_back' | 'step' | 'progress' | 'error'>
>

export interface JobWrite {
  readonly job: JobPatch
  readonly step?: StepTable
  /** Gives the job back: to be taken up at that time, or never again. */
  readonly release?: { readonly dueAtMs: number } | 'finished'
}

export interface Jobs {
  /**
   * Records an order. The same id again, or an open job for the same work, answers that job.
   * `sql` may be a transaction; wake the job after it commits.
   */
  order(sql: Sql, order: JobOrder): Promise<{ job: JobRow; isNew: boolean }>
  get(id: string): Promise<JobRow | undefined>
  many(ids: readonly string[]): Promise<JobRow[]>
  steps(id: string): Promise<StepTable[]>
  /** Undefined when it is finished, not due, or in other hands. */
  claim(id: string, owner: string, leaseMs: number): Promise<Claim | undefined>
  /** Throws LeaseLost when the claim no longer holds, and then has written nothing. */
  write(claim: Claim, leaseMs: number, write: JobWrite): Promise<JobRow>
  renew(claim: Claim, leaseMs: number): Promise<JobRow>
  askCancel(id: string): Promise<JobRow | undefined>
  /** Open jobs that are due and in nobody's hands, the longest due first. */
  due(limit: number): Promise<JobRow[]>
  openFor(sql: Sql, workflow: string, subject: string): Promise<JobRow | undefined>
  /** Open jobs of a workflow that were ordered before this one. */
  olderOpen(workflow: string, jobId: string): Promise<number>
  newest(limit: number): Promise<JobRow[]>
  countByState(states: readonly JobState[]): Promise<ReadonlyMap<JobState, number>>
  forgetFinished(beforeMs: number, limit: number): Promise<number>
}

export function createJobs(sql: Sql, clock: Clock): Jobs {
  const now = () => new Date(clock.nowMs())
  return {
    order: (inside, order) => placeOrder(inside, order, now()),
    get: (id) => sql.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirst(),
    many: async (ids) =>
      ids.length === 0 ? [] : sql.selectFrom('job').selectAll().where('id', 'in', ids).execute(),
    steps: (id) => stepsOf(sql, id),
    async claim(id, owner, leaseMs) {
      const job = await sql
        .updateTable('job')
        .set((eb) => ({
          lease_owner: owner,
          lease_epoch: eb('lease_epoch', '+', 1),
          lease_until: leaseUntil(leaseMs),
          attempts: eb('attempts', '+', 1),
          version: eb('version', '+', 1),
          started_at: eb.fn.coalesce('started_at', eb.val(now())),
          state: raw<JobState>`case when state = 'stuck' then state
            when is_going_back then 'undoing' else 'running' end`,
        }))
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .where('due_at', '<=', new Date(clock.nowMs() + earlyMsMax))
        .where(isFree)
        .returningAll()
        .executeTakeFirst()
      if (job === undefined) return undefined
      return { job, rows: await stepsOf(sql, id), owner, epoch: job.lease_epoch }
    },
    write: (claim, leaseMs, change) =>
      sql.transaction().execute((trx) => writeFenced(trx, { claim, leaseMs, change, now: now() })),
    renew: (claim, leaseMs) =>
      fenced(sql, claim, { lease_until: leaseUntil(leaseMs), updated_at: now() }),
    askCancel: (id) =>
      sql
        .updateTable('job')
        .set((eb) => ({
          is_cancel_asked: true,
          due_at: eb.fn<Date>('least', ['due_at', eb.val(now())]),
          version: eb('version', '+', 1),
        }))
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    ...lists(sql, now),
  }
}

function lists(sql: Sql, now: () => Date) {
  return {
    due: (limit: number) =>
      sql
        .selectFrom('job')
        .selectAll()
        .where('finished_at', 'is', null)
        .where('due_at', '<=', now())
        .where(isFree)
        .orderBy('due_at')
        .limit(limit)
        .execute(),
    openFor: (inside: Sql, workflow: string, subject: string) =>
      inside
        .selectFrom('job')
        .selectAll()
        .where('workflow', '=', workflow)
        .where('subject', '=', subject)
        .where('finished_at', 'is', null)
        .executeTakeFirst(),
    async olderOpen(workflow: string, jobId: string) {
      const { count } = await sql
        .selectFrom('job as other')
        .innerJoin('job as own', (join) => join.on('own.id', '=', jobId))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('other.workflow', '=', workflow)
        .where('other.finished_at', 'is', null)
        .where(raw<boolean>`(other.created_at, other.id) < (own.created_at, own.id)`)
        .executeTakeFirstOrThrow()
      return count
    },
    newest: (limit: number) =>
      sql
        .selectFrom('job')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute(),
    async countByState(states: readonly JobState[]) {
      const rows = await sql
        .selectFrom('job')
        .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
        .where('finished_at', 'is', null)
        .groupBy('state')
        .execute()
      const counts = new Map<JobState, number>(states.map((state) => [state, 0]))
      for (const { state, count } of rows) counts.set(state, count)
      return counts
    },
    async forgetFinished(beforeMs: number, limit: number) {
      const old = sql
        .selectFrom('job')
        .select('id')
        .where('finished_at', '<', new Date(beforeMs))
        .limit(limit)
      const result = await sql.deleteFrom('job').where('id', 'in', old).executeTakeFirst()
      return Number(result.numDeletedRows)
    },
  }
}

/** A delayed wake-up may come a little early, because the queue has a clock of its own. */
const earlyMsMax = 50

/** Leases are measured by the database's clock: the one clock that all masters see alike. */
const isFree = raw<boolean>`(lease_until is null or lease_until < clock_timestamp())`
const leaseUntil = (leaseMs: number) =>
  raw<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000})`

function stepsOf(sql: Sql, id: string): Promise<StepTable[]> {
  return sql
    .selectFrom('job_step')
    .selectAll()
    .where('job_id', '=', id)
    .orderBy('position')
    .execute()
}

async function placeOrder(sql: Sql, order: JobOrder, now: Date) {
  const { id, workflow, subject, input, requestedBy, traceparent } = order
  const job = await sql
    .insertInto('job')
    .values({
      id,
      workflow,
      subject,
      input: jsonb(input) as never, // A JSON expression stands for the value.
      requested_by: requestedBy,
      state: 'queued',
      traceparent,
      due_at: now,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  return job === undefined
    ? { job: await standing(sql, order), isNew: false }
    : { job, isNew: true }
}

/** The job that an order ran into. */
async function standing(sql: Sql, order: JobOrder): Promise<JobRow> {
  const { id, workflow, subject, input } = order
  const found = await sql
    .selectFrom('job')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('id', '=', id),
        eb.and([
          eb('workflow', '=', workflow),
          eb('subject', '=', subject),
          eb('finished_at', 'is', null),
        ]),
      ]),
    )
    .orderBy((eb) => eb('id', '=', id), 'desc')
    .executeTakeFirst()
  // It ended between the two statements: the caller may order again.
  if (found === undefined) throw fault('JOB_UNDER_WAY', { workflow, id, subject })
  const isSame =
    found.workflow === workflow &&
    found.subject === subject &&
    isDeepStrictEqual(found.input, JSON.parse(JSON.stringify(input)))
  if (isSame) return found
  throw found.id === id
    ? fault('JOB_ID_TAKEN', { id })
    : fault('JOB_UNDER_WAY', { workflow, id: found.id, subject })
}

interface FencedWrite {
  readonly claim: Claim
  readonly leaseMs: number
  readonly change: JobWrite
  readonly now: Date
}

async function writeFenced(sql: Sql, { claim, leaseMs, change, now }: FencedWrite) {
  const { job, step, release } = change
  const row = await fenced(sql, claim, {
    ...(job.state === undefined ? {} : { state: job.state }),
    ...(job.is_going_back === undefined ? {} : { is_going_back: job.is_going_back }),
    ...(job.step === undefined ? {} : { step: job.step }),
    ...(job.progress === undefined ? {} : { progress: json(job.progress) }),
    ...(job.error === undefined ? {} : { error: json(job.error) }),
    updated_at: now,
    ...leaseAfter(release, leaseMs, now),
  })
  if (step !== undefined) await putStep(sql, step)
  return row
}

function leaseAfter(release: JobWrite['release'], leaseMs: number, now: Date) {
  if (release === undefined) return { lease_until: leaseUntil(leaseMs) }
  const free = { lease_until: null, lease_owner: null }
  if (release === 'finished') return { ...free, finished_at: now }
  // Who asked for a cancel during the step must not wait until the job would have gone on.
  const dueAt = raw<Date>`case when is_cancel_asked and not is_going_back then ${now}
    else cast(${new Date(release.dueAtMs)} as timestamptz) end`
  return { ...free, due_at: dueAt }
}

async function fenced(sql: Sql, claim: Claim, patch: object): Promise<JobRow> {
  const row = await sql
    .updateTable('job')
    .set((eb) => ({ ...patch, version: eb('version', '+', 1) }))
    .where('id', '=', claim.job.id)
    .where('lease_epoch', '=', claim.epoch)
    .where('lease_owner', '=', claim.owner)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw new LeaseLost(`Lost job ${claim.job.id} to another worker`)
  return row
}

async function putStep(sql: Sql, step: StepTable): Promise<void> {
  const row = { ...step, made: json(step.made), error: json(step.error) }
  await sql
    .insertInto('job_step')
    .values(row)
    .onConflict((conflict) => conflict.columns(['job_id', 'position']).doUpdateSet(row))
    .execute()
}

/** A value for a `jsonb` column, or SQL's null. */
const json = <T>(value: T | null) => (value === null ? null : jsonb(value)) as never
