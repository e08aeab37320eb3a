/**
 * What is left of groups that were deleted: when, and why. Only groups with a TTL leave one, and
 * only so many: beyond that the oldest go.
 */
import { type Books, createBooks } from '../books/books.ts'
import { groupKey } from '../grouping-key.ts'
import type { GroupState } from '../store/state.ts'
import type { Write } from '../store/write.ts'
import type { StoredFamily } from '../text/family.ts'
import { deletedMark } from './marks.ts'
import type { Tombstone } from './tombstone.ts'
import { immortal, type TtlGroup, type TtlPolicy } from './ttl.ts'

/** What a write does to the tombstone of its group. */
export interface Burial {
  readonly key: string
  readonly before: Tombstone | undefined
  readonly after: Tombstone | undefined
}

export interface Tombstones {
  /** What comes of a write; further writes build on it. Undefined: nothing. */
  admit(write: Write, on: Grave): Burial | undefined
  /** Undoes an admission. Several are undone last first. */
  withdraw(burial: Burial): void
  /** Readers see it from now on. */
  publish(burial: Burial): void
  /** Puts in what recovery found. */
  restore(tombstone: Tombstone): void
  /** A group that recovery found again has none. */
  clear(group: TtlGroup): void
  /** Removes those that were put up before `atMs`; it walks no further than that. */
  removeBefore(atMs: number): void
  /** Oldest first, as of now. */
  all(): readonly Tombstone[]
}

export interface Grave {
  readonly group: TtlGroup
  /** What the group holds before the write. */
  readonly before: GroupState | undefined
}

const countMax = 10_000

interface Standing {
  readonly tombstone: Tombstone
  readonly shown: StoredFamily
}

/** Shows each in `books`. */
export function createTombstones(
  books: Books = createBooks(),
  ttls: TtlPolicy = immortal,
): Tombstones {
  const admitted = new Map<string, Tombstone>()
  const standing = new Map<string, Standing>() // What readers see, oldest first.

  const plan = (key: string, tombstone: Tombstone | undefined) => {
    if (tombstone === undefined) admitted.delete(key)
    else admitted.set(key, tombstone)
  }
  const drop = (key: string) => {
    const found = standing.get(key)
    if (found === undefined) return
    standing.delete(key)
    books.replace(found.shown, undefined)
    if (admitted.get(key) === found.tombstone) admitted.delete(key)
  }
  const show = (key: string, tombstone: Tombstone | undefined) => {
    drop(key)
    if (tombstone === undefined) return
    const shown = deletedMark(tombstone)
    standing.set(key, { tombstone, shown })
    books.replace(undefined, shown)
    const [oldest] = standing.keys()
    if (standing.size > countMax && oldest !== undefined) drop(oldest)
  }
  const leftBy = (
    { kind, pairs, atMs, reason = 'deleted' }: Write,
    { group, before }: Grave,
    old: Tombstone | undefined,
  ): Tombstone | undefined => {
    if (kind !== 'delete') return undefined
    // Who deletes what has ended already says that somebody knows.
    const isDue = before ? ttls.ttlMs(group, before.ttlMs) !== undefined : old !== undefined
    return isDue ? { pairs, reason, atMs } : undefined
  }
  return {
    admit(write, grave) {
      if (write.kind !== 'delete' && admitted.size === 0) return undefined
      const key = groupKey(write.pairs)
      const before = admitted.get(key)
      const after = leftBy(write, grave, before)
      if (before === after) return undefined
      plan(key, after)
      return { key, before, after }
    },
    withdraw: ({ key, before }) => plan(key, before),
    publish: ({ key, after }) => show(key, after),
    restore(tombstone) {
      const key = groupKey(tombstone.pairs)
      plan(key, tombstone)
      show(key, tombstone)
    },
    clear({ pairs }) {
      if (standing.size > 0) drop(groupKey(pairs))
    },
    removeBefore(atMs) {
      for (const [key, { tombstone }] of standing) {
        if (tombstone.atMs >= atMs) return
        drop(key)
      }
    },
    all: () => [...standing.values()].map(({ tombstone }) => tombstone),
  }
}
