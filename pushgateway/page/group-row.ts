/** What the pages know of a group. */
import type { LabelPair } from '../text/family.ts'

/** A group as it is stored. */
export interface ListedGroup {
  /** The grouping key, sorted by name. */
  readonly pairs: readonly LabelPair[]
  /** The labels as series carry them, escaped: what words are looked up in. */
  readonly labelText: string
  readonly visible: Figures | undefined
}

export interface Figures {
  /** When the last push succeeded; 0: never. */
  readonly pushedAtMs: number
  /** When a push was last refused; 0: never. */
  readonly failedAtMs: number
  readonly seriesCount: number
  readonly sizeBytes: number
  /** Present where groups have a time to live. */
  readonly stale?: boolean | undefined
}

/** A line of the list. */
export interface GroupRow extends Figures {
  readonly labels: readonly LabelPair[]
}

/** None: the group has been deleted meanwhile. */
export function rowOf({ pairs, visible }: ListedGroup): readonly GroupRow[] {
  if (visible === undefined) return []
  const { pushedAtMs, failedAtMs, seriesCount, sizeBytes, stale } = visible
  return [{ labels: pairs, pushedAtMs, failedAtMs, seriesCount, sizeBytes, stale }]
}

/** Whether the last push was refused: the series are those of an earlier one. */
export function hasFailed({ pushedAtMs, failedAtMs }: Figures): boolean {
  return failedAtMs > pushedAtMs
}

/** Undefined: no push has succeeded yet. */
export function ageMsOf({ pushedAtMs }: Figures, nowMs: number): number | undefined {
  return pushedAtMs === 0 ? undefined : Math.max(0, nowMs - pushedAtMs)
}
