/** What a deletion leaves of a group that had a TTL. */
import type { LabelPair } from '../text/family.ts'

/** Nobody pushed it any more, somebody deleted it, or somebody deleted everything. */
export const deletionReasons = ['expired', 'deleted', 'wiped'] as const

export type DeletionReason = (typeof deletionReasons)[number]

export interface Tombstone {
  readonly pairs: readonly LabelPair[]
  readonly reason: DeletionReason
  readonly atMs: number
}
