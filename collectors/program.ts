/** A program that a collector asks: bounded in time, absent where it is not installed. */
import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import { type ProgramOutput, startProgram } from '#lib/proc/run'

export interface Program {
  /** Such as `ethtool`, for messages. */
  readonly name: string
  /**
   * Undefined: there is no such program here, which is no fault. `subject` is what it is asked
   * about: while the kernel holds a process that was killed, no second one is started beside it.
   */
  ask(args: readonly string[], about: Question): Promise<ProgramOutput | undefined>
}

export interface Question {
  readonly subject: string
  readonly stop: AbortSignal
}

export interface ProgramSource {
  /** A path, or a name that is looked for on the PATH; empty: never asked. */
  readonly path: string
  readonly clock: Clock
  readonly deadlineMs: number
  /** The whole environment of the program; absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** Who installs a program later need not start the agent anew. */
const missingForMs = 3_600_000

export function createProgram({ path, clock, deadlineMs, env }: ProgramSource): Program {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const lingering = new Set<string>()
  let missingUntilMs = path === '' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
  return {
    name,
    async ask(args, { subject, stop }) {
      if (clock.monotonicMs() < missingUntilMs) return undefined
      if (lingering.has(subject)) throw new Error(`the ${name} of an earlier reading still hangs`)
      const { output, gone } = startProgram({ path, args, deadlineMs, env, signal: stop }, clock)
      lingering.add(subject)
      void gone.then(() => lingering.delete(subject))
      try {
        return await output
      } catch (error) {
        if (!(error instanceof ZstoneError && error.code === 'PROGRAM_MISSING')) throw error
        missingUntilMs = clock.monotonicMs() + missingForMs
        return undefined
      }
    },
  }
}
