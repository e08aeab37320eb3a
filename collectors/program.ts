/** A program that a collector asks: bounded in time, absent where it is not installed. */
import type { Clock } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import { type ProgramOutput, startProgram } from '#lib/proc/run'

export interface Program {
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
  /** Paths, or names that are looked for on the PATH: the first that is there is asked. */
  readonly path: string | readonly string[]
  readonly clock: Clock
  readonly deadlineMs: number
  /** The whole environment of the program; absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** Who installs a program later need not start the agent anew. */
const missingForMs = 3_600_000

export function createProgram({ path, clock, deadlineMs, env }: ProgramSource): Program {
  const candidates = [path].flat().filter((each) => each !== '')
  const lingering = new Set<string>()
  let current = 0
  let missingUntilMs = Number.NEGATIVE_INFINITY
  const program: Program = {
    async ask(args, { subject, stop }) {
      const path = candidates[current]
      if (path === undefined || clock.monotonicMs() < missingUntilMs) return undefined
      if (lingering.has(subject)) throw new Error(`the ${path} of an earlier reading still hangs`)
      const { output, gone } = startProgram({ path, args, deadlineMs, env, signal: stop }, clock)
      lingering.add(subject)
      void gone.then(() => lingering.delete(subject))
      try {
        return await output
      } catch (error) {
        if (!(error instanceof ZstoneError && error.code === 'PROGRAM_MISSING')) throw error
        await gone
        current = (current + 1) % candidates.length
        if (current === 0) missingUntilMs = clock.monotonicMs() + missingForMs
        return program.ask(args, { subject, stop })
      }
    },
  }
  return program
}
