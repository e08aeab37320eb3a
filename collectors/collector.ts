/** The one interface of a collector; this comment and the field comments are its contract. */
import type { MetricFamily } from '#api/sample'

/**
 * A collector reads one source of facts and returns them as metric families. It knows nothing of
 * its own success, duration or age: the caller (`run.ts`) measures these and logs reasons.
 *
 * - It returns what is true now. What it cannot know it leaves out: a missing value is better than
 *   a zero that nobody measured, and it never returns a value of an earlier call.
 * - It throws when the source as a whole cannot be read. A single device that cannot be read is no
 *   reason to throw: the others are returned, and `devices.ts` makes the lost one visible.
 * - It is called by one caller, never again before the last call has settled.
 */
export interface Collector {
  /** Its file name, and the value of the label `collector`. */
  readonly name: string
  /** How long one reading may take; default 2 s. */
  readonly deadlineMs?: number
  /** For a source that is dear to read: it is read apart from the tick, at its own pace. */
  readonly pace?: Pace
  /** `stop` aborts at the deadline: what is still under way is to be given up, children killed. */
  collect(stop: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]>
  /** Gives up what it has under way between readings. */
  close?(): void
}

export interface Pace {
  readonly everyMs: number
  /** Between readings the last good one is served, but never once it is older than this. */
  readonly ageMsMax: number
}
