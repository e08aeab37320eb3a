/**
 * The running cluster: the map, the open data disks, the pools and their groups. It decides what
 * happens when a disk stops answering: first the map says so durably, then life goes on without it.
 */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { DataDiskState } from '../../engine.ts'
import { type OpenDataDisk, TakenOver } from '../device/data-disk.ts'
import type { FileSystem } from '../device/file-system.ts'
import {
  type ClusterMap,
  isUp,
  type MapDisk,
  type MapPool,
  stateOf,
  wantedOf,
  withDisk,
  withGroup,
} from '../map/cluster-map.ts'
import { createMapKeeper, type MapKeeper } from '../map/keeper.ts'
import { groupOf } from '../placement/hash.ts'
import { Group } from './group.ts'
import { KeyOrder } from './key-order.ts'
import { createOperations, type Operations } from './operations.ts'

export interface ClusterOptions {
  readonly clock: Clock
  readonly log: Log
  readonly fileSystem: FileSystem
  readonly segmentBytes: number
  /** A disk that takes longer for one write is given up. */
  readonly ioTimeoutMs: number
  readonly waitingBytesMax: number
}

export interface Pool {
  readonly spec: Omit<MapPool, 'groups'>
  readonly groups: readonly Group[]
  keys: KeyOrder
  scrubErrors: number
  scrubRepaired: number
}

/** How an error came to light; a label of its metric. */
export type DiskOperation = 'write' | 'read' | 'probe' | 'map' | 'open'

const versionsAtOnce = 2 ** 30

export class Cluster {
  readonly options: ClusterOptions
  readonly keeper: MapKeeper
  /** Open and serving. */
  readonly disks = new Map<string, OpenDataDisk>()
  /** Open, and counted for the map, but not yet served from. */
  readonly returning = new Map<string, OpenDataDisk>()
  readonly pools = new Map<string, Pool>()
  readonly operations: Operations
  readonly recovery = { objectsCopied: 0, bytesCopied: 0, copiesFor: new Map<string, number>() }
  /** Errors by data disk and operation. */
  readonly errors = new Map<string, Map<DiskOperation, number>>()
  /** Called when groups may have work for recovery. */
  onUnsettled: () => void = () => {}
  /** Called when a put was refused because a disk is full. */
  onFull: () => void = () => {}
  #versionNext = 1
  #versionEnd = 0
  #reserving: Promise<void> | undefined
  #stopped: string | undefined
  #turn = 0
  #disksPlaced: readonly MapDisk[] | undefined

  constructor(map: ClusterMap, epochSeen: number, options: ClusterOptions) {
    this.options = options
    this.operations = createOperations(options.clock, options.waitingBytesMax)
    this.keeper = createMapKeeper({
      map,
      epochSeen,
      clock: options.clock,
      writeTimeoutMs: options.ioTimeoutMs,
      writers: () =>
        new Map(
          [...this.disks, ...this.returning].map(([id, disk]) => [id, (m) => disk.writeMap(m)]),
        ),
      onChange: () => this.#follow(),
      onWriteError: (id, error) => this.#giveUpLater(id, error, 'map'),
    })
    this.#follow()
  }

  get map(): ClusterMap {
    return this.keeper.current
  }

  pool(name: string): Pool {
    const pool = this.pools.get(name)
    if (pool !== undefined) return pool
    const known = [...this.pools.keys()].slice(0, 20).join(', ') || 'none yet'
    throw fault('POOL_UNKNOWN', { pool: name, known })
  }

  /** A write that waited may find its pool deleted meanwhile. */
  assertCurrent({ spec }: Pool): void {
    if (this.pool(spec.name).spec.id === spec.id) return
    throw fault('POOL_UNKNOWN', { pool: spec.name, known: 'another of this name' })
  }

  mapDisk(dataDisk: string): MapDisk {
    const disk = this.map.dataDisks.find(({ id }) => id === dataDisk)
    if (disk !== undefined) return disk
    const known = this.map.dataDisks.map(({ id }) => id).join(', ')
    throw fault('DATA_DISK_UNKNOWN', { dataDisk, known })
  }

  stateOf(dataDisk: string): DataDiskState {
    return stateOf(this.mapDisk(dataDisk))
  }

  groupOf(pool: Pool, key: string): Group {
    const group = pool.groups[groupOf(key, pool.groups.length)]
    if (group === undefined) throw new Error('every key hashes to a group')
    return group
  }

  *groups(): Generator<Group> {
    for (const pool of this.pools.values()) yield* pool.groups
  }

  /** The complete disks of a group that are open. Each of them is up to date. */
  live(group: Group): readonly OpenDataDisk[] {
    return group.complete.flatMap((id) => this.disks.get(id) ?? [])
  }

  /** Counts up, within what an array index may be. */
  nextTurn(): number {
    this.#turn = (this.#turn + 1) % 0x10000
    return this.#turn
  }

  /** Larger than any version that was ever given out, also before a crash. */
  async nextVersion(): Promise<number> {
    while (this.#versionNext >= this.#versionEnd) {
      this.#reserving ??= this.reserveVersions().finally(() => {
        this.#reserving = undefined
      })
      await this.#reserving
    }
    return this.#versionNext++
  }

  async reserveVersions(): Promise<void> {
    await this.keeper.change((map) => ({
      ...map,
      versionsReserved: map.versionsReserved + versionsAtOnce,
    }))
    this.#versionEnd = this.map.versionsReserved
    this.#versionNext = this.#versionEnd - versionsAtOnce + 1
  }

  setComplete(group: Group, complete: readonly string[]): Promise<void> {
    const at = { poolId: group.pool.id, group: group.number }
    return this.keeper.change((map) => withGroup(map, at, complete))
  }

  /**
   * Closes disks that erred and strikes them off. Resolves once that is durable: until then a write
   * that they missed is not acknowledged, because a restart could take them for complete.
   */
  async giveUp(ids: readonly string[], error: unknown, operation: DiskOperation): Promise<void> {
    const reason = messageOf(error)
    for (const id of ids) this.#letGo(id, error, operation)
    this.assertOpen()
    const isNews = (disk: MapDisk) => ids.includes(disk.id) && !disk.failed
    await this.keeper.change((map) => {
      const news = map.dataDisks.filter(isNews)
      return news.reduce((next, { id }) => withDisk(next, id, { failed: true, reason }), map)
    })
  }

  countError(id: string, operation: DiskOperation): void {
    const counts = this.errors.get(id) ?? new Map<DiskOperation, number>()
    this.errors.set(id, counts)
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
  }

  /** Nothing is answered any more. */
  stop(reason: string): void {
    this.#stopped ??= reason
  }

  assertOpen(): void {
    if (this.#stopped !== undefined) throw fault('ENGINE_CLOSED', { reason: this.#stopped })
  }

  #letGo(id: string, error: unknown, operation: DiskOperation): void {
    const disk = this.disks.get(id)
    if (disk === undefined) return
    this.countError(id, operation)
    this.options.log.error(
      { dataDisk: id, operation, error: messageOf(error) },
      'Data disk given up; its copies are made again elsewhere',
    )
    this.disks.delete(id)
    disk.store.fail(error instanceof Error ? error : new Error(String(error)))
    // A disk that hangs may never close: nobody waits for it.
    disk.close().catch(() => {})
    if (error instanceof TakenOver) this.stop(error.message)
  }

  /** For those who cannot wait. What fails here is tried again by the probe. */
  #giveUpLater(id: string, error: unknown, operation: DiskOperation): void {
    this.giveUp([id], error, operation).catch((cause) =>
      this.options.log.error({ dataDisk: id, error: messageOf(cause) }, 'Map could not be changed'),
    )
  }

  /** Makes pools and groups what the map says. */
  #follow(): void {
    const { dataDisks, pools } = this.map
    for (const name of this.pools.keys())
      if (!pools.some((pool) => pool.name === name)) this.pools.delete(name)
    const isMoved = dataDisks !== this.#disksPlaced
    this.#disksPlaced = dataDisks
    for (const mapPool of pools) {
      const known = this.pools.get(mapPool.name)
      const { groups } = known ?? this.#makePool(mapPool)
      for (const group of groups) {
        group.complete = mapPool.groups[group.number] ?? []
        if (isMoved || known === undefined) placeGroup(group, dataDisks)
        forgetMissing(group)
      }
    }
    this.onUnsettled()
  }

  #makePool(mapPool: MapPool): Pool {
    const { groups, ...spec } = mapPool
    const made: Pool = {
      spec,
      groups: groups.map((_, number) => new Group(spec, number)),
      keys: new KeyOrder(),
      scrubErrors: 0,
      scrubRepaired: 0,
    }
    this.pools.set(spec.name, made)
    return made
  }
}

function forgetMissing(group: Group): void {
  for (const id of group.missing.keys()) if (!group.joining.includes(id)) group.missing.delete(id)
}

function placeGroup(group: Group, dataDisks: readonly MapDisk[]): void {
  const whole = dataDisks
    .filter(({ intent }) => intent !== 'out')
    .map((disk): MapDisk => ({ ...disk, failed: false, intent: 'in' }))
  group.wanted = wantedOf(dataDisks, group.pool, group.number)
  const home = wantedOf(whole, group.pool, group.number)
  group.leaving = home.filter((id) => !group.wanted.includes(id))
}

/** Disks of the map that should be open and are not. */
export function closedDisks(cluster: Cluster): readonly MapDisk[] {
  return cluster.map.dataDisks.filter((disk) => isUp(disk) && !cluster.disks.has(disk.id))
}
