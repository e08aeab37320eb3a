/** One run of one `do` or `undo`: in a span, under a deadline, measured. It never throws. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { formatDuration } from '#lib/duration'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Metrics } from '#lib/metrics'
import type { Tracer } from '#lib/trace'
import type { JobError, Json } from '../store/database.ts'
import type { JobRow } from './jobs.ts'
import { Finish, type Step, type StepContext, Wait } from './workflow.ts'

export type Outcome =
  | { readonly kind: 'made'; readonly made: Json }
  | { readonly kind: 'wait'; readonly wait: Wait }
  | { readonly kind: 'finish'; readonly text: string }
  | { readonly kind: 'error'; readonly error: unknown }

export interface Performance {
  readonly job: JobRow
  readonly step: Step
  readonly direction: 'do' | 'undo'
  readonly made: Json
  readonly attempt: number
  readonly deadlineAtMs: number
  readonly limitMs: number
  readonly signal: AbortSignal
  readonly report: StepContext['report']
}

export interface PerformWorld {
  readonly clock: Clock
  readonly metrics: Metrics
  readonly tracer: Tracer
}

export async function perform(what: Performance, world: PerformWorld): Promise<Outcome> {
  const { job, step, direction, attempt } = what
  const startedMs = world.clock.monotonicMs()
  const outcome = await world.tracer
    .span(
      `workflow ${direction === 'do' ? 'step' : 'undo'} ${step.name}`,
      {
        parent: job.traceparent,
        attributes: { workflow: job.workflow, 'job.id': job.id, attempt },
      },
      (span) => outcomeOf(what, span.traceparent, world.clock),
    )
    .catch((error: unknown): Outcome => ({ kind: 'error', error }))
  const seconds = (world.clock.monotonicMs() - startedMs) / 1000
  stepSeconds(world.metrics).observe(
    { workflow: job.workflow, step: step.name, direction, outcome: outcome.kind },
    seconds,
  )
  return outcome
}

/** What a job row keeps of an error. */
export function jobErrorOf(error: unknown): JobError {
  const message = messageOf(error)
  return error instanceof ZstoneError
    ? { code: error.code, message, details: error.details }
    : { code: 'INTERNAL', message }
}

function stepSeconds(metrics: Metrics) {
  return metrics.histogram('zstone_master_workflow_step_seconds', 'Time of one run of a step.', {
    labels: ['workflow', 'step', 'direction', 'outcome'],
  })
}

async function outcomeOf(what: Performance, traceparent: string, clock: Clock): Promise<Outcome> {
  const { job, step, direction, made, attempt, report } = what
  if (clock.nowMs() >= what.deadlineAtMs) throw deadlineFault(what)
  const deadline = startDeadline(what, clock)
  const context: StepContext = {
    jobId: job.id,
    token: `${job.id}/${step.name}`,
    requestedBy: job.requested_by,
    traceparent,
    attempt,
    signal: AbortSignal.any([what.signal, deadline.signal]),
    report,
  }
  const call = direction === 'do' ? step.do : step.undo
  try {
    // The types of `workflow` say that this step takes what the steps before it made.
    const result = await Promise.race([call?.(made as never, context), deadline.passed])
    if (result instanceof Wait) return { kind: 'wait', wait: result }
    if (result instanceof Finish) return { kind: 'finish', text: result.text }
    return { kind: 'made', made: asJson(result ?? {}) }
  } finally {
    deadline.cancel()
  }
}

/** What later steps see is what a row can hold, on the first run as after a crash. */
function asJson(made: object): Json {
  return JSON.parse(JSON.stringify(made))
}

function startDeadline(what: Performance, clock: Clock) {
  const controller = new AbortController()
  const passed = Promise.withResolvers<never>()
  const timer = clock.after(what.deadlineAtMs - clock.nowMs(), () => {
    const error = deadlineFault(what)
    controller.abort(error)
    passed.reject(error)
  })
  return { signal: controller.signal, passed: passed.promise, cancel: timer.cancel }
}

const deadlineFault = ({ step, limitMs }: Performance) =>
  fault('STEP_DEADLINE', { step: step.name, limit: formatDuration(limitMs) })
