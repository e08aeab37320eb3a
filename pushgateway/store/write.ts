/** What is asked of the store: a push or a deletion, rendered, not yet checked. */
import type { ZstoneError } from '#lib/errors'
import type { DeletionReason } from '../expiry/tombstone.ts'
import type { LabelPair } from '../text/family.ts'
import type { RenderedFamily } from '../text/render.ts'
import type { GroupState } from './state.ts'

export interface Write {
  /** `replace` drops the families that the write does not name; `merge` keeps them. */
  readonly kind: 'replace' | 'merge' | 'delete'
  readonly pairs: readonly LabelPair[]
  readonly families: readonly RenderedFamily[]
  readonly atMs: number
  readonly traceparent: string | undefined
  /** A fault of the push itself: the group notes the time and keeps what it has. */
  readonly refusal?: string
  /** The limit that the push exceeds: nothing of it is to be stored. */
  readonly excess?: ZstoneError
  /** How long the group is to count as alive without another push; 0: for ever. */
  readonly ttlMs?: number | undefined
  /** Of a deletion; absent: somebody asked for it. */
  readonly reason?: DeletionReason
  /** A deletion with it counts only while the group is in just this state. */
  readonly onlyIf?: GroupState
  /** The client's name for this push: a group that took one of that name takes no other. */
  readonly pushId?: string
  /** What it comes to on top of what the group holds when its turn comes; asked once. */
  readonly onTopOf?: (before: GroupState | undefined) => Pick<Write, 'families' | 'refusal'>
}
