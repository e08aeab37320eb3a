/**
 * What is left of groups that were deleted: when, and why. Only groups with a TTL leave one, and
 * only so many: beyond that the oldest go.
 */
import { type Books, createBooks } from '../books.ts'
import type { StoredFamily } from '../family.ts'
import { groupKey } from '../grouping-key.ts'
import type { GroupState } from '../state.ts'
import type { Write } from '../write.ts'
import { deletedMark } from './marks.ts'
import type { Tombstone } from './tombstone.ts'
import { immortal, type TtlGroup, type TtlPolicy } from './ttl.ts'

export interface Tombstones {
  /** What a write leaves behind, if it is a deletion of a group that has or had a TTL. */
  leftBy(
    write: Write,
    on: { group: TtlGroup; before: GroupState | undefined },
  ): Tombstone | undefined
  /** To be called when a write is shown, with what it left behind. */
  follow(
    group: TtlGroup,
    write: { readonly isPushed: boolean; readonly tombstone: Tombstone | undefined },
  ): void
  /** In the place of an earlier one of the same group. */
  put(tombstone: Tombstone): void
  /** Removes those that were put up before `atMs`; it walks no further than that. */
  removeBefore(atMs: number): void
  /** Oldest first, as of now. */
  all(): readonly Tombstone[]
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
  const standing = new Map<string, Standing>()

  const drop = (key: string) => {
    const found = standing.get(key)
    if (found === undefined) return
    standing.delete(key)
    books.replace(found.shown, undefined)
  }
  const put = (tombstone: Tombstone) => {
    const key = groupKey(tombstone.pairs)
    drop(key)
    const shown = deletedMark(tombstone)
    standing.set(key, { tombstone, shown })
    books.replace(undefined, shown)
    const [oldest] = standing.keys()
    if (standing.size > countMax && oldest !== undefined) drop(oldest)
  }
  return {
    leftBy({ kind, pairs, atMs, reason = 'deleted' }, { group, before }) {
      if (kind !== 'delete') return undefined
      // Who deletes what has ended already says that somebody knows.
      const isDue = before
        ? ttls.ttlMs(group, before.ttlMs) !== undefined
        : standing.has(groupKey(pairs))
      return isDue ? { pairs, reason, atMs } : undefined
    },
    follow({ pairs }, { isPushed, tombstone }) {
      if (tombstone !== undefined) put(tombstone)
      else if (isPushed && standing.size > 0) drop(groupKey(pairs))
    },
    put,
    removeBefore(atMs) {
      for (const [key, { tombstone }] of standing) {
        if (tombstone.atMs >= atMs) return
        drop(key)
      }
    },
    all: () => [...standing.values()].map(({ tombstone }) => tombstone),
  }
}
