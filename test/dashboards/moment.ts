import type { Sample } from '#api/sample'

/** Everything that is known of one time. */
export interface Moment {
  readonly atMs: number
  readonly samples: readonly Sample[]
}
