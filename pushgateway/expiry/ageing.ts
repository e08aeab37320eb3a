/**
 * Which groups are stale. It looks only at groups whose time may have come, some at a time; a push
 * costs it a look into a map.
 */
import type { Clock } from '#lib/clock'
import type { Books } from '../books/books.ts'
import type { GroupState } from '../store/state.ts'
import type { Admission, Group } from '../store/store.ts'
import type { StoredFamily } from '../text/family.ts'
import { createCalendar } from './calendar.ts'
import { staleMark } from './marks.ts'
import type { TtlPolicy } from './ttl.ts'

export interface Ageing {
  /** To be called for a group as recovery found it. */
  recovered(group: Group): void
  /** To be called for each write that is durable. */
  published(admission: Admission): void
  /** Marks at most so many groups whose time has come; returns whether there may be more. */
  markSome(countMax: number): boolean
  /** Groups that have been marked for at least so long. */
  staleFor(durationMs: number): readonly Group[]
}

export interface AgeingWorld {
  readonly policy: TtlPolicy
  /** Where stale groups are marked. */
  readonly books: Books
  readonly clock: Clock
}

/** A group with a TTL that waits to be looked at. */
interface Watch {
  readonly group: Group
  readonly atMs: number
}

interface Stale {
  readonly mark: StoredFamily
  /**
   * On the monotonic clock: neither a clock that is set forward nor a start after a long pause ends
   * groups before their pushers had the grace to push again.
   */
  readonly sinceMs: number
}

export function createAgeing({ policy, books, clock }: AgeingWorld): Ageing {
  const calendar = createCalendar<Watch>()
  const watched = new Map<Group, Watch>()
  const stale = new Map<Group, Stale>() // Oldest first.

  const dueMs = (group: Group, state: GroupState): number | undefined => {
    const ttlMs = policy.ttlMs(group, state.ttlMs)
    return ttlMs === undefined ? undefined : lastSignMs(state) + ttlMs
  }
  const watchUntil = (group: Group, atMs: number) => {
    const next = { group, atMs }
    watched.set(group, next)
    calendar.put(next, atMs)
  }
  /** A push only moves the time away: the group is looked at when it was due, and watched on. */
  const watch = (group: Group, state: GroupState) => {
    const atMs = dueMs(group, state)
    if (atMs === undefined) watched.delete(group)
    else if (!stale.has(group) && (watched.get(group)?.atMs ?? Infinity) > atMs)
      watchUntil(group, atMs)
  }
  const revive = (group: Group) => {
    const found = stale.get(group)
    if (found === undefined) return
    stale.delete(group)
    books.replace(found.mark, undefined)
  }
  const look = (seen: Watch) => {
    const { group } = seen
    if (watched.get(group) !== seen) return
    watched.delete(group)
    const atMs = group.visible && dueMs(group, group.visible)
    if (atMs === undefined) return
    if (atMs > clock.nowMs()) return watchUntil(group, atMs)
    const mark = staleMark(group.labelText)
    books.replace(undefined, mark)
    stale.set(group, { mark, sinceMs: clock.monotonicMs() })
  }
  return {
    recovered(group) {
      if (group.visible !== undefined) watch(group, group.visible)
    },
    published({ group, before, after, refusal }) {
      if (after === before) return
      if (refusal === undefined) revive(group)
      if (after === undefined) watched.delete(group)
      else watch(group, after)
    },
    markSome(countMax) {
      const some = calendar.take(clock.nowMs(), countMax)
      for (const seen of some) look(seen)
      return some.length === countMax
    },
    staleFor(durationMs) {
      const untilMs = clock.monotonicMs() - durationMs
      const found: Group[] = []
      for (const [group, { sinceMs }] of stale) {
        if (sinceMs > untilMs) break
        found.push(group)
      }
      return found
    },
  }
}

/** A group that never took a push, but refused some, counts from the last of these. */
function lastSignMs({ pushedAtMs, failedAtMs }: GroupState): number {
  return pushedAtMs || failedAtMs
}
