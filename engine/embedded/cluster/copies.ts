/** The copies of one object: which version counts, reading a sound one, writing all of them. */
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import type { OpenDataDisk } from '../device/data-disk.ts'
import { CorruptRecord, type DeviceStore } from '../device/device-store.ts'
import type { Entry } from '../device/index-of-objects.ts'
import type { Cluster } from './cluster.ts'
import type { Group } from './group.ts'

export interface Copy {
  readonly disk: OpenDataDisk
  readonly entry: Entry
}

/** The copies that hold the newest version among the complete disks; a tombstone is one too. */
export function newestCopies(cluster: Cluster, group: Group, key: string): readonly Copy[] {
  const place = group.place(key)
  let newest: Copy[] = []
  for (const disk of cluster.live(group)) {
    const entry = disk.store.entry(place)
    if (entry === undefined) continue
    const version = newest[0]?.entry.version ?? 0
    if (entry.version > version) newest = [{ disk, entry }]
    else if (entry.version === version) newest.push({ disk, entry })
  }
  return newest
}

/** Throws unless the group can answer for what it holds, and for what it does not hold. */
export function assertServing(cluster: Cluster, group: Group, what: string): void {
  cluster.assertOpen()
  if (cluster.live(group).length > 0) return
  const dataDisks = group.complete.join(', ')
  throw fault('OBJECT_UNAVAILABLE', { what, pool: group.pool.name, dataDisks })
}

export interface SoundRead {
  readonly payload: Buffer
  /** Some copy was damaged or could not be read. */
  readonly isDamaged: boolean
}

/** Reads copy after copy until one is sound; undefined when none is. */
export async function readSound(
  cluster: Cluster,
  at: { group: Group; key: string; copies: readonly Copy[] },
): Promise<SoundRead | undefined> {
  const { group, key, copies } = at
  const place = group.place(key)
  let isDamaged = false
  const first = cluster.nextTurn() // So that the copies share the reads.
  for (let i = 0; i < copies.length; i++) {
    const copy = copies[(first + i) % copies.length]
    if (copy === undefined) continue
    try {
      return { payload: await copy.disk.store.read(place, copy.entry), isDamaged }
    } catch (error) {
      isDamaged = true
      noteUnreadable(cluster, copy.disk, { pool: group.pool.name, key, error })
    }
  }
  return undefined
}

export function noteUnreadable(
  cluster: Cluster,
  { id }: OpenDataDisk,
  found: { pool: string; key: string; error: unknown },
): void {
  const { pool, key, error } = found
  const fields = { dataDisk: id, pool, key, error: messageOf(error) }
  if (error instanceof CorruptRecord)
    cluster.options.log.warn(fields, 'Damaged copy found; it is mended from another')
  else {
    cluster.countError(id, 'read')
    cluster.options.log.warn(fields, 'Copy could not be read; it is mended from another')
  }
}

/**
 * Applies a write on every disk of the group, also on those that still catch up. Resolves when all
 * complete disks have it durably: one that does not is struck off first, durably; and at least
 * `copiesMin` must remain. Call it with the key to oneself.
 */
export async function writeAll(
  cluster: Cluster,
  at: { group: Group; key: string },
  apply: (store: DeviceStore) => Promise<void>,
): Promise<void> {
  const { group, key } = at
  if (cluster.live(group).length < group.pool.copiesMin) throw unwritable(cluster, group, key)
  const done = new Set<string>()
  const lost = new Map<string, unknown>()
  const write = async (id: string) => {
    const disk = cluster.disks.get(id)
    if (disk === undefined) return
    try {
      await apply(disk.store)
      done.add(id)
    } catch (error) {
      lost.set(id, error)
    }
  }
  await Promise.all(group.members.map(write))
  const absent = group.complete.filter((id) => !done.has(id))
  await giveUpAll(cluster, lost, absent)
  const acknowledging = group.complete.filter((id) => done.has(id))
  const isEnough = acknowledging.length >= group.pool.copiesMin
  if (!isEnough || acknowledging.length < group.complete.length)
    throw unwritable(cluster, group, key)
}

/** Waits for the map only where a complete disk is concerned. */
async function giveUpAll(
  cluster: Cluster,
  lost: ReadonlyMap<string, unknown>,
  absent: readonly string[],
): Promise<void> {
  if (lost.size + absent.length === 0) return
  const [id, error] = [...lost][0] ?? [absent[0] ?? '', new Error('it does not answer')]
  const gone = [...new Set([...lost.keys(), ...absent])]
  const struck = cluster.giveUp(gone, error, 'write')
  if (absent.length > 0) return struck
  struck.catch((cause) =>
    cluster.options.log.warn({ dataDisk: id, error: messageOf(cause) }, 'Map could not be changed'),
  )
}

function unwritable(cluster: Cluster, group: Group, key: string) {
  const closed = group.members.filter((id) => !cluster.disks.has(id))
  return fault('POOL_UNWRITABLE', {
    key,
    pool: group.pool.name,
    answering: cluster.live(group).length,
    copiesMin: group.pool.copiesMin,
    dataDisks: [...new Set([...closed, ...group.leaving])].join(', '),
  })
}
