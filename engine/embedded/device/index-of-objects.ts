/** Where each object lies on one data disk: placement group, then key. In memory only. */
import { everyGroup, type Mark } from './record.ts'
import type { Segment } from './segments.ts'

export interface Entry {
  readonly version: number
  readonly segment: Segment
  readonly offset: number
  readonly payloadBytes: number
  readonly payloadCrc: number
  readonly writtenAtMs: number
  /** Set on a tombstone: where it was first written. */
  readonly deleted: Mark | undefined
}

export interface GroupIndex {
  readonly entries: Map<string, Entry>
  /** Objects, without tombstones. */
  objects: number
  bytes: number
}

const none: GroupIndex = Object.freeze({ entries: new Map<string, Entry>(), objects: 0, bytes: 0 })

export class ObjectIndex {
  readonly #groups = new Map<number, GroupIndex>()
  tombstones = 0
  objects = 0

  group(pool: number, group: number): GroupIndex {
    return this.#groups.get(idOf(pool, group)) ?? none
  }

  /** Pools and groups that have entries here. */
  *held(): Generator<{ pool: number; group: number }> {
    for (const id of this.#groups.keys())
      yield { pool: Math.floor(id / groupsMax), group: id % groupsMax }
  }

  set(at: { pool: number; group: number; key: string }, entry: Entry): Entry | undefined {
    const group = this.#makeGroup(at.pool, at.group)
    const before = group.entries.get(at.key)
    group.entries.set(at.key, entry)
    this.#count(group, before, -1)
    this.#count(group, entry, 1)
    return before
  }

  delete(at: { pool: number; group: number; key: string }): void {
    const group = this.group(at.pool, at.group)
    this.#count(group, group.entries.get(at.key), -1)
    group.entries.delete(at.key)
    if (group.entries.size === 0) this.#groups.delete(idOf(at.pool, at.group))
  }

  /** Forgets what lies before a place in the log; gives each entry that goes. */
  *forget(pool: number, group: number, before: Mark): Generator<[key: string, entry: Entry]> {
    const groups =
      group === everyGroup
        ? [...this.held()].filter((held) => held.pool === pool).map((held) => held.group)
        : [group]
    for (const each of groups)
      for (const [key, entry] of this.group(pool, each).entries)
        if (isBefore(entry, before)) {
          this.delete({ pool, group: each, key })
          yield [key, entry]
        }
  }

  #makeGroup(pool: number, group: number): GroupIndex {
    const id = idOf(pool, group)
    const known = this.#groups.get(id)
    if (known !== undefined) return known
    const made: GroupIndex = { entries: new Map(), objects: 0, bytes: 0 }
    this.#groups.set(id, made)
    return made
  }

  #count(group: GroupIndex, entry: Entry | undefined, by: 1 | -1): void {
    if (entry === undefined) return
    if (entry.deleted !== undefined) {
      this.tombstones += by
      return
    }
    group.objects += by
    group.bytes += by * entry.payloadBytes
    this.objects += by
  }
}

/** Also the bound on `placementGroups` of a pool. */
export const groupsMax = 65_536

const idOf = (pool: number, group: number) => pool * groupsMax + group

function isBefore(entry: Entry, { segment, offset }: Mark): boolean {
  return entry.segment.id < segment || (entry.segment.id === segment && entry.offset < offset)
}
