/**
 * A path is one integration of one receiver, and what goes over it: notifications, or heartbeats.
 * Pure: how it does, and whether somebody has to know.
 */
import type { PathRow } from '../store/tables.ts'

export type PathKind = PathRow['kind']

export interface PathName {
  readonly receiver: string
  readonly integration: string
  readonly index: number
  readonly kind: PathKind
}

export interface Path extends PathName {
  readonly deliveredAtMs?: number
  /** Since its first failure after the last delivery; absent: the last attempt was delivered. */
  readonly failingSinceMs?: number
  /** Since the last delivery, of those that will not pass by themselves. */
  readonly refusals: number
  readonly lastError?: string
  /** Notifications that wait to be delivered. */
  readonly due: number
  /** Since when the first of those waits that was tried several times; others may get through. */
  readonly stuckSinceMs?: number
}

export interface Patience {
  /** 0: for ever. */
  readonly failAfterMs: number
  readonly nowMs: number
}

/** What is refused for good is so again tomorrow. */
const refusalsMax = 3

/** Whether it has failed for so long that somebody has to know. */
export function hasFailed(path: Path, { failAfterMs, nowMs }: Patience): boolean {
  if (failAfterMs === 0) return false
  const sinceMs = Math.min(path.failingSinceMs ?? nowMs, path.stuckSinceMs ?? nowMs)
  const isRefused = path.failingSinceMs !== undefined && path.refusals >= refusalsMax
  return isRefused || nowMs - sinceMs >= failAfterMs
}

export const failingMs = ({ failingSinceMs }: Path, nowMs: number) =>
  failingSinceMs === undefined ? 0 : nowMs - failingSinceMs

/** Whether the last that was tried on it got through, as far as anybody knows. */
export const works = ({ failingSinceMs }: Path) => failingSinceMs === undefined
