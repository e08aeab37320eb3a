/**
 * The groups in memory. A write is first admitted (checked, and reserved in the index), then made
 * durable by the caller, and only then published to readers, or withdrawn without a trace.
 */

import type { Books } from '../books/books.ts'
import type { Tombstone } from '../expiry/tombstone.ts'
import { createTombstones, type Tombstones } from '../expiry/tombstones.ts'
import { groupKey } from '../grouping-key.ts'
import { noStoreLimits, type StoreLimits, shownSeries } from '../limits/store-limits.ts'
import type { ImagePart } from '../log/image.ts'
import { isPlainLabel, type LabelPair, type StoredFamily } from '../text/family.ts'
import { type Admission, createAdmit } from './admit.ts'
import { createGroups, type Group, type Groups } from './groups.ts'
import type { NameIndex } from './name-index.ts'
import { pushIdsAfter } from './push-ids.ts'
import { type GroupState, merged, stateOf, stateWith } from './state.ts'
import { timeFamilies } from './times.ts'
import type { Write } from './write.ts'

export type { Admission } from './admit.ts'
export type { Group } from './groups.ts'
export type { Write } from './write.ts'

export interface Store {
  admit(write: Write): Admission
  publish(admission: Admission): void
  /** Undoes an admission. Several are undone last first. */
  withdraw(admission: Admission): void
  /** Puts in what recovery found: admitted and published without a check. */
  restore(record: Restored): void
  /** Puts in what stood in a snapshot, part by part, into an empty store; then tell it `loaded`. */
  load(part: ImagePart): void
  loaded(): void
  /** Groups that readers see, sorted by their labels. */
  groups(): readonly Group[]
  readonly admitted: Groups['admitted']
  /** The group of just these labels, sorted by name, if readers see it. */
  group(pairs: readonly LabelPair[]): Group | undefined
  readonly index: NameIndex
  /** What readers see, family by family. */
  readonly books: Books
  readonly tombstones: Tombstones
}

export interface Restored {
  readonly kind: Write['kind']
  readonly pairs: readonly LabelPair[]
  readonly families: readonly StoredFamily[]
  readonly pushedAtMs: number
  readonly failedAtMs: number
  readonly traceparent: string | undefined
  readonly pushId?: string | undefined
  readonly ttlMs?: number | undefined
  readonly tombstone?: Tombstone | undefined
}

export interface StoreOptions {
  readonly index: NameIndex
  readonly books: Books
  readonly checks: boolean
  readonly tombstones?: Tombstones
  readonly limits?: StoreLimits
}

export function createStore(options: StoreOptions): Store {
  const { index, books, tombstones = createTombstones(), limits = noStoreLimits } = options
  const groups = createGroups()
  let seriesCount = 0

  const set = (group: Group, state: GroupState | undefined) => {
    forEachChange(group.admitted, state, (from, to) => {
      if (from?.head.type === to?.head.type) return
      if (from !== undefined) index.remove({ ...from.head, shape: group.shape })
      if (to !== undefined) index.add(to.head, group.shape)
    })
    seriesCount += shownSeries(state) - shownSeries(group.admitted)
    group.admitted = state
  }
  const show = (group: Group, state: GroupState | undefined) => {
    forEachChange(group.visible, state, books.replace)
    books.replace(group.visible?.times.pushed, state?.times.pushed)
    books.replace(group.visible?.times.failed, state?.times.failed)
    groups.show(group, state)
  }
  return {
    index,
    books,
    tombstones,
    admit: createAdmit({
      groups,
      index,
      tombstones,
      limits,
      checks: options.checks,
      set,
      seriesCount: () => seriesCount,
    }),
    publish({ group, after, burial }) {
      show(group, after)
      if (burial !== undefined) tombstones.publish(burial)
      groups.forget(group)
    },
    withdraw({ group, before, burial }) {
      set(group, before)
      if (burial !== undefined) tombstones.withdraw(burial)
      groups.forget(group)
    },
    restore(record) {
      const group = groups.of(record.pairs)
      const state = restoredState(group, record)
      set(group, state)
      show(group, state)
      if (record.tombstone !== undefined) tombstones.restore(record.tombstone)
      else tombstones.clear(group)
      groups.forget(group)
    },
    load(part) {
      if (part.part === 'tombstone') return tombstones.restore(part.tombstone)
      if (part.part === 'block') return books.load(part)
      const group = groups.of(part.pairs)
      const families = part.families.map(books.adopt)
      const quoted = part.pairs.some(([name]) => !isPlainLabel(name))
      const { pushed, failed } = timeFamilies(part.timeSlots, { ...part, quoted })
      const times = { pushed: books.adopt(pushed), failed: books.adopt(failed) }
      set(group, { ...stateOf({ ...part, families }), times })
      groups.show(group, group.admitted)
    },
    loaded: books.loaded,
    admitted: groups.admitted,
    group(pairs) {
      const group = groups.find(groupKey(pairs))
      return group?.visible === undefined ? undefined : group
    },
    groups: groups.shown,
  }
}

function restoredState({ labelText, admitted }: Group, record: Restored): GroupState | undefined {
  if (record.kind === 'delete') return undefined
  const kept = record.kind === 'merge' ? (admitted?.families ?? []) : []
  const families = merged(kept, record.families)
  const pushIds = pushIdsAfter(admitted, record)
  return stateWith(labelText, { ...record, families, ttlMs: record.ttlMs, pushIds })
}

/** Walks two states by the names of their families, which are sorted, and tells what differs. */
function forEachChange(
  from: GroupState | undefined,
  to: GroupState | undefined,
  tell: (from: StoredFamily | undefined, to: StoredFamily | undefined) => void,
): void {
  const old = from?.families ?? []
  const fresh = to?.families ?? []
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    const order = compareNames(old[i], fresh[j])
    const before = order <= 0 ? old[i++] : undefined
    const after = order >= 0 ? fresh[j++] : undefined
    if (before !== after) tell(before, after)
  }
}

/** What is missing comes last. */
function compareNames(a: StoredFamily | undefined, b: StoredFamily | undefined): number {
  if (a === undefined || b === undefined) return a === undefined ? 1 : -1
  return a.head.name < b.head.name ? -1 : a.head.name > b.head.name ? 1 : 0
}
