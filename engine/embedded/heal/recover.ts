/**
 * The loop that brings every group to the disks that placement wants. It remembers nothing: what is
 * left to do is the difference of the indexes. Groups with the fewest copies go first. A copy too
 * many goes only when all the wanted ones are complete.
 */
import { messageOf } from '#lib/errors'
import type { Cluster } from '../cluster/cluster.ts'
import type { Group } from '../cluster/group.ts'
import type { OpenDataDisk } from '../device/data-disk.ts'
import { copyObject, differenceOf } from './catch-up.ts'
import type { Pace } from './pace.ts'

const groupsAtOnce = 4
const objectsAtOnce = 8

/** One pass over all that is not settled. */
export async function recover(cluster: Cluster, pace: Pace, signal: AbortSignal): Promise<void> {
  const waiting = [...cluster.groups()]
    .filter((group) => !group.isSettled && cluster.live(group).length > 0)
    .sort((a, b) => a.complete.length - b.complete.length)
  const work = async () => {
    for (let group = waiting.shift(); group && !signal.aborted; group = waiting.shift())
      await recoverGroup({ cluster, pace, signal }, group)
  }
  await Promise.all(Array.from({ length: groupsAtOnce }, work))
  if (!signal.aborted) await forgetStrays(cluster)
}

interface Work {
  readonly cluster: Cluster
  readonly pace: Pace
  readonly signal: AbortSignal
}

async function recoverGroup(work: Work, group: Group): Promise<void> {
  const { cluster, signal } = work
  const { log } = cluster.options
  const fields = { pool: group.pool.name, group: group.number }
  try {
    for (const target of openJoining(cluster, group)) await catchUp(work, group, target)
    if (!signal.aborted) await group.hold(() => settle(work, group))
  } catch (error) {
    log.warn({ ...fields, error: messageOf(error) }, 'Group could not be recovered; tried again')
  }
}

/** The bulk, beside the clients' writes; these go to the joining disk as well. */
async function catchUp(work: Work, group: Group, target: OpenDataDisk): Promise<void> {
  const { cluster, pace, signal } = work
  const { behind, behindBytes } = differenceOf(cluster, group, target)
  const left = { objects: behind.length, bytes: behindBytes }
  group.missing.set(target.id, left)
  const queue = behind.values()
  const copy = async () => {
    for (const key of queue) {
      if (signal.aborted) return
      const bytes = sizeOf(cluster, group, key)
      await pace.take(bytes, signal)
      if (signal.aborted) return
      await copyCounted(work, group, { target, key, bytes })
      left.objects--
      left.bytes -= bytes
    }
  }
  await Promise.all(Array.from({ length: objectsAtOnce }, copy))
}

/** With the group held: the last differences, then the map, then what is too many. */
async function settle(work: Work, group: Group): Promise<void> {
  const { cluster } = work
  const caughtUp: string[] = []
  for (const target of openJoining(cluster, group))
    if (await finish(work, group, target)) caughtUp.push(target.id)
  const { wanted, complete } = group
  const isWhole =
    wanted.length >= group.pool.copies &&
    wanted.every((id) => complete.includes(id) || caughtUp.includes(id))
  const next = isWhole ? wanted : [...complete, ...caughtUp]
  if (next.length === complete.length && next.every((id) => complete.includes(id))) return
  await cluster.setComplete(group, next)
  for (const id of complete.filter((id) => !next.includes(id)))
    await cluster.disks.get(id)?.store.forget(group.pool.id, group.number)
}

/** Whether the disk now holds exactly what the complete ones hold. */
async function finish(work: Work, group: Group, target: OpenDataDisk): Promise<boolean> {
  const { cluster } = work
  const { behind, extra, ahead } = differenceOf(cluster, group, target)
  const { store } = target
  if (ahead.length > 0) {
    // It has writes that were never acknowledged: nothing of this group on it is worth keeping.
    await store.forget(group.pool.id, group.number)
    cluster.onUnsettled()
    return false
  }
  await Promise.all(
    extra.map(async (key) => {
      const entry = store.entry(group.place(key))
      if (entry !== undefined) await store.erase(group.place(key), entry.version)
    }),
  )
  if (behind.length > objectsHeldMax) {
    cluster.onUnsettled()
    return false
  }
  for (const key of behind)
    await copyCounted(work, group, { target, key, bytes: sizeOf(cluster, group, key) })
  const after = differenceOf(cluster, group, target)
  return after.behind.length + after.ahead.length === 0
}

/** How many objects may be copied while the group's writers wait. */
const objectsHeldMax = 64

async function copyCounted(
  { cluster }: Work,
  group: Group,
  { target, key, bytes }: { target: OpenDataDisk; key: string; bytes: number },
): Promise<void> {
  if (!(await copyObject(cluster, { group, key, target })))
    throw new Error(`object "${key}" is damaged on every copy; put it again or delete it`)
  const { recovery } = cluster
  recovery.objectsCopied++
  recovery.bytesCopied += bytes
  for (const id of [...group.leaving, ...group.surplus])
    recovery.copiesFor.set(id, (recovery.copiesFor.get(id) ?? 0) + 1)
}

function openJoining(cluster: Cluster, group: Group): readonly OpenDataDisk[] {
  return group.joining.flatMap((id) => cluster.disks.get(id) ?? [])
}

function sizeOf(cluster: Cluster, group: Group, key: string): number {
  const entries = cluster.live(group).map(({ store }) => store.entry(group.place(key)))
  return entries.find((entry) => entry !== undefined)?.payloadBytes ?? 0
}

/** Frees what disks hold of groups that are whole without them, and of pools that are gone. */
async function forgetStrays(cluster: Cluster): Promise<void> {
  const pools = new Map([...cluster.pools.values()].map((pool) => [pool.spec.id, pool]))
  for (const { id, store } of cluster.disks.values())
    for (const held of [...store.held()]) {
      const group = pools.get(held.pool)?.groups[held.group]
      const isNeeded = group !== undefined && (!group.isSettled || group.members.includes(id))
      if (isNeeded || (group !== undefined && isDegraded(cluster, group))) continue
      await store.forget(held.pool, held.group)
    }
}

const isDegraded = (cluster: Cluster, group: Group) =>
  cluster.live(group).length < group.pool.copies
