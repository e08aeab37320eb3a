/**
 * Lets opened disks in, at the start and when they come back. What they missed is unknown, so they
 * count for a group only where no better holder is left; elsewhere they catch up first.
 */
import type { OpenDataDisk } from '../device/data-disk.ts'
import { preparePut } from '../device/record.ts'
import { type ClusterMap, isUp, strikeOff, withDisk } from '../map/cluster-map.ts'
import type { Cluster, Pool } from './cluster.ts'
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
export function readmit(
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
  const newest = new Map<string, OpenDataDisk>()
  for (const disk of holders)
    for (const [key, { version }] of disk.store.group(pool.id, number).entries) {
      const known = newest.get(key)?.store.entry(group.place(key))
      if (known === undefined || known.version < version) newest.set(key, disk)
    }
  for (const [key, from] of newest) for (const to of holders) await level(group, key, { from, to })
}

async function level(
  group: Group,
  key: string,
  { from, to }: { from: OpenDataDisk; to: OpenDataDisk },
): Promise<void> {
  const place = group.place(key)
  const entry = from.store.entry(place)
  if (entry === undefined || to.store.entry(place)?.version === entry.version) return
  if (entry.deleted !== undefined) return to.store.erase(place, entry.version)
  const payload = await from.store.read(place, entry)
  const { version, writtenAtMs } = entry
  await to.store.put(preparePut(place, { version, writtenAtMs, payload }))
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
