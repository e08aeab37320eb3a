/** The engine that keeps its data on folders of this machine: its parts, joined, and its loops. */
import { fault } from '#api/errors'
import { type Clock, sleep } from '#lib/clock'
import type { Log } from '#lib/log'
import { createLoop, type Loop } from '#lib/loop'
import { createMetrics, type Metrics } from '#lib/metrics'
import type { Random } from '#lib/random'
import type { DataDisk, Engine, Operation, PoolSpec } from '../engine.ts'
import { admit } from './cluster/admit.ts'
import type { Cluster } from './cluster/cluster.ts'
import { compact } from './device/compact.ts'
import { format, inspect } from './device/data-disk.ts'
import { type FileSystem, realFileSystem } from './device/file-system.ts'
import { canDrain, drain, drainProgress, retire, undrain } from './drain.ts'
import { checkPool } from './heal/check.ts'
import { createPace, type Pace } from './heal/pace.ts'
import { createProbe } from './heal/probe.ts'
import { recover } from './heal/recover.ts'
import type { ClusterMap, MapDisk } from './map/cluster-map.ts'
import { deleteObject, getObject, headObject, listObjects, putObject } from './objects.ts'
import { openCluster, openOne, roomOf } from './open.ts'
import { createPool, deletePool } from './pools.ts'
import { statusOf } from './status.ts'

export interface EmbeddedEngineOptions {
  readonly dataDisks: readonly DataDisk[]
  /** Created unless they exist. */
  readonly pools?: readonly PoolSpec[] | undefined
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics?: Metrics | undefined
  readonly fileSystem?: FileSystem | undefined
  /** When given, an engine with this id must be found; no new one is created. */
  readonly engineId?: string | undefined
  /** Default 100 MB/s; half of it while clients are busy. */
  readonly recoveryBytesPerSecond?: number | undefined
  /** Default 20 MB/s. */
  readonly scrubBytesPerSecond?: number | undefined
  /** From one scrub of everything to the next; default one day. */
  readonly scrubEveryMs?: number | undefined
  /** How often each disk is looked at; default 1 s. */
  readonly probeEveryMs?: number | undefined
  /** A disk that takes longer for one write is given up; default 10 s. */
  readonly ioTimeoutMs?: number | undefined
  /** Writes that may wait, in bytes, before ENGINE_BUSY; default 256 MiB. */
  readonly waitingBytesMax?: number | undefined
  /** Where a segment of the log ends; default 64 MiB, less on small disks. */
  readonly segmentBytes?: number | undefined
}

const mebibyte = 1024 * 1024

export async function openEmbeddedEngine(options: EmbeddedEngineOptions): Promise<Engine> {
  const {
    fileSystem = realFileSystem,
    segmentBytes = 64 * mebibyte,
    ioTimeoutMs = 10_000,
    waitingBytesMax = 256 * mebibyte,
    pools = [],
  } = options
  const own = { fileSystem, segmentBytes, ioTimeoutMs, waitingBytesMax }
  const cluster = await openCluster({ ...options, ...own })
  for (const spec of pools) if (!cluster.pools.has(spec.name)) await createPool(cluster, spec)
  const background = startLoops(cluster, options)
  return engineOf(cluster, background)
}

interface Background {
  readonly scrubPace: Pace
  readonly signal: AbortSignal
  close(): Promise<void>
}

function engineOf(cluster: Cluster, background: Background): Engine {
  const measure = <T>(
    operation: Operation,
    given: { pool: string; key: string; bytes?: Buffer },
    run: () => Promise<T>,
  ) => {
    const { name } = cluster.pool(given.pool).spec // Counts no pool that does not exist.
    const bytes = given.bytes?.length ?? 0
    return cluster.operations.measure({ operation, pool: name, key: given.key, bytes }, run)
  }
  const check = (pool: string, mend: 'yes' | 'no') => {
    const pace = mend === 'yes' ? background.scrubPace : undefined
    return checkPool(cluster, cluster.pool(pool), { pace, mend, signal: background.signal })
  }
  return {
    status: () => statusOf(cluster),
    createPool: (spec) => createPool(cluster, spec),
    deletePool: (name) => deletePool(cluster, name),
    put: async (pool, key, bytes) =>
      measure('put', { pool, key, bytes }, () => putObject(cluster, { pool, key, bytes })),
    get: async (pool, key) =>
      measure('get', { pool, key }, () => getObject(cluster, { pool, key })),
    head: (pool, key) => headObject(cluster, { pool, key }),
    delete: async (pool, key) =>
      measure('delete', { pool, key }, () => deleteObject(cluster, { pool, key })),
    list: (pool, options = {}) => listObjects(cluster, pool, options),
    addDataDisk: (disk) => addDataDisk(cluster, disk),
    canDrain: async (id) => canDrain(cluster, id),
    drain: (id) => drain(cluster, id),
    undrain: (id) => undrain(cluster, id),
    drainProgress: async (id) => drainProgress(cluster, id),
    retire: (id) => retire(cluster, id),
    verifyPool: async (pool) => check(pool, 'no'),
    scrubPool: async (pool) => check(pool, 'yes'),
    close: () => closeAll(cluster, background),
  }
}

/** A disk that hangs is not waited for longer than for one write. */
async function closeAll(cluster: Cluster, background: Background): Promise<void> {
  cluster.stop('it is closed')
  const { clock, ioTimeoutMs } = cluster.options
  const patience = new AbortController()
  const close = async () => {
    await background.close()
    for (const disk of cluster.disks.values()) await disk.close()
    patience.abort()
  }
  await Promise.race([close(), sleep(clock, ioTimeoutMs, patience.signal)])
  for (const { store } of cluster.disks.values()) store.fail(new Error('the engine was closed'))
}

function startLoops(cluster: Cluster, options: EmbeddedEngineOptions): Background {
  const { clock, log, metrics = createMetrics() } = options
  const stopping = new AbortController()
  const pace = (bytesPerSecond: number) =>
    createPace({ clock, bytesPerSecond, isBusy: () => cluster.operations.underWay > 0 })
  const recoveryPace = pace(options.recoveryBytesPerSecond ?? 100_000_000)
  const scrubPace = pace(options.scrubBytesPerSecond ?? 20_000_000)
  const loop = (name: string, everyMs: number, pass: Loopable) => {
    const unlessStopped = async (signal: AbortSignal) =>
      pass(AbortSignal.any([signal, stopping.signal]))
    return createLoop({ name, everyMs, pass: unlessStopped }, { clock, log, metrics })
  }
  const probe = createProbe(cluster, {
    open: (disk) => openOne(cluster.options, cluster.map.engineId, disk),
  })
  const recovery = loop('engine recovery', 5000, (signal) => recover(cluster, recoveryPace, signal))
  const compaction = loop('engine compaction', 5000, (signal) =>
    compactAll(cluster, scrubPace, signal),
  )
  const loops: readonly Loop[] = [
    recovery,
    compaction,
    loop('engine probe', options.probeEveryMs ?? 1000, () => probe.pass()),
    scrubLoop(cluster, { ...options, pace: scrubPace }, loop),
  ]
  cluster.onUnsettled = () => recovery.wake()
  cluster.onFull = () => compaction.wake()
  for (const each of loops) each.start()
  return {
    scrubPace,
    signal: stopping.signal,
    async close() {
      stopping.abort()
      await Promise.all(loops.map((each) => each.close()))
    },
  }
}

type Loopable = (signal: AbortSignal) => Promise<void>

/**
 * Its first pass comes a whole period after the start: a restart is no reason to read everything.
 */
function scrubLoop(
  cluster: Cluster,
  { pace, scrubEveryMs = 86_400_000 }: { pace: Pace; scrubEveryMs?: number | undefined },
  loop: (name: string, everyMs: number, pass: Loopable) => Loop,
): Loop {
  let isFirst = true
  return loop('engine scrub', scrubEveryMs, async (signal) => {
    if (!isFirst)
      for (const pool of cluster.pools.values())
        await checkPool(cluster, pool, { pace, mend: 'yes', signal })
    isFirst = false
  })
}

/** A little garbage may stay; once a disk is fuller, less of it may. */
async function compactAll(cluster: Cluster, pace: Pace, signal: AbortSignal): Promise<void> {
  const take = (bytes: number) => pace.take(bytes, signal)
  for (const [id, { store }] of cluster.disks) {
    const fill = store.usedBytes / cluster.mapDisk(id).sizeBytes
    const garbageShareMin = fill > 0.8 ? 0.1 : 0.5
    while (!signal.aborted && (await compact(store, { take, garbageShareMin })));
  }
}

async function addDataDisk(cluster: Cluster, disk: DataDisk): Promise<void> {
  const { fileSystem, clock } = cluster.options
  const { engineId, dataDisks } = cluster.map
  if (dataDisks.some(({ id }) => id === disk.id))
    throw fault('DATA_DISK_EXISTS', { dataDisk: disk.id })
  const found = await inspect(fileSystem, disk)
  // One of ours that the map does not know was formatted by an attempt that did not end.
  const isOurs = found.is === 'formatted' && found.superblock.engineId === engineId
  if (found.is !== 'blank' && !isOurs) {
    const details = { dataDisk: disk.id, path: disk.path, found: 'a data disk already' }
    throw fault('DATA_DISK_NOT_EMPTY', details)
  }
  if (!isOurs) await format(fileSystem, disk, { engineId, createdAtMs: clock.nowMs() })
  const sizeBytes = disk.sizeBytes ?? (await roomOf(fileSystem, disk))
  const added = { ...disk, sizeBytes, intent: 'in' as const, failed: false }
  const opened = await openOne(cluster.options, engineId, added)
  try {
    await admit(cluster, { disks: [opened], suspects: [], first: (map) => withNew(map, added) })
  } catch (error) {
    await opened.close()
    throw error
  }
}

function withNew(map: ClusterMap, added: MapDisk): ClusterMap {
  if (map.dataDisks.some(({ id }) => id === added.id))
    throw fault('DATA_DISK_EXISTS', { dataDisk: added.id })
  return { ...map, dataDisks: [...map.dataDisks, added] }
}
