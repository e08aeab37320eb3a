/** Tries again with growing, jittered pauses, a bounded number of times. */
import { type Clock, sleep } from './clock.ts'
import type { Random } from './random.ts'

export interface RetryPolicy {
  /** How many times in all, the first one included. */
  readonly attempts: number
  readonly firstDelayMs: number
  readonly delayMsMax: number
  /** Whether an error is worth another try; default: every one is. */
  readonly isPassing?: (error: unknown) => boolean
}

export interface RetryWorld {
  readonly clock: Clock
  readonly random: Random
  readonly signal?: AbortSignal
}

export async function retry<T>(
  policy: RetryPolicy,
  world: RetryWorld,
  run: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run(attempt)
    } catch (error) {
      const worthIt = policy.isPassing?.(error) ?? true
      if (!worthIt || attempt >= policy.attempts || world.signal?.aborted) throw error
      await sleep(world.clock, backoffMs(policy, attempt, world.random), world.signal)
    }
  }
}

/** Exponential from `firstDelayMs`, capped, then "equal jitter": half fixed, half chance. */
export function backoffMs(
  { firstDelayMs, delayMsMax }: Pick<RetryPolicy, 'firstDelayMs' | 'delayMsMax'>,
  attempt: number,
  random: Random,
): number {
  const fullMs = Math.min(delayMsMax, firstDelayMs * 2 ** (attempt - 1))
  return fullMs / 2 + (random.fraction() * fullMs) / 2
}
