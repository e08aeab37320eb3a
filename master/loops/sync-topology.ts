/** Makes resources follow what is: the configured nodes, the engine's data disks and pools. */
import { cluster as clusterKind } from '#api/kinds/cluster'
import { device as deviceKind } from '#api/kinds/device'
import { node as nodeKind } from '#api/kinds/node'
import { pool as poolKind } from '#api/kinds/pool'
import { rack as rackKind } from '#api/kinds/rack'
import { createLoop, type Loop } from '#lib/loop'
import type { Kind } from '#lib/schema'
import { inventoryOf } from '../inventory.ts'
import type { Draft, Resources } from '../store/resources.ts'
import type { LoopsWorld } from './world.ts'

export function syncTopology(world: LoopsWorld): Loop {
  const changes = world.metrics.counter(
    'zstone_master_resource_changes_total',
    'Resources that were written because what they describe had changed.',
  )
  return createLoop(
    {
      name: 'sync topology',
      everyMs: world.every.syncMs,
      async pass() {
        changes.inc(await follow(world))
      },
    },
    world,
  )
}

/** Parents before children. What is no more is removed, pools and devices alike. */
export async function follow({
  resources,
  topology,
  engine,
}: Pick<LoopsWorld, 'resources' | 'topology' | 'engine'>): Promise<number> {
  // Read before the engine's view: what a job records after it is not taken for gone.
  const known = await knownIds(resources)
  const { cluster, racks, nodes, devices, pools } = inventoryOf(topology, engine.status())
  const settle = async <K extends Kind>(kind: K, drafts: readonly Draft<K>[]) => {
    const wanted = new Set(drafts.map(({ id }) => id))
    const gone = (known.get(kind.name) ?? []).filter((id) => !wanted.has(id))
    await resources.remove(kind, gone)
    return gone.length + (await resources.put(kind, drafts))
  }
  return (
    (await settle(clusterKind, [cluster])) +
    (await settle(rackKind, racks)) +
    (await settle(nodeKind, nodes)) +
    (await settle(deviceKind, devices)) +
    (await settle(poolKind, pools))
  )
}

async function knownIds(resources: Resources): Promise<ReadonlyMap<string, readonly string[]>> {
  const known = new Map<string, readonly string[]>()
  for (const kind of [clusterKind, rackKind, nodeKind, deviceKind, poolKind])
    known.set(
      kind.name,
      (await resources.all<Kind>(kind)).map(({ id }) => id),
    )
  return known
}
