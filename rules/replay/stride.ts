/**
 * How many steps are asked for at once: as many as are answered within a moment. Where they are
 * refused the error is looked for in ever smaller pieces; what is too much stays too much.
 */
import type { Answer } from './world.ts'

export interface Pace {
  /** Steps of the first piece; later ones follow from how long this one takes. */
  readonly stepsFirst: number
  /** How long an answer may take, as a rule. */
  readonly answerMs: number
  /** After an answer the server is left alone for so many times as long as it took. */
  readonly restFactor: number
  /** Refused pieces of one expression that are tried in halves: so the error is found. */
  readonly refusalsMax: number
}

export interface Stride {
  steps(): number
  /** True: the same is to be asked for in smaller pieces. */
  isToBeHalved(kind: Answer['kind'], count: number): boolean
  /** What came of a piece was taken. */
  taken(count: number, tookMs: number): void
}

/** A Prometheus refuses more steps at once. */
const stepsMax = 11_000

export function createStride({
  stepsFirst,
  answerMs,
  refusalsMax,
}: Omit<Pace, 'restFactor'>): Stride {
  let [steps, most, refusals] = [stepsFirst, stepsMax, 0]
  /** Where an error is looked for pieces are small for a while. */
  let narrow = Number.POSITIVE_INFINITY
  return {
    steps: () => Math.min(most, steps, narrow),
    isToBeHalved(kind, count) {
      const half = Math.ceil(count / 2)
      if (kind === 'too much') most = half
      if (kind === 'refused' && ++refusals <= refusalsMax) narrow = half
      const isLooking = kind === 'refused' && refusals <= refusalsMax
      return count > 1 && (isLooking || kind === 'too much')
    },
    taken(count, tookMs) {
      if (count >= Math.min(most, steps)) {
        // At most four times as many as before, or a quarter: an answer may be slow by chance.
        const factor = Math.min(4, Math.max(0.25, answerMs / Math.max(1, tookMs)))
        steps = Math.max(1, Math.round(count * factor))
      }
      narrow = refusals > refusalsMax ? Number.POSITIVE_INFINITY : narrow * 2
    },
  }
}
