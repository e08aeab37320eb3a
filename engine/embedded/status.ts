/** How the engine is, from counts that are kept anyway: one look at each group, none at objects. */
import type { DataDiskStatus, EngineStatus, PoolStatus } from '../engine.ts'
import type { Cluster, Pool } from './cluster/cluster.ts'
import { countsOf, leftToCopy } from './drain.ts'
import { type MapDisk, stateOf } from './map/cluster-map.ts'

export function statusOf(cluster: Cluster): EngineStatus {
  const { map, recovery, operations } = cluster
  const { objectsCopied, bytesCopied } = recovery
  const groupsLeft = [...cluster.groups()].filter((group) => !group.isSettled).length
  return {
    engineId: map.engineId,
    mapEpoch: map.epoch,
    dataDisks: map.dataDisks.map((disk) => diskStatus(cluster, disk)),
    pools: [...cluster.pools.values()].map((pool) => poolStatus(cluster, pool)),
    recovery: { groupsLeft, objectsCopied, bytesCopied },
    operations: operations.counts(),
    durations: operations.durations(),
  }
}

function diskStatus(cluster: Cluster, disk: MapDisk): DataDiskStatus {
  const { intent, failed, reason, ...place } = disk
  const open = cluster.disks.get(disk.id)
  return {
    ...place,
    state: stateOf(disk),
    up: open !== undefined && !failed,
    usedBytes: open?.store.usedBytes ?? 0,
    reason: failed ? reason : undefined,
    errors: Object.fromEntries(cluster.errors.get(disk.id) ?? []),
  }
}

function poolStatus(cluster: Cluster, pool: Pool): PoolStatus {
  const { name, copies, copiesMin, faultDomain } = pool.spec
  const sums = { objects: 0, bytes: 0, degraded: 0, unavailable: 0, misplaced: 0 }
  const groups = { clean: 0, degraded: 0, unavailable: 0 }
  for (const group of pool.groups) {
    const { objects, bytes } = countsOf(cluster, group)
    const live = cluster.live(group).length
    sums.objects += objects
    sums.bytes += bytes
    if (live === 0) {
      groups.unavailable++
      // Never seen since the start: something may be there, and nobody can say how much.
      sums.unavailable += group.lastSeen?.objects ?? 1
    } else if (live < copies) {
      groups.degraded++
      sums.degraded += leftToCopy(cluster, group).objects
    } else {
      groups.clean++
      if (!group.isSettled) sums.misplaced += leftToCopy(cluster, group).objects
    }
  }
  return {
    name,
    copies,
    copiesMin,
    faultDomain,
    placementGroups: pool.groups.length,
    objects: sums.objects,
    bytes: sums.bytes,
    objectsDegraded: sums.degraded,
    objectsUnavailable: sums.unavailable,
    objectsMisplaced: sums.misplaced,
    groups,
    scrubErrors: pool.scrubErrors,
    scrubRepaired: pool.scrubRepaired,
  }
}
