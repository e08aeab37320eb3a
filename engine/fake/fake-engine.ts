/**
 * The contract in memory, for the tests of those who use an engine. An object knows its holders; a
 * lost disk stays one while no other is left. Healing takes place at once, when something changes.
 */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { createOperations } from '../embedded/cluster/operations.ts'
import {
  depthOf,
  type MapDisk,
  placeables,
  stateOf,
  wantedOf,
} from '../embedded/map/cluster-map.ts'
import { groupOf } from '../embedded/placement/hash.ts'
import { countDomains } from '../embedded/placement/place.ts'
import { assertValid, copiesMinOf } from '../embedded/pools.ts'
import {
  type DataDisk,
  type Engine,
  type Operation,
  objectLimits,
  type PoolSpec,
  type PoolStatus,
  type StoredObject,
} from '../engine.ts'

export interface FakeEngine extends Engine {
  lose(dataDiskId: string): void
  bringBack(dataDiskId: string): void
}

interface FakeObject extends StoredObject {
  holders: readonly string[]
}

interface FakePool {
  readonly spec: PoolSpec & Record<'id' | 'copiesMin' | 'placementGroups', number>
  readonly objects: Map<string, FakeObject>
}

interface World {
  disks: MapDisk[]
  readonly pools: Map<string, FakePool>
  epoch: number
  version: number
  readonly clock: Clock
}

export function createFakeEngine(dataDisks: readonly DataDisk[], clock: Clock): FakeEngine {
  const world: World = { disks: [], pools: new Map(), epoch: 1, version: 0, clock }
  for (const disk of dataDisks) world.disks.push(asMapDisk(disk))
  const operations = createOperations(clock, Number.MAX_SAFE_INTEGER)
  const measure = <T>(operation: Operation, asked: [pool: string, key: string], run: () => T) => {
    const [pool, key] = asked
    return operations.measure({ operation, pool, key, bytes: 0 }, async () => run())
  }
  return {
    ...objectsOf(world, measure),
    ...disksOf(world),
    status: () => ({
      engineId: 'fake',
      mapEpoch: world.epoch,
      dataDisks: world.disks.map(({ intent, failed, ...disk }) => ({
        ...disk,
        state: stateOf({ intent, failed }),
        up: !failed && intent !== 'out',
        usedBytes: usedBy(world, disk.id),
        errors: {},
      })),
      pools: [...world.pools.values()].map((pool) => statusOf(world, pool)),
      recovery: { groupsLeft: 0, objectsCopied: 0, bytesCopied: 0 },
      operations: operations.counts(),
      durations: operations.durations(),
    }),
    async close() {},
  }
}

type Measure = <T>(
  operation: Operation,
  asked: [pool: string, key: string],
  run: () => T,
) => Promise<T>

function objectsOf(world: World, measure: Measure) {
  const find = (name: string, key: string) => {
    const object = poolOf(world, name).objects.get(checked(key))
    if (object !== undefined && upAmong(world, object.holders).length === 0) {
      const dataDisks = object.holders.join(', ')
      throw fault('OBJECT_UNAVAILABLE', { what: `object "${key}"`, pool: name, dataDisks })
    }
    return object
  }
  return {
    createPool: async (spec: PoolSpec) => createPool(world, spec),
    async deletePool(name: string) {
      const { objects } = poolOf(world, name)
      if (objects.size > 0) throw fault('POOL_NOT_EMPTY', { pool: name, objectCount: objects.size })
      world.pools.delete(name)
    },
    put: (name: string, key: string, bytes: Buffer) =>
      measure('put', [name, key], () => infoOf(put(world, { name, key: checked(key), bytes }))),
    get: (name: string, key: string) =>
      measure('get', [name, key], () => {
        const object = find(name, key)
        return object && { ...infoOf(object), bytes: Buffer.from(object.bytes) }
      }),
    async head(name: string, key: string) {
      const object = find(name, key)
      return object && infoOf(object)
    },
    delete: (name: string, key: string) =>
      measure('delete', [name, key], () => {
        find(name, key)
        return poolOf(world, name).objects.delete(key)
      }),
    async list(name: string, { prefix = '', after = '', limit = 1000 } = {}) {
      const keys = [...poolOf(world, name).objects.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .sort()
      const objects = keys.slice(0, limit).flatMap((key) => {
        const object = find(name, key)
        return object ? [infoOf(object)] : []
      })
      return keys.length > limit ? { objects, next: keys[limit - 1] } : { objects }
    },
    verifyPool: async (name: string) => proofOf(world, name),
    scrubPool: async (name: string) => proofOf(world, name),
  }
}

function disksOf(world: World) {
  const change = (id: string, changed: Partial<MapDisk>) => {
    diskOf(world, id)
    world.disks = world.disks.map((disk) => (disk.id === id ? { ...disk, ...changed } : disk))
    heal(world)
  }
  const intend = async (id: string, intent: 'in' | 'draining') => {
    const verb = intent === 'in' ? 'undrain' : 'drain'
    if (diskOf(world, id).intent === 'out') throw fault('DATA_DISK_OUT', { verb, dataDisk: id })
    change(id, { intent })
  }
  const held = (id: string) => heldBy(world, id)
  return {
    lose: (id: string) => change(id, { failed: true }),
    bringBack: (id: string) => change(id, { failed: false }),
    async addDataDisk(disk: DataDisk) {
      if (world.disks.some(({ id }) => id === disk.id))
        throw fault('DATA_DISK_EXISTS', { dataDisk: disk.id })
      world.disks.push(asMapDisk(disk))
      heal(world)
    },
    async canDrain(id: string) {
      diskOf(world, id)
      const left = placeables(world.disks.filter((disk) => disk.id !== id))
      const reasons = [...world.pools.values()].flatMap(({ spec }) => {
        const domains = countDomains(left, depthOf(spec.faultDomain))
        if (domains >= spec.copies) return []
        const needs = `${spec.copies} ${spec.faultDomain}s`
        return [`Pool "${spec.name}" needs ${needs}, ${domains} would be left`]
      })
      return { ok: reasons.length === 0, reasons }
    },
    drain: (id: string) => intend(id, 'draining'),
    undrain: (id: string) => intend(id, 'in'),
    async drainProgress(id: string) {
      const state = stateOf(diskOf(world, id))
      const objects = held(id)
      return {
        state,
        done: state !== 'in' && objects.length === 0,
        placementGroupsLeft: objects.length,
        objectsLeft: objects.length,
        bytesLeft: objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        copiesMade: 0,
      }
    },
    async retire(id: string) {
      const { intent, failed } = diskOf(world, id)
      if (intent === 'out') return
      if (held(id).length > 0 || (intent === 'in' && !failed))
        throw fault('DATA_DISK_IN_USE', { dataDisk: id, groups: held(id).length })
      change(id, { intent: 'out' })
    },
  }
}

function createPool(world: World, spec: PoolSpec): void {
  assertValid(spec)
  const { name, copies, faultDomain, placementGroups = 64 } = spec
  if (world.pools.has(name)) throw fault('POOL_EXISTS', { pool: name })
  const found = countDomains(placeables(world.disks), depthOf(faultDomain))
  if (found < copies) throw fault('POOL_UNPLACEABLE', { pool: name, copies, faultDomain, found })
  const copiesMin = spec.copiesMin ?? copiesMinOf(copies)
  const id = ++world.epoch
  world.pools.set(name, {
    spec: { id, name, copies, copiesMin, faultDomain, placementGroups },
    objects: new Map(),
  })
}

function put(world: World, asked: { name: string; key: string; bytes: Buffer }): FakeObject {
  const { name, key, bytes } = asked
  const pool = poolOf(world, name)
  const { sizeBytesMax } = objectLimits
  if (bytes.length > sizeBytesMax)
    throw fault('OBJECT_TOO_LARGE', { pool: name, key, sizeBytes: bytes.length, sizeBytesMax })
  const holders = wantedFor(world, pool, key)
  const { copiesMin } = pool.spec
  if (holders.length < copiesMin) {
    const dataDisks = world.disks.filter(({ failed }) => failed).map(({ id }) => id)
    const details = { key, pool: name, answering: holders.length, copiesMin }
    throw fault('POOL_UNWRITABLE', { ...details, dataDisks: dataDisks.join(', ') })
  }
  const object = {
    key,
    bytes: Buffer.from(bytes),
    sizeBytes: bytes.length,
    etag: String(++world.version),
    writtenAtMs: world.clock.nowMs(),
    holders,
  }
  pool.objects.set(key, object)
  return object
}

/** Every object goes where it should be, if one that holds it answers. */
function heal(world: World): void {
  world.epoch++
  for (const pool of world.pools.values())
    for (const object of pool.objects.values()) {
      const up = upAmong(world, object.holders)
      if (up.length === 0) continue
      object.holders = wantedFor(world, pool, object.key)
    }
}

function statusOf(world: World, { spec, objects }: FakePool): PoolStatus {
  const all = [...objects.values()]
  const upOf = ({ holders }: FakeObject) => upAmong(world, holders).length
  const unavailable = all.filter((object) => upOf(object) === 0).length
  const degraded = all.filter((object) => upOf(object) < spec.copies).length - unavailable
  const { id, ...rest } = spec
  return {
    ...rest,
    objects: all.length,
    bytes: all.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    objectsDegraded: degraded,
    objectsUnavailable: unavailable,
    objectsMisplaced: 0,
    groups: { clean: spec.placementGroups, degraded: 0, unavailable: 0 },
    scrubErrors: 0,
    scrubRepaired: 0,
  }
}

function proofOf(world: World, name: string) {
  const { spec, objects } = poolOf(world, name)
  const all = [...objects.values()]
  const upOf = ({ holders }: FakeObject) => upAmong(world, holders).length
  const copies = all.reduce((sum, object) => sum + upOf(object), 0)
  const bytes = all.reduce((sum, object) => sum + upOf(object) * object.sizeBytes, 0)
  const missing = all.length * spec.copies - copies
  const found = { objects: all.length, copies, bytes, missing }
  return { pool: name, ...found, corrupt: 0, misplaced: 0, misversioned: 0 }
}

function heldBy(world: World, id: string): readonly FakeObject[] {
  return [...world.pools.values()].flatMap(({ objects }) =>
    [...objects.values()].filter(({ holders }) => holders.includes(id)),
  )
}

function usedBy(world: World, id: string): number {
  return heldBy(world, id).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
}

function wantedFor(world: World, { spec }: FakePool, key: string): readonly string[] {
  return wantedOf(world.disks, spec, groupOf(key, spec.placementGroups))
}

function upAmong({ disks }: World, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => disks.some((disk) => disk.id === id && !disk.failed))
}

function poolOf({ pools }: World, name: string): FakePool {
  const pool = pools.get(name)
  if (pool !== undefined) return pool
  throw fault('POOL_UNKNOWN', { pool: name, known: [...pools.keys()].join(', ') })
}

function diskOf({ disks }: World, id: string): MapDisk {
  const disk = disks.find((other) => other.id === id)
  if (disk !== undefined) return disk
  throw fault('DATA_DISK_UNKNOWN', { dataDisk: id, known: disks.map((d) => d.id).join(', ') })
}

function checked(key: string): string {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > 0 && keyBytes <= objectLimits.keyBytesMax && key.isWellFormed()) return key
  throw fault('OBJECT_KEY_INVALID', { reason: 'its length or its Unicode is wrong' })
}

function infoOf({ key, sizeBytes, etag, writtenAtMs }: FakeObject) {
  return { key, sizeBytes, etag, writtenAtMs }
}

function asMapDisk(disk: DataDisk): MapDisk {
  return { ...disk, sizeBytes: disk.sizeBytes ?? 2 ** 40, intent: 'in', failed: false }
}
