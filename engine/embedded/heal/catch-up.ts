/** Gives a disk what it lacks of a group, from the complete ones. */

import type { Cluster } from '../cluster/cluster.ts'
import { newestCopies, readSound } from '../cluster/copies.ts'
import type { Group } from '../cluster/group.ts'
import type { OpenDataDisk } from '../device/data-disk.ts'
import type { Entry } from '../device/index-of-objects.ts'
import { preparePut } from '../device/record.ts'

export interface Difference {
  /** What the target lacks or has older, by key. */
  readonly behind: readonly string[]
  readonly behindBytes: number
  /** Keys of which the complete disks know nothing. */
  readonly extra: readonly string[]
  /** Keys that the target has newer than they: writes that were never acknowledged. */
  readonly ahead: readonly string[]
}

/** Compares by index alone; exact only while the group is held. */
export function differenceOf(cluster: Cluster, group: Group, target: OpenDataDisk): Difference {
  const { pool, number } = group
  const truth = cluster.live(group)
  const own = target.store.group(pool.id, number).entries
  const behind = new Map<string, number>()
  const ahead: string[] = []
  for (const disk of truth)
    for (const [key, entry] of disk.store.group(pool.id, number).entries) {
      const version = own.get(key)?.version ?? -1
      if (version < entry.version) behind.set(key, sizeOf(entry))
    }
  const extra: string[] = []
  for (const [key, { version }] of own) {
    const known = truth.map((disk) => disk.store.entry(group.place(key))?.version ?? -1)
    const newest = Math.max(...known)
    if (newest === -1) extra.push(key)
    else if (version > newest) ahead.push(key)
  }
  const behindBytes = [...behind.values()].reduce((sum, bytes) => sum + bytes, 0)
  return { behind: [...behind.keys()], behindBytes, extra, ahead }
}

const sizeOf = (entry: Entry) => (entry.deleted === undefined ? entry.payloadBytes : 0)

/**
 * Copies one object to a disk from another and reads it back, whatever the disk has of it. False:
 * no sound copy is left to take it from.
 */
export async function copyObject(
  cluster: Cluster,
  at: { group: Group; key: string; target: OpenDataDisk },
): Promise<boolean> {
  const { group, key, target } = at
  const place = group.place(key)
  const copies = newestCopies(cluster, group, key)
  const newest = copies[0]?.entry
  if (newest === undefined) return true // Gone since it was listed.
  if (newest.deleted !== undefined) {
    await target.store.erase(place, newest.version)
    return true
  }
  const others = copies.filter(({ disk }) => disk !== target)
  const read = await readSound(cluster, { group, key, copies: others })
  if (read === undefined) return newestCopies(cluster, group, key)[0]?.entry !== newest
  const { version, writtenAtMs } = newest
  const put = preparePut(place, { version, writtenAtMs, payload: read.payload })
  await target.store.put(put)
  const written = target.store.entry(place)
  if (written !== undefined && written.deleted === undefined)
    await target.store.read(place, written)
  return true
}
