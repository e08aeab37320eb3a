/** A pause that a vendor asks for in the body of its answer. */
import type { Outcome } from './notifier.ts'

/** Seconds, as a number or in digits; what the header says comes first. */
export function passingAfter(outcome: Outcome, seconds: unknown): Outcome {
  if (outcome.kind !== 'failed' || !outcome.passing || outcome.retryAfterMs !== undefined)
    return outcome
  const asked = typeof seconds === 'string' && seconds !== '' ? Number(seconds) : seconds
  return typeof asked === 'number' && Number.isFinite(asked) && asked >= 0
    ? { ...outcome, retryAfterMs: Math.ceil(asked * 1000) }
    : outcome
}
