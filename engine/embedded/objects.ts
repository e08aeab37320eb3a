/** What clients do with objects: put, get, head, delete, list. */
import { fault } from '#api/errors'
import {
  type ListOptions,
  type ObjectInfo,
  type ObjectPage,
  objectLimits,
  type StoredObject,
} from '../engine.ts'
import type { Cluster, Pool } from './cluster/cluster.ts'
import { assertServing, newestCopies, readSound, writeAll } from './cluster/copies.ts'
import type { Group } from './cluster/group.ts'
import type { Entry } from './device/index-of-objects.ts'
import { preparePut } from './device/record.ts'
import { mendObject } from './heal/check.ts'

interface At {
  readonly pool: Pool
  readonly group: Group
  readonly key: string
}

export async function putObject(
  cluster: Cluster,
  given: { pool: string; key: string; bytes: Buffer },
): Promise<ObjectInfo> {
  cluster.assertOpen()
  const { key, bytes } = given
  const at = locate(cluster, given.pool, key)
  const { sizeBytesMax } = objectLimits
  if (bytes.length > sizeBytesMax) {
    const details = { pool: given.pool, key, sizeBytes: bytes.length, sizeBytesMax }
    throw fault('OBJECT_TOO_LARGE', details)
  }
  const { group, pool } = at
  assertRoom(cluster, at, bytes.length)
  return group.withKey(key, async () => {
    cluster.assertCurrent(pool)
    const version = await cluster.nextVersion()
    const writtenAtMs = cluster.options.clock.nowMs()
    const put = preparePut(group.place(key), { version, writtenAtMs, payload: bytes })
    await writeAll(cluster, at, (store) => store.put(put))
    pool.keys.add(key)
    return { key, sizeBytes: bytes.length, etag: etagOf(put.head), writtenAtMs }
  })
}

export async function getObject(
  cluster: Cluster,
  given: { pool: string; key: string },
): Promise<StoredObject | undefined> {
  const at = locate(cluster, given.pool, given.key)
  const { group, key } = at
  // An object may be overwritten or deleted between looking it up and reading it: then look again.
  for (;;) {
    await group.settled(key)
    assertServing(cluster, group, `object "${key}"`)
    const copies = newestCopies(cluster, group, key)
    const entry = copies[0]?.entry
    if (entry === undefined || entry.deleted !== undefined) return undefined
    const read = await readSound(cluster, { group, key, copies })
    if (read?.isDamaged) mendLater(cluster, at)
    if (read !== undefined) return { ...infoOf(key, entry), bytes: read.payload }
    if (newestCopies(cluster, group, key)[0]?.entry !== entry) continue
    mendLater(cluster, at)
    const dataDisks = group.complete.join(', ')
    throw fault('OBJECT_UNAVAILABLE', { what: `object "${key}"`, pool: given.pool, dataDisks })
  }
}

export async function headObject(
  cluster: Cluster,
  given: { pool: string; key: string },
): Promise<ObjectInfo | undefined> {
  const { group, key } = locate(cluster, given.pool, given.key)
  await group.settled(key)
  assertServing(cluster, group, `object "${key}"`)
  return headOf(cluster, group, key)
}

export async function deleteObject(
  cluster: Cluster,
  given: { pool: string; key: string },
): Promise<boolean> {
  cluster.assertOpen()
  const at = locate(cluster, given.pool, given.key)
  const { group, pool, key } = at
  return group.withKey(key, async () => {
    cluster.assertCurrent(pool)
    assertServing(cluster, group, `object "${key}"`)
    if (headOf(cluster, group, key) === undefined) return false
    const version = await cluster.nextVersion()
    await writeAll(cluster, at, (store) => store.erase(group.place(key), version))
    pool.keys.delete(key)
    return true
  })
}

export async function listObjects(
  cluster: Cluster,
  poolName: string,
  { prefix = '', after, limit = 1000 }: ListOptions,
): Promise<ObjectPage> {
  const pool = cluster.pool(poolName)
  for (const group of pool.groups) assertServing(cluster, group, 'the list of objects')
  const most = Math.max(1, Math.min(1000, Math.floor(limit)))
  const objects: ObjectInfo[] = []
  const from = after !== undefined && after > prefix ? after : prefix
  for (const key of pool.keys.from(from)) {
    if (!key.startsWith(prefix)) break
    if (key === after) continue
    const found = headOf(cluster, cluster.groupOf(pool, key), key)
    if (found === undefined) continue
    const last = objects.at(-1)
    if (objects.length === most && last !== undefined) return { objects, next: last.key }
    objects.push(found)
  }
  return { objects }
}

function locate(cluster: Cluster, poolName: string, key: string): At {
  const pool = cluster.pool(poolName)
  const keyBytes = Buffer.byteLength(key)
  const { keyBytesMax } = objectLimits
  if (keyBytes === 0 || keyBytes > keyBytesMax) {
    const reason = `it has ${keyBytes} bytes in UTF-8, from 1 to ${keyBytesMax} are possible`
    throw fault('OBJECT_KEY_INVALID', { reason })
  }
  if (!key.isWellFormed())
    throw fault('OBJECT_KEY_INVALID', { reason: 'it is not well-formed Unicode' })
  return { pool, key, group: cluster.groupOf(pool, key) }
}

/** What compaction needs for itself, and deletes that make room, are never taken by puts. */
const fillShareMax = 0.95

function assertRoom(cluster: Cluster, { group, key }: At, bytes: number): void {
  for (const id of group.members) {
    const usedBytes = cluster.disks.get(id)?.store.usedBytes
    if (usedBytes === undefined) continue
    const { sizeBytes } = cluster.mapDisk(id)
    if (usedBytes + bytes > sizeBytes * fillShareMax) {
      cluster.onFull()
      const details = { pool: group.pool.name, key, dataDisk: id, usedBytes, sizeBytes }
      throw fault('POOL_FULL', details)
    }
  }
}

function headOf(cluster: Cluster, group: Group, key: string): ObjectInfo | undefined {
  const entry = newestCopies(cluster, group, key)[0]?.entry
  return entry === undefined || entry.deleted !== undefined ? undefined : infoOf(key, entry)
}

function infoOf(key: string, entry: Entry): ObjectInfo {
  const { payloadBytes, writtenAtMs } = entry
  return { key, sizeBytes: payloadBytes, etag: etagOf(entry), writtenAtMs }
}

/** The version makes it differ for each write; the checksum is there for people. */
function etagOf({ version, payloadCrc }: Pick<Entry, 'version' | 'payloadCrc'>): string {
  return `${version.toString(16)}-${payloadCrc.toString(16).padStart(8, '0')}`
}

function mendLater(cluster: Cluster, at: At): void {
  mendObject(cluster, at).catch((error) =>
    cluster.options.log.warn({ key: at.key, error: String(error) }, 'Object could not be mended'),
  )
}
