/** Pools come and go with the map. */
import { fault } from '#api/errors'
import { faultDomains, type PoolSpec } from '../engine.ts'
import type { Cluster } from './cluster/cluster.ts'
import { groupsMax } from './device/index-of-objects.ts'
import { everyGroup } from './device/record.ts'
import { type ClusterMap, depthOf, type MapPool, placeables, wantedOf } from './map/cluster-map.ts'
import { countDomains } from './placement/place.ts'

export async function createPool(cluster: Cluster, spec: PoolSpec): Promise<void> {
  assertValid(spec)
  await cluster.keeper.change((map) => withPool(map, spec))
}

export async function deletePool(cluster: Cluster, name: string): Promise<void> {
  const pool = cluster.pool(name)
  const assertEmpty = () => {
    if (pool.keys.size > 0)
      throw fault('POOL_NOT_EMPTY', { pool: name, objectCount: pool.keys.size })
  }
  assertEmpty()
  for (const group of pool.groups)
    if (cluster.live(group).length === 0) {
      const details = { what: 'the list of objects', pool: name }
      throw fault('OBJECT_UNAVAILABLE', { ...details, dataDisks: group.complete.join(', ') })
    }
  await holdAll(pool.groups.values(), async () => {
    assertEmpty()
    await cluster.keeper.change((map) => ({
      ...map,
      pools: map.pools.filter((other) => other.id !== pool.spec.id),
    }))
  })
  // What is left are tombstones. A disk that is away now forgets them when it is back.
  const forget = [...cluster.disks.values()].map(({ store }) =>
    store.forget(pool.spec.id, everyGroup),
  )
  await Promise.allSettled(forget)
}

/** Runs with every group held, so that no write slips in. */
async function holdAll(
  groups: Iterator<{ hold<T>(run: () => Promise<T>): Promise<T> }>,
  run: () => Promise<void>,
): Promise<void> {
  const next = groups.next()
  if (next.done) return run()
  await next.value.hold(() => holdAll(groups, run))
}

function withPool(map: ClusterMap, spec: PoolSpec): ClusterMap {
  if (map.pools.some(({ name }) => name === spec.name))
    throw fault('POOL_EXISTS', { pool: spec.name })
  const { name, copies, faultDomain, placementGroups = 64 } = spec
  const copiesMin = spec.copiesMin ?? copiesMinOf(copies)
  const pool: Omit<MapPool, 'groups'> = { id: map.poolIdNext, name, copies, copiesMin, faultDomain }
  const disks = placeables(map.dataDisks).filter((disk) => !disk.lastResort)
  const found = countDomains(disks, depthOf(faultDomain))
  if (found < copies) throw fault('POOL_UNPLACEABLE', { pool: name, copies, faultDomain, found })
  const groups = Array.from({ length: placementGroups }, (_, group) =>
    wantedOf(map.dataDisks, pool, group),
  )
  return { ...map, poolIdNext: pool.id + 1, pools: [...map.pools, { ...pool, groups }] }
}

/** One copy may be missing; of a single copy, none. */
export function copiesMinOf(copies: number): number {
  return Math.max(1, copies - 1)
}

export function assertValid(spec: PoolSpec): void {
  const reason = reasonAgainst(spec)
  if (reason !== undefined) throw fault('POOL_INVALID', { pool: spec.name, reason })
}

function reasonAgainst(spec: PoolSpec): string | undefined {
  const { name, copies, copiesMin = 1, faultDomain, placementGroups = 64 } = spec
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name))
    return 'its name must be 1 to 63 of a-z 0-9 - _ . and begin with a letter or digit'
  if (!isWhole(copies, 1, 3)) return `copies is ${copies}, from 1 to 3 are possible`
  if (!isWhole(copiesMin, 1, copies))
    return `copiesMin is ${copiesMin}, from 1 to ${copies} are possible`
  if (!faultDomains.includes(faultDomain))
    return `faultDomain is "${faultDomain}", expected one of ${faultDomains.join(', ')}`
  if (!isWhole(placementGroups, 1, groupsMax - 1))
    return `placementGroups is ${placementGroups}, from 1 to ${groupsMax - 1} are possible`
  return undefined
}

const isWhole = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most
