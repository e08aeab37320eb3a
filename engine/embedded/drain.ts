/** Taking a data disk out of use without ever having fewer copies for it. */
import { fault } from '#api/errors'
import type { DrainProgress, DrainVerdict } from '../engine.ts'
import type { Cluster } from './cluster/cluster.ts'
import type { Group } from './cluster/group.ts'
import { depthOf, isUp, placeables, wantedOf, withDisk } from './map/cluster-map.ts'
import { countDomains } from './placement/place.ts'

/** A disk that would be fuller than this after a drain is too full for it. */
const fillShareMax = 0.9

export function canDrain(cluster: Cluster, id: string): DrainVerdict {
  const disk = cluster.mapDisk(id)
  if (disk.intent === 'out') return { ok: true, reasons: [] }
  const without = cluster.map.dataDisks.filter((other) => other.id !== id)
  const rules = rulesBroken(cluster, without)
  const reasons = rules.length > 0 ? rules : roomLacking(cluster, without)
  return { ok: reasons.length === 0, reasons }
}

export async function drain(cluster: Cluster, id: string): Promise<void> {
  if (cluster.mapDisk(id).intent === 'out')
    throw fault('DATA_DISK_OUT', { verb: 'drain', dataDisk: id })
  await cluster.keeper.change((map) =>
    map.dataDisks.some((disk) => disk.id === id && disk.intent === 'in')
      ? withDisk(map, id, { intent: 'draining' })
      : map,
  )
}

export async function undrain(cluster: Cluster, id: string): Promise<void> {
  if (cluster.mapDisk(id).intent === 'out')
    throw fault('DATA_DISK_OUT', { verb: 'undrain', dataDisk: id })
  await cluster.keeper.change((map) =>
    map.dataDisks.some((disk) => disk.id === id && disk.intent === 'draining')
      ? withDisk(map, id, { intent: 'in' })
      : map,
  )
}

export function drainProgress(cluster: Cluster, id: string): DrainProgress {
  const { intent } = cluster.mapDisk(id)
  const state = cluster.stateOf(id)
  const needing = intent === 'out' ? [] : groupsNeeding(cluster, id)
  let objectsLeft = 0
  let bytesLeft = 0
  for (const group of needing) {
    const left = leftToCopy(cluster, group)
    objectsLeft += left.objects
    bytesLeft += left.bytes
  }
  return {
    state,
    done: state !== 'in' && needing.length === 0,
    placementGroupsLeft: needing.length,
    objectsLeft,
    bytesLeft,
    copiesMade: cluster.recovery.copiesFor.get(id) ?? 0,
  }
}

export async function retire(cluster: Cluster, id: string): Promise<void> {
  const disk = cluster.mapDisk(id)
  if (disk.intent === 'out') return
  await cluster.keeper.change((map) => {
    const groups = groupsNeeding(cluster, id).length
    const isAsked = map.dataDisks.some((other) => other.id === id && cannotServe(other))
    if (groups > 0 || !isAsked) throw fault('DATA_DISK_IN_USE', { dataDisk: id, groups })
    return withDisk(map, id, { intent: 'out' })
  })
  const open = cluster.disks.get(id)
  cluster.disks.delete(id)
  await open?.close()
}

const cannotServe = ({ intent, failed }: { intent: string; failed: boolean }) =>
  intent === 'draining' || failed

/**
 * Groups for which the disk still counts: it holds a copy, or would and the copies that take its
 * place are not all there.
 */
function groupsNeeding(cluster: Cluster, id: string): readonly Group[] {
  return [...cluster.groups()].filter((group) => {
    if (group.members.includes(id)) return true
    if (!group.leaving.includes(id)) return false
    return !group.isSettled || group.complete.length < group.pool.copies
  })
}

/** The counts of what the joining disks lack; before they were counted, all of the group. */
export function leftToCopy(cluster: Cluster, group: Group) {
  const all = countsOf(cluster, group)
  const joining = group.joining.map((id) => group.missing.get(id) ?? all)
  if (group.complete.length + joining.length < group.pool.copies) return all
  return {
    objects: Math.max(0, ...joining.map((missing) => missing.objects)),
    bytes: Math.max(0, ...joining.map((missing) => missing.bytes)),
  }
}

/** Objects and bytes of a group, from a disk that has them all, or as last seen. */
export function countsOf(cluster: Cluster, group: Group) {
  const [disk] = cluster.live(group)
  if (disk !== undefined) {
    const { objects, bytes } = disk.store.group(group.pool.id, group.number)
    group.lastSeen = { objects, bytes }
  }
  return group.lastSeen ?? { objects: 0, bytes: 0 }
}

type Disks = Cluster['map']['dataDisks']

function rulesBroken(cluster: Cluster, without: Disks): readonly string[] {
  const disks = placeables(without).filter((disk) => !disk.lastResort)
  return [...cluster.pools.values()].flatMap(({ spec: { name, copies, faultDomain } }) => {
    const left = countDomains(disks, depthOf(faultDomain))
    if (left >= copies) return []
    return [`Pool "${name}" needs ${copies} ${plural(faultDomain, copies)}, ${left} would be left`]
  })
}

function roomLacking(cluster: Cluster, without: Disks): readonly string[] {
  const gained = new Map<string, number>()
  for (const group of cluster.groups()) {
    const { bytes } = countsOf(cluster, group)
    for (const id of wantedOf(without, group.pool, group.number))
      if (!group.complete.includes(id)) gained.set(id, (gained.get(id) ?? 0) + bytes)
  }
  return without.filter(isUp).flatMap(({ id, sizeBytes }) => {
    const usedBytes = (cluster.disks.get(id)?.store.usedBytes ?? 0) + (gained.get(id) ?? 0)
    if (usedBytes <= sizeBytes * fillShareMax || !gained.has(id)) return []
    const share = Math.round((usedBytes / sizeBytes) * 100)
    return [`Data disk "${id}" would be ${share} % full: ${usedBytes} of ${sizeBytes} bytes`]
  })
}

const plural = (word: string, count: number) => (count === 1 ? word : `${word}s`)
