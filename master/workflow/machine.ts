/**
 * The machine that runs workflows. Rows are the truth; a queue only says when to look at one.
 * Any number of processes may run one on the same database.
 */
import { fault } from '#api/errors'
import { assert } from '#lib/assert'
import { messageOf } from '#lib/errors'
import type { Queue } from '#lib/queue/queue'
import type { JobError, Json, Sql } from '../store/database.ts'
import { type AdvanceWorld, advance, type InHand } from './advance.ts'
import { hold } from './hold.ts'
import { type Claim, type JobRow, LeaseLost } from './jobs.ts'
import { pastReturn } from './next-move.ts'
import { jobErrorOf } from './perform.ts'
import type { Steps } from './workflow.ts'

export interface Order {
  /** Absent: a new one. Present: the same order again answers the same job. */
  readonly id?: string | undefined
  readonly workflow: string
  /** What it works on, as kind/id: one open job of a workflow a subject. */
  readonly subject: string
  readonly input: Json
  readonly requestedBy: string
  /** Of what caused it. */
  readonly traceparent?: string | undefined
}

export interface Machine {
  /** Records the order; `sql` may be a transaction, after whose commit `wake` is due. */
  order(order: Order, sql: Sql): Promise<{ job: JobRow; isNew: boolean }>
  /** Asks for the job to be looked at. A wake-up that gets lost costs a period of the loop. */
  wake(job: JobRow, marker?: string): Promise<void>
  /** Orders and wakes. */
  start(order: Order): Promise<{ job: JobRow; isNew: boolean }>
  /** Looks at a job: does what is due, unless someone else does. */
  run(jobId: string): Promise<void>
  cancel(jobId: string): Promise<JobRow>
  /** Begins to answer wake-ups. */
  open(): void
  /** Puts down what is in hand, so that the next start goes on with it. */
  close(): Promise<void>
}

export interface MachineWorld extends AdvanceWorld {
  readonly sql: Sql
  readonly workflows: readonly Steps[]
  readonly queue: Queue
  /** How many jobs at once, in this process. */
  readonly concurrency: number
}

interface Running {
  readonly stop: AbortController
  readonly cancel: AbortController
  readonly done: Promise<void>
}

interface Start extends Omit<Running, 'done'> {
  readonly claim: Claim
  readonly flow: Steps
  readonly lost: AbortSignal
  readonly isClosing: () => boolean
}

export function createMachine(world: MachineWorld): Machine {
  const { jobs, queue, sql, log, clock, random } = world
  const owner = random.uuid()
  const flows = new Map(world.workflows.map((flow) => [flow.name, flow]))
  assert(flows.size === world.workflows.length, 'Two workflows have one name')
  const running = new Map<string, Running>()
  let isClosing = false
  const { finished, leasesLost } = countersOf(world)

  const machine: Machine = {
    async order(order, inside) {
      assert(flows.has(order.workflow), `No workflow has the name "${order.workflow}"`)
      const { traceparent: parent, id = random.uuid(), ...rest } = order
      return world.tracer.span(`job ${order.workflow}`, { parent }, ({ traceparent, set }) => {
        set('job.id', id)
        return jobs.order(inside, { ...rest, id, traceparent })
      })
    },
    async wake(job, marker = '') {
      const delayMs = Math.max(0, job.due_at.getTime() - clock.nowMs())
      await queue
        .wake({ jobId: `${job.id}.${job.version}${marker}`, rowId: job.id, delayMs })
        .catch((error) =>
          log.warn({ job: job.id, error: messageOf(error) }, 'Cannot wake a job; the loop will'),
        )
    },
    async start(order) {
      const placed = await machine.order(order, sql)
      if (placed.isNew) await machine.wake(placed.job)
      return placed
    },
    async run(jobId) {
      if (isClosing || running.has(jobId)) return
      const claim = await jobs.claim(jobId, owner, world.timing.leaseMs)
      if (claim === undefined) return
      const stop = new AbortController()
      const cancel = new AbortController()
      const done = carry(claim, { stop, cancel }).finally(() => running.delete(jobId))
      running.set(jobId, { stop, cancel, done })
      await done
    },
    async cancel(jobId) {
      const job = await cancelled(jobId, world, flows)
      running.get(jobId)?.cancel.abort()
      await machine.wake(job)
      return job
    },
    open: () => queue.work(machine.run, { concurrency: world.concurrency }),
    async close() {
      isClosing = true
      for (const { stop } of running.values()) stop.abort(new Error('The master is closing'))
      await Promise.allSettled([...running.values()].map(({ done }) => done))
    },
  }

  const holdWorld = { jobs, clock, log, leaseMs: world.timing.leaseMs }
  const carry = async (claim: Claim, { stop, cancel }: Omit<Running, 'done'>) => {
    const flow = flowOf(claim, flows)
    if ('code' in flow) return void (await shelve(claim, world, flow))
    try {
      const job = await hold(claim, holdWorld, {
        work: (lost) =>
          advance(handOf({ claim, flow, lost, stop, cancel, isClosing: () => isClosing }), world),
        onRenewed: (row) => row.is_cancel_asked && cancel.abort(),
      })
      if (job.finished_at === null) return isClosing ? undefined : await machine.wake(job)
      finished.inc({ workflow: job.workflow, state: job.state })
      log.info({ job: job.id, workflow: job.workflow, state: job.state }, 'Job ended')
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
      leasesLost.inc({ workflow: claim.job.workflow })
      log.warn({ job: claim.job.id }, 'Another master has taken a job over')
    }
  }
  return machine
}

/** Shown from the start, at 0: a counter that first appears at 1 shows no increase. */
function countersOf({ metrics, workflows }: MachineWorld) {
  const finished = metrics.counter('zstone_master_jobs_finished_total', 'Jobs that ended.', [
    'workflow',
    'state',
  ])
  const leasesLost = metrics.counter(
    'zstone_master_job_leases_lost_total',
    'Jobs that another master took over while this one worked on them.',
    ['workflow'],
  )
  for (const { name: workflow } of workflows) {
    leasesLost.inc({ workflow }, 0)
    for (const state of ['succeeded', 'failed', 'cancelled']) finished.inc({ workflow, state }, 0)
  }
  return { finished, leasesLost }
}

function handOf({ claim, flow, lost, stop, cancel, isClosing }: Start): InHand {
  return {
    claim,
    flow,
    job: claim.job,
    rows: new Map(claim.rows.map((row) => [row.position, row])),
    stopSignal: AbortSignal.any([lost, stop.signal]),
    cancelSignal: cancel.signal,
    isClosing,
  }
}

async function cancelled(id: string, { jobs }: MachineWorld, flows: ReadonlyMap<string, Steps>) {
  const job = await jobs.get(id)
  if (job === undefined) throw fault('RESOURCE_UNKNOWN', { kind: 'job', plural: 'jobs', id })
  const past = pastReturn(flows.get(job.workflow)?.steps ?? [], await jobs.steps(id))
  if (past !== undefined && job.finished_at === null)
    throw fault('JOB_PAST_RETURN', { id, step: past.name })
  const asked = await jobs.askCancel(id)
  if (asked === undefined) throw fault('JOB_FINISHED', { id, state: job.state })
  return asked
}

/** The table of a job, or why this program cannot go on with it. */
function flowOf({ job, rows }: Claim, flows: ReadonlyMap<string, Steps>): Steps | JobError {
  const flow = flows.get(job.workflow)
  const isKnown = rows.every(({ name, position }) => flow?.steps[position]?.name === name)
  if (flow !== undefined && isKnown) return flow
  return jobErrorOf(fault('JOB_WORKFLOW_UNKNOWN', { id: job.id, workflow: job.workflow }))
}

/** Another version of this program knows better; looked at again after the longest pause. */
function shelve(claim: Claim, { jobs, timing, clock }: MachineWorld, error: JobError) {
  return jobs.write(claim, timing.leaseMs, {
    job: { state: 'stuck', progress: { text: error.message, figures: {} } },
    release: { dueAtMs: clock.nowMs() + timing.retryMsMax },
  })
}
