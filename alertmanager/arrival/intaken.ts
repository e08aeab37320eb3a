/** A change of an alert on its way into the store. */
import type { Unwritten } from './roster.ts'
import type { Route } from './routing.ts'

export interface Intaken extends Unwritten {
  readonly storedAtMs: number
  /** Set by the stage that routes. */
  readonly routes?: readonly Route[]
}
