/** Carries a claimed job forward or back, move by move, until it ends or is put down. */
import { fault } from '#api/errors'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import { backoffMs } from '#lib/retry'
import type { Json, StepTable } from '../store/database.ts'
import type { Claim, JobRow, Jobs, JobWrite } from './jobs.ts'
import { nextMove, pastReturn } from './next-move.ts'
import { jobErrorOf, type Outcome, type PerformWorld, perform } from './perform.ts'
import type { Step, Steps } from './workflow.ts'

export interface AdvanceWorld extends PerformWorld {
  readonly jobs: Jobs
  readonly random: Random
  readonly log: Log
  readonly timing: Timing
}

export interface Timing {
  /** How long a silent worker keeps its job. */
  readonly leaseMs: number
  /** Of a step that names none. */
  readonly stepDeadlineMs: number
  readonly retryFirstMs: number
  readonly retryMsMax: number
}

/** A job in the hands of a worker. */
export interface InHand {
  readonly claim: Claim
  readonly flow: Steps
  job: JobRow
  readonly rows: Map<number, StepTable>
  /** Aborts when this worker must stop: lease lost, or closing. */
  readonly stopSignal: AbortSignal
  /** Aborts when the job is cancelled; it stops what can still be turned back. */
  readonly cancelSignal: AbortSignal
  /** Closing: the job is put down as it is, for the next start. */
  readonly isClosing: () => boolean
}

/** The job as it was left: finished, or released to be taken up later. */
export async function advance(hand: InHand, world: AdvanceWorld): Promise<JobRow> {
  for (;;) {
    if (hand.isClosing()) return putDown(hand, world)
    const move = nextMove(hand.flow.steps, courseOf(hand))
    if (move.kind === 'end') return end(hand, world)
    if (move.kind === 'turn back') {
      const error = fault('JOB_CANCELLED', { workflow: hand.flow.name })
      await turnBack(hand, world, { error })
      continue
    }
    const goesOn =
      move.kind === 'do'
        ? await doStep(hand, world, move.position)
        : await undoStep(hand, world, move.position)
    if (!goesOn) return hand.job
  }
}

const isPastReturn = ({ flow, rows }: InHand) =>
  pastReturn(flow.steps, [...rows.values()]) !== undefined

/** Input and what all steps up to and with `position` made. */
function madeUntil(job: JobRow, rows: Iterable<StepTable>, position: number): Json {
  const made = [...rows]
    .filter((row) => row.position <= position && row.state !== 'failed')
    .sort((a, b) => a.position - b.position)
    .map((row) => row.made)
  return Object.assign({}, job.input, ...made)
}

const courseOf = ({ job, rows }: InHand) => ({
  isGoingBack: job.is_going_back,
  isCancelAsked: job.is_cancel_asked,
  rows: [...rows.values()],
})

async function doStep(hand: InHand, world: AdvanceWorld, position: number): Promise<boolean> {
  const row = await begin(hand, world, { position, state: 'started' })
  const outcome = await run(hand, world, { row, direction: 'do' })
  if (outcome.kind === 'error') return failed(hand, world, { row, error: outcome.error })
  if (outcome.kind === 'wait') {
    const { afterMs, text, figures } = outcome.wait
    const limitAtMs = isPastReturn(hand) ? Number.POSITIVE_INFINITY : row.deadline_at.getTime()
    const dueAtMs = Math.min(world.clock.nowMs() + Math.max(0, afterMs), limitAtMs)
    await write(hand, world, {
      job: { state: 'waiting', progress: { text, figures } },
      step: { ...row, state: 'waiting', error: null },
      release: { dueAtMs },
    })
    return false
  }
  const made = outcome.kind === 'made' ? outcome.made : {}
  const finished = new Date(world.clock.nowMs())
  const step: StepTable = { ...row, state: 'done', made, error: null, finished_at: finished }
  if (outcome.kind === 'finish') {
    const progress = { text: outcome.text, figures: {} }
    await write(hand, world, { job: { state: 'succeeded', progress }, step, release: 'finished' })
    return false
  }
  await write(hand, world, { job: { state: 'running', error: null }, step })
  return true
}

async function undoStep(hand: InHand, world: AdvanceWorld, position: number): Promise<boolean> {
  const row = await begin(hand, world, { position, state: 'undoing' })
  const outcome = await run(hand, world, { row, direction: 'undo' })
  if (outcome.kind === 'error') {
    if (hand.isClosing()) return true
    await stuck(hand, world, { row, error: outcome.error, what: 'undo' })
    return false
  }
  await write(hand, world, {
    job: { state: 'undoing', progress: null },
    step: { ...row, state: 'undone', error: null },
  })
  return true
}

/** The intent is a row before anything is done. */
async function begin(
  hand: InHand,
  world: AdvanceWorld,
  { position, state }: { position: number; state: 'started' | 'undoing' },
): Promise<StepTable> {
  const step = stepAt(hand, position)
  const nowMs = world.clock.nowMs()
  const known = hand.rows.get(position)
  const isFirst = known === undefined || (state === 'undoing' && known.state !== 'undoing')
  const row: StepTable = {
    job_id: hand.job.id,
    position,
    name: step.name,
    made: known?.made ?? {},
    error: known?.error ?? null,
    started_at: known?.started_at ?? new Date(nowMs),
    finished_at: known?.finished_at ?? null,
    attempts: isFirst ? 1 : known.attempts + 1,
    failures: isFirst ? 0 : known.failures,
    state,
    deadline_at: isFirst ? new Date(nowMs + limitOf(step, world)) : known.deadline_at,
  }
  await write(hand, world, {
    job: { step: step.name, ...(isFirst ? { progress: null } : {}) },
    step: row,
  })
  return row
}

function run(
  hand: InHand,
  world: AdvanceWorld,
  { row, direction }: { row: StepTable; direction: 'do' | 'undo' },
): Promise<Outcome> {
  const step = stepAt(hand, row.position)
  const limitMs = limitOf(step, world)
  // What must succeed is tried until it does, and has its limit anew each time.
  const mustSucceed = direction === 'undo' || isPastReturn(hand)
  const deadlineAtMs = mustSucceed ? world.clock.nowMs() + limitMs : row.deadline_at.getTime()
  const until = direction === 'do' ? row.position - 1 : row.position
  return perform(
    {
      job: hand.job,
      step,
      direction,
      made: madeUntil(hand.job, hand.rows.values(), until),
      attempt: row.attempts,
      deadlineAtMs,
      limitMs,
      signal: mustSucceed ? hand.stopSignal : AbortSignal.any([hand.stopSignal, hand.cancelSignal]),
      report: async (text, figures = {}) =>
        void (await write(hand, world, { job: { progress: { text, figures } } })),
    },
    world,
  )
}

/** Decides what an error of a `do` means. True: the next move follows at once. */
async function failed(
  hand: InHand,
  world: AdvanceWorld,
  { row, error }: { row: StepTable; error: unknown },
): Promise<boolean> {
  if (hand.isClosing()) return true
  const step = stepAt(hand, row.position)
  if (isPastReturn(hand)) {
    await stuck(hand, world, { row, error, what: 'do' })
    return false
  }
  if (hand.job.is_cancel_asked || hand.cancelSignal.aborted) {
    const cancelled = fault('JOB_CANCELLED', { workflow: hand.flow.name })
    await turnBack(hand, world, { row, error: cancelled })
    return true
  }
  const mayPass = error instanceof ZstoneError && error.retry && error.code !== 'STEP_DEADLINE'
  if (!mayPass || row.failures >= (step.retries ?? 0)) {
    await turnBack(hand, world, { row, error })
    return true
  }
  const delayMs = pauseMs(row.failures + 1, world)
  await write(hand, world, {
    job: { state: 'waiting', progress: { text: messageOf(error), figures: {} } },
    step: { ...row, state: 'waiting', failures: row.failures + 1, error: jobErrorOf(error) },
    release: { dueAtMs: world.clock.nowMs() + delayMs },
  })
  return false
}

async function turnBack(
  hand: InHand,
  world: AdvanceWorld,
  { row, error }: { row?: StepTable; error: unknown },
): Promise<void> {
  const why = jobErrorOf(error)
  const { id, workflow } = hand.job
  world.log.warn({ job: id, workflow, step: row?.name, error: why.message }, 'Job turns back')
  await write(hand, world, {
    job: { state: 'undoing', is_going_back: true, error: why, progress: null },
    ...(row === undefined ? {} : { step: { ...row, state: 'failed', error: why } }),
  })
}

/** Tried again with growing pauses, for ever. Someone has to see it: it is a state of its own. */
async function stuck(
  hand: InHand,
  world: AdvanceWorld,
  { row, error, what }: { row: StepTable; error: unknown; what: 'do' | 'undo' },
): Promise<void> {
  const why = jobErrorOf(error)
  const delayMs = pauseMs(row.failures + 1, world)
  const { id, workflow } = hand.job
  world.log.error(
    { job: id, workflow, step: row.name, error: why.message, delayMs },
    'Job is stuck',
  )
  const text = `Cannot ${what} step "${row.name}": ${why.message}`
  await write(hand, world, {
    // Going back, the error stays the one that turned the job; forward, it is what holds it up.
    job: {
      state: 'stuck',
      progress: { text, figures: {} },
      ...(what === 'do' ? { error: why } : {}),
    },
    step: { ...row, failures: row.failures + 1, error: why },
    release: { dueAtMs: world.clock.nowMs() + delayMs },
  })
}

async function end(hand: InHand, world: AdvanceWorld): Promise<JobRow> {
  const wasCancelled = hand.job.error?.code === 'JOB_CANCELLED'
  const state = !hand.job.is_going_back ? 'succeeded' : wasCancelled ? 'cancelled' : 'failed'
  return write(hand, world, { job: { state, progress: null }, release: 'finished' })
}

function putDown(hand: InHand, world: AdvanceWorld): Promise<JobRow> {
  return write(hand, world, { job: {}, release: { dueAtMs: world.clock.nowMs() } })
}

async function write(hand: InHand, world: AdvanceWorld, change: JobWrite): Promise<JobRow> {
  hand.job = await world.jobs.write(hand.claim, world.timing.leaseMs, change)
  if (change.step !== undefined) hand.rows.set(change.step.position, change.step)
  return hand.job
}

function stepAt(hand: InHand, position: number): Step {
  const step = hand.flow.steps[position]
  if (step === undefined) throw new RangeError(`${hand.flow.name} has no step ${position}`)
  return step
}

const limitOf = (step: Step, { timing }: AdvanceWorld) => step.deadlineMs ?? timing.stepDeadlineMs

const pauseMs = (attempt: number, { timing, random }: AdvanceWorld) =>
  backoffMs({ firstDelayMs: timing.retryFirstMs, delayMsMax: timing.retryMsMax }, attempt, random)
