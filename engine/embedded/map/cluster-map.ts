/**
 * The cluster map: which data disks there are, which pools, and which disks hold a complete copy of
 * each placement group. One value with a number, the epoch; a change makes the next value. It is
 * kept on the data disks themselves, so the data path needs no other service.
 */
import type { DataDisk, DataDiskState, FaultDomain } from '../../engine.ts'
import { faultDomains } from '../../engine.ts'
import { type Placeable, place } from '../placement/place.ts'

export const mapFormat = 1

export interface ClusterMap {
  readonly format: typeof mapFormat
  readonly engineId: string
  readonly epoch: number
  /** Those that voted in the epoch this one was made from: it needed their majority too. */
  readonly votersBefore: readonly string[]
  /** Object versions below this were given out; a process reserves a block before it uses it. */
  readonly versionsReserved: number
  readonly poolIdNext: number
  readonly dataDisks: readonly MapDisk[]
  readonly pools: readonly MapPool[]
}

export interface MapDisk extends DataDisk {
  readonly sizeBytes: number
  /** What was asked for; `failed` is what happened. Both are kept: a disk may fail in a drain. */
  readonly intent: 'in' | 'draining' | 'out'
  readonly failed: boolean
  readonly reason?: string | undefined
}

export interface MapPool {
  readonly id: number
  readonly name: string
  readonly copies: number
  readonly copiesMin: number
  readonly faultDomain: FaultDomain
  /**
   * For each placement group the disks that hold every acknowledged write of it. A disk that misses
   * a write is struck off, durably, before that write is acknowledged; it is entered again when it
   * has caught up. The list is never emptied: the last holders stay, and while none of them answers
   * the group is unavailable rather than stale.
   */
  readonly groups: readonly (readonly string[])[]
}

export function stateOf({ intent, failed }: Pick<MapDisk, 'intent' | 'failed'>): DataDiskState {
  if (intent === 'out') return 'out'
  return failed ? 'failed' : intent
}

/** Serves, or would as soon as it is open. */
export function isUp(disk: MapDisk): boolean {
  return disk.intent !== 'out' && !disk.failed
}

/** Those whose majority makes a map valid. */
export function votersOf(map: ClusterMap): readonly string[] {
  return map.dataDisks.filter(isUp).map((disk) => disk.id)
}

/** More than half; of an even number also exactly half, if the first by name is among them. */
export function isQuorum(voters: readonly string[], answered: ReadonlySet<string>): boolean {
  const count = voters.filter((id) => answered.has(id)).length
  if (count * 2 !== voters.length) return count * 2 > voters.length
  const first = [...voters].sort()[0]
  return first !== undefined && answered.has(first)
}

/** Strikes disks that are not up from every group that has another complete copy. */
export function strikeOff(map: ClusterMap): ClusterMap {
  const up = new Set(votersOf(map))
  return { ...map, pools: map.pools.map((pool) => strikeFrom(pool, up)) }
}

function strikeFrom(pool: MapPool, up: ReadonlySet<string>): MapPool {
  let isSame = true
  const groups = pool.groups.map((complete) => {
    const left = complete.filter((id) => up.has(id))
    if (left.length === 0 || left.length === complete.length) return complete
    isSame = false
    return left
  })
  return isSame ? pool : { ...pool, groups }
}

/** One disk changed, all else shared with the map before. */
export function withDisk(map: ClusterMap, id: string, change: Partial<MapDisk>): ClusterMap {
  const changed = (disk: MapDisk) => (disk.id === id ? { ...disk, ...change } : disk)
  return { ...map, dataDisks: map.dataDisks.map(changed) }
}

export function withGroup(
  map: ClusterMap,
  at: { poolId: number; group: number },
  complete: readonly string[],
): ClusterMap {
  const change = (pool: MapPool) =>
    pool.id === at.poolId ? { ...pool, groups: pool.groups.with(at.group, complete) } : pool
  return { ...map, pools: map.pools.map(change) }
}

/** Where the copies of a group should be, best first. */
export function wantedOf(
  disks: readonly MapDisk[],
  pool: Omit<MapPool, 'groups'>,
  group: number,
): readonly string[] {
  return place(placeables(disks), ruleOf(pool), group)
}

export function placeables(disks: readonly MapDisk[]): readonly Placeable[] {
  return disks.filter(isUp).map((disk) => ({
    id: disk.id,
    weight: disk.sizeBytes,
    domains: domainsOf(disk),
    lastResort: disk.intent === 'draining',
  }))
}

function ruleOf(pool: Pick<MapPool, 'id' | 'copies' | 'faultDomain'>) {
  return { poolId: pool.id, copies: pool.copies, depth: depthOf(pool.faultDomain) }
}

export function depthOf(faultDomain: FaultDomain): number {
  return faultDomains.indexOf(faultDomain) + 1
}

export function domainsOf(disk: DataDisk): readonly string[] {
  return [disk.datacentre, disk.rack, disk.node, disk.id]
}
