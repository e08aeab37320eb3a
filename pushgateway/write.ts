/** What is asked of the store: a push or a deletion, rendered, not yet checked. */
import type { LabelPair } from './family.ts'
import type { RenderedFamily } from './render.ts'

export interface Write {
  /** `replace` drops the families that the write does not name; `merge` keeps them. */
  readonly kind: 'replace' | 'merge' | 'delete'
  readonly pairs: readonly LabelPair[]
  readonly families: readonly RenderedFamily[]
  readonly atMs: number
  readonly traceparent: string | undefined
  /** A fault of the push itself: the group notes the time and keeps what it has. */
  readonly refusal?: string
}
