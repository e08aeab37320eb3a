/** An aggregation group of a rehearsal, and when it is worth a flush. */
import type { Alert } from '../alert.ts'
import type { GroupName, Route } from '../arrival/routing.ts'
import type { Receiver } from '../config/receiver.ts'

export interface RehearsedGroup extends GroupName {
  readonly route: Route
  readonly receiver: Receiver
  /** By fingerprint. */
  readonly members: Map<string, Alert>
  /** One of them is the target of an inhibition rule. */
  mayBeInhibited: boolean
  /** Its flushes lie whole intervals after this one. */
  flushMs: number
  isFlushed: boolean
  /** The flush that it waits for; those in between would change nothing. */
  wakeMs: number
}

type Named = GroupName & Pick<RehearsedGroup, 'route' | 'receiver'>

export const createGroup = (named: Named, atMs: number): RehearsedGroup => ({
  ...named,
  members: new Map(),
  mayBeInhibited: false,
  flushMs: atMs + named.route.groupWaitMs,
  isFlushed: false,
  wakeMs: Number.POSITIVE_INFINITY,
})

/** Its first flush at this time or later. */
export function wakeFrom({ flushMs, isFlushed, route }: RehearsedGroup, atMs: number): number {
  if (!isFlushed) return flushMs
  const intervals = Math.ceil((atMs - flushMs) / route.groupIntervalMs)
  return flushMs + Math.max(1, intervals) * route.groupIntervalMs
}
