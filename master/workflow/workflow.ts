/**
 * A workflow is a table of steps. Each step names what it makes and how to unmake it. Intent and
 * result of each step are rows, so a process that dies resumes at the step that was under way:
 * every `do` and every `undo` may run twice and must come to the same.
 */

export interface StepContext {
  readonly jobId: string
  /** The same whenever this step of this job runs: hand it to what must not happen twice. */
  readonly token: string
  /** `api`, or `alert/<id>`. */
  readonly requestedBy: string
  /** Of this step's span: hand it on to whom the step calls. */
  readonly traceparent: string
  /** 1 at first; one more after each wait, retry and crash. */
  readonly attempt: number
  /** Aborts when the deadline passes, the job is cancelled or another process has taken over. */
  readonly signal: AbortSignal
  /** Shows how far the step is, at once. For long work; a `wait` carries its own. */
  report(text: string, figures?: Figures): Promise<void>
}

export type Figures = Readonly<Record<string, number>>

export interface StepOptions {
  /** From the first begin, waits and crashes included; then the step has failed. */
  readonly deadlineMs?: number
  /** How often an error that says `retry` is tried again before the step has failed; default 0. */
  readonly retries?: number
  /**
   * Once this step has begun, the job only goes forward: it cannot be cancelled, and a step that
   * fails is tried again until it succeeds, because undoing would do harm.
   */
  readonly isPointOfNoReturn?: boolean
}

export interface Step extends StepOptions {
  readonly name: string
  readonly do: (made: never, context: StepContext) => Promise<object>
  readonly undo?: (made: never, context: StepContext) => Promise<void>
}

/** `Made`, the input and what each step returns, is JSON: between two steps it is in rows. */
export interface Workflow<Made extends object = object> {
  readonly name: string
  readonly steps: readonly Step[]
  /** Adds a step. What `do` returns is in `made` for every later step, and for its own `undo`. */
  step<Out extends object>(
    name: string,
    step: StepOptions & {
      do: (made: Made, context: StepContext) => Promise<Out | Wait | Finish>
      undo?: (made: Made & Out, context: StepContext) => Promise<void>
    },
  ): Workflow<Made & Out>
}

/** What the machine needs of a workflow: its table. */
export type Steps = Pick<Workflow, 'name' | 'steps'>

export function workflow<Input extends object>(name: string): Workflow<Input> {
  return extend(name, [])
}

function extend<Made extends object>(name: string, steps: readonly Step[]): Workflow<Made> {
  return {
    name,
    steps,
    // The steps before made what this one takes: the types of `step` say so, a list cannot.
    step: (stepName, step) => extend(name, [...steps, { name: stepName, ...step } as Step]),
  }
}

/** A step returns this to be run again later: the job is put down, no process waits. */
export class Wait {
  readonly afterMs: number
  readonly text: string
  readonly figures: Figures

  constructor({ afterMs, text, figures = {} }: WaitOptions) {
    this.afterMs = afterMs
    this.text = text
    this.figures = figures
  }
}

export interface WaitOptions {
  readonly afterMs: number
  /** What is waited for, one line. */
  readonly text: string
  readonly figures?: Figures
}

export const wait = (options: WaitOptions) => new Wait(options)

/** A step returns this when nothing is left to do: the job succeeds, later steps are skipped. */
export class Finish {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export const finish = (text: string) => new Finish(text)
