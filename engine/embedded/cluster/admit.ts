/**
 * Lets opened disks in, at the start and when they come back. What they missed is unknown, so they
 * count for a group only where no better holder is left; elsewhere they catch up first.
 */
import type { OpenDataDisk } from '../device/data-disk.ts'
import type { Place } from '../device/device-store.ts'
import { preparePut } from '../device/record.ts'
import { type ClusterMap, isUp, strikeOff, withDisk } from '../map/cluster-map.ts'
import type { Cluster, Pool } from './cluster.ts'
import { type Copy, readSound } from './copies.ts'
import type { Group } from './group.ts'

export interface Admission {
  readonly disks: readonly OpenDataDisk[]
  /** Sets of disks to distrust, worst first: each is struck off where others are left. */
  readonly suspects: readonly ReadonlySet<string>[]
  /**
   * A change to make in the same epoch: once a suspect has a newer epoch on it, a restart could no
   * longer tell that it was one.
   */
  readonly first?: (map: ClusterMap) => ClusterMap
}

export async function admit(cluster: Cluster, admission: Admission): Promise<void> {
  const { disks, suspects, first = (map) => map } = admission
  for (const disk of disks) cluster.returning.set(disk.id, disk)
  try {
    const open = new Set([...cluster.disks.keys(), ...cluster.returning.keys()])
    await cluster.keeper.change((map) => readmit(first(map), { open, suspects }))
    const ids = new Set(disks.map(({ id }) => id))
    for (const group of cluster.groups())
      if (group.complete.some((id) => ids.has(id))) await reconcile(cluster, group)
    for (const disk of disks) cluster.disks.set(disk.id, disk)
    for (const pool of cluster.pools.values()) addKeys(cluster, pool, ids)
  } finally {
    for (const { id } of disks) cluster.returning.delete(id)
  }
  cluster.onUnsettled()
}

/** The map with every open disk up and every other failed, suspects struck off where possible. */
function readmit(
  map: ClusterMap,
  { open, suspects }: { open: ReadonlySet<string>; suspects: readonly ReadonlySet<string>[] },
): ClusterMap {
  let next = map
  for (const suspect of suspects) next = strikeOff(withFailed(next, (id) => suspect.has(id)))
  for (const disk of next.dataDisks) {
    if (open.has(disk.id)) next = withDisk(next, disk.id, { failed: false, reason: undefined })
    else if (isUp(disk))
      next = withDisk(next, disk.id, { failed: true, reason: 'it did not answer' })
  }
  return next
}

function withFailed(map: ClusterMap, isFailed: (id: string) => boolean): ClusterMap {
  return map.dataDisks.reduce(
    (next, { id }) => (isFailed(id) ? withDisk(next, id, { failed: true }) : next),
    map,
  )
}

/**
 * Holders of a group may differ in writes that were under way when it ended: never acknowledged,
 * but perhaps seen. The newest wins everywhere before anybody reads.
 */
async function reconcile(cluster: Cluster, group: Group): Promise<void> {
  const holders = group.complete.flatMap(
    (id) => cluster.disks.get(id) ?? cluster.returning.get(id) ?? [],
  )
  if (holders.length < 2) return
  const { pool, number } = group
  const keys = new Set<string>()
  for (const disk of holders)
    for (const key of disk.store.group(pool.id, number).entries.keys()) keys.add(key)
  for (const key of keys) await level(cluster, { group, key, holders })
}

interface Level {
  readonly group: Group
  readonly key: string
  readonly holders: readonly OpenDataDisk[]
}

async function level(cluster: Cluster, at: Level): Promise<void> {
  const { group, key, holders } = at
  const place = group.place(key)
  const newest = Math.max(...holders.map((disk) => versionOn(disk, place)))
  const behind = holders.filter((disk) => versionOn(disk, place) < newest)
  if (behind.length === 0) return
  const ahead = copiesOf(holders, place, newest)
  const [first] = ahead
  if (first === undefined) return
  if (first.entry.deleted !== undefined) {
    for (const disk of behind) await disk.store.erase(place, newest)
    return
  }
  const read = await readSound(cluster, { group, key, copies: ahead })
  if (read === undefined) return rollBack(cluster, at, behind)
  const { version, writtenAtMs } = first.entry
  const put = preparePut(place, { version, writtenAtMs, payload: read.payload })
  for (const disk of behind) await disk.store.put(put)
}

/**
 * The newest version is damaged wherever it is. A holder that lost nothing and does not have it
 * proves that it was never acknowledged: then the one before is the truth, under a new version.
 * With no such proof the object stays unavailable, because the one before may be stale.
 */
async function rollBack(
  cluster: Cluster,
  { group, key, holders }: Level,
  behind: readonly OpenDataDisk[],
): Promise<void> {
  const place = group.place(key)
  const witness = behind.find(({ report }) => report.lostBytes === 0)
  if (witness === undefined) return
  const version = await cluster.nextVersion()
  const before = witness.store.entry(place)
  if (before === undefined || before.deleted !== undefined) {
    for (const { store } of holders) await store.erase(place, version)
    return
  }
  const copies = copiesOf(behind, place, before.version)
  const read = await readSound(cluster, { group, key, copies })
  if (read === undefined) return
  const { writtenAtMs } = before
  const put = preparePut(place, { version, writtenAtMs, payload: read.payload })
  for (const { store } of holders) await store.put(put)
}

function versionOn({ store }: OpenDataDisk, place: Place): number {
  return store.entry(place)?.version ?? -1
}

function copiesOf(disks: readonly OpenDataDisk[], place: Place, version: number): readonly Copy[] {
  return disks.flatMap((disk) => {
    const entry = disk.store.entry(place)
    return entry?.version === version ? [{ disk, entry }] : []
  })
}

/** Groups that had no holder until now bring keys that the listing does not know. */
function addKeys(cluster: Cluster, pool: Pool, ids: ReadonlySet<string>): void {
  for (const group of pool.groups)
    for (const disk of cluster.live(group)) {
      if (!ids.has(disk.id)) continue
      for (const [key, entry] of disk.store.group(pool.spec.id, group.number).entries)
        if (entry.deleted === undefined) pool.keys.add(key)
    }
}
