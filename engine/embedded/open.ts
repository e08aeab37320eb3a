/**
 * From folders to a cluster: looks at every data disk before it writes to any, finds the newest map
 * that a majority can vouch for, formats what is new, and lets the disks in.
 */
import { fault } from '#api/errors'
import type { Random } from '#lib/random'
import type { DataDisk } from '../engine.ts'
import { admit } from './cluster/admit.ts'
import { Cluster, type ClusterOptions } from './cluster/cluster.ts'
import {
  format,
  type Inspection,
  inspect,
  type OpenDataDisk,
  openDataDisk,
} from './device/data-disk.ts'
import type { FileSystem } from './device/file-system.ts'
import { type ClusterMap, isQuorum, type MapDisk, mapFormat, votersOf } from './map/cluster-map.ts'

export interface OpenOptions extends ClusterOptions {
  readonly dataDisks: readonly DataDisk[]
  readonly random: Random
  /** When given, an engine with this id must be found; no new one is created. */
  readonly engineId?: string | undefined
}

export async function openCluster(options: OpenOptions): Promise<Cluster> {
  const { dataDisks, fileSystem, log } = options
  assertDistinct(dataDisks)
  const found = new Map<string, Inspection>()
  for (const disk of dataDisks) found.set(disk.id, await inspect(fileSystem, disk))
  const engineId = engineIdOf(options, found)
  const newest = newestMap(found)
  const map = await withGiven(newest ?? emptyMap(engineId), dataDisks, fileSystem)
  await formatNew({ ...options, known: newest, found }, map)
  const disks: OpenDataDisk[] = []
  for (const disk of map.dataDisks) {
    const isNew = newest?.dataDisks.every(({ id }) => id !== disk.id) ?? true
    if (disk.intent === 'out' || !(isNew || found.get(disk.id)?.is === 'formatted')) continue
    disks.push(await openOne(options, map.engineId, disk))
  }
  const cluster = new Cluster(newest ?? map, epochSeen(found), options)
  try {
    await letIn(cluster, { map, disks, found })
    await cluster.reserveVersions()
  } catch (error) {
    for (const disk of disks) await disk.close()
    throw error
  }
  log.info(
    { engineId, dataDisks: disks.length, epoch: cluster.map.epoch, pools: cluster.pools.size },
    'Engine opened',
  )
  return cluster
}

/** Opens one formatted disk: scans its log and says what it found. */
export async function openOne(
  { fileSystem, clock, segmentBytes, log }: ClusterOptions,
  engineId: string,
  { id, path, sizeBytes }: MapDisk,
): Promise<OpenDataDisk> {
  const roomy = Math.max(1024 * 1024, Math.floor(sizeBytes / 64))
  const world = { fileSystem, clock, engineId, segmentBytes: Math.min(segmentBytes, roomy) }
  const disk = await openDataDisk({ id, path }, world)
  const { records, tornBytes, lostBytes } = disk.report
  const fields = { dataDisk: id, records, tornBytes, lostBytes }
  if (lostBytes > 0) log.warn(fields, 'Data disk has lost records; they come back from its peers')
  else log.debug(fields, 'Data disk scanned')
  return disk
}

/**
 * The first epoch of this process: who is there, what is new, what cannot be trusted. A crash may
 * leave a disk one epoch behind, and that one has all that was acknowledged. One further behind was
 * put back from somewhere. Disks that lost records are no suspects: the newest of all copies
 * counts.
 */
async function letIn(
  cluster: Cluster,
  { map, disks, found }: { map: ClusterMap; disks: OpenDataDisk[]; found: Found },
): Promise<void> {
  const late = disks.filter(({ id }) => (mapIn(found.get(id))?.epoch ?? 0) < map.epoch - 1)
  await admit(cluster, {
    disks,
    suspects: [new Set(late.map(({ id }) => id))],
    first: (current) => ({ ...current, dataDisks: map.dataDisks }),
  })
}

type Found = ReadonlyMap<string, Inspection>

function engineIdOf({ engineId, dataDisks, random }: OpenOptions, found: Found): string {
  const ids = new Map<string, string>()
  for (const [id, inspection] of found)
    if (inspection.is === 'formatted') ids.set(id, inspection.superblock.engineId)
  const first = engineId ?? [...ids.values()][0]
  for (const { id, path } of dataDisks) {
    const other = ids.get(id)
    if (other !== undefined && other !== first)
      throw fault('DATA_DISK_FOREIGN', { dataDisk: id, path, engineId: first, found: other })
  }
  if (engineId !== undefined && ids.size === 0)
    throw fault('ENGINE_NOT_FOUND', { all: dataDisks.length, engineId })
  return first ?? random.uuid()
}

function mapIn(inspection: Inspection | undefined): ClusterMap | undefined {
  if (inspection?.is !== 'formatted') return undefined
  return inspection.map as ClusterMap | undefined // Sealed by a checksum, so it is as we wrote it.
}

/**
 * The newest map that can have become valid: one that a crash left on a few disks binds nobody.
 * ENGINE_NO_QUORUM unless those that answer would have seen a newer one.
 */
function newestMap(found: Found): ClusterMap | undefined {
  const answered = new Set([...found].filter(([, { is }]) => is === 'formatted').map(([id]) => id))
  const newest = [...found.values()]
    .flatMap((inspection) => mapIn(inspection) ?? [])
    .sort((a, b) => b.epoch - a.epoch)
    .find((map) => canBeValid(map, found, answered))
  if (newest === undefined) return undefined
  const voters = votersOf(newest)
  if (!isQuorum(voters, answered)) {
    const answering = voters.filter((id) => answered.has(id)).length
    const needed = Math.floor(voters.length / 2) + 1
    throw fault('ENGINE_NO_QUORUM', { answering, needed, all: voters.length })
  }
  return newest
}

/** Whether a majority has it, if all that do not answer had it too. */
function canBeValid(map: ClusterMap, found: Found, answered: ReadonlySet<string>): boolean {
  const voters = votersOf(map)
  const mayHaveIt = new Set(
    [...voters, ...map.votersBefore].filter(
      (id) => !answered.has(id) || (mapIn(found.get(id))?.epoch ?? 0) >= map.epoch,
    ),
  )
  return isQuorum(voters, mayHaveIt) && isQuorum(map.votersBefore, mayHaveIt)
}

function epochSeen(found: Found): number {
  return Math.max(0, ...[...found.values()].map((inspection) => mapIn(inspection)?.epoch ?? 0))
}

function emptyMap(engineId: string): ClusterMap {
  const nothing = { versionsReserved: 0, poolIdNext: 1, dataDisks: [], pools: [] }
  return { format: mapFormat, engineId, epoch: 0, votersBefore: [], ...nothing }
}

/** The map with the disks that were given: new ones added, known ones where they are now. */
async function withGiven(
  map: ClusterMap,
  given: readonly DataDisk[],
  fileSystem: FileSystem,
): Promise<ClusterMap> {
  const known = new Map(map.dataDisks.map((disk) => [disk.id, disk]))
  for (const disk of given) {
    const before = known.get(disk.id)
    if (before?.intent === 'out') continue
    const sizeBytes = disk.sizeBytes ?? before?.sizeBytes ?? (await roomOf(fileSystem, disk))
    known.set(disk.id, { intent: 'in', failed: false, ...before, ...disk, sizeBytes })
  }
  return { ...map, dataDisks: [...known.values()] }
}

export async function roomOf(fileSystem: FileSystem, disk: DataDisk): Promise<number> {
  await fileSystem.makeFolder(disk.path)
  return (await fileSystem.space(disk.path)).sizeBytes
}

/** A blank folder of a known id is not formatted: the disk may just not be mounted. */
async function formatNew(
  options: OpenOptions & { known: ClusterMap | undefined; found: Found },
  map: ClusterMap,
): Promise<void> {
  const { clock, fileSystem, known, found } = options
  const made = { engineId: map.engineId, createdAtMs: clock.nowMs() }
  for (const disk of map.dataDisks) {
    const isKnown = known?.dataDisks.some(({ id }) => id === disk.id) ?? false
    if (isKnown || found.get(disk.id)?.is === 'formatted') continue
    const inspection = found.get(disk.id)
    if (inspection?.is === 'unreadable') {
      const reason = `${disk.path} cannot be read: ${inspection.reason}`
      throw fault('DATA_DISK_INVALID', { dataDisk: disk.id, reason })
    }
    await format(fileSystem, disk, made)
  }
}

function assertDistinct(dataDisks: readonly DataDisk[]): void {
  const ids = new Set<string>()
  const paths = new Set<string>()
  for (const { id, path, sizeBytes = 1 } of dataDisks) {
    const refuse = (reason: string) => fault('DATA_DISK_INVALID', { dataDisk: id, reason })
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id))
      throw refuse('an id has 1 to 128 of A-Z a-z 0-9 . _ - and begins with a letter or digit')
    if (ids.has(id)) throw refuse('two data disks have this id; give each its own')
    if (paths.has(path)) throw refuse(`another data disk has the path ${path}; give each its own`)
    if (!path.startsWith('/')) throw refuse(`its path ${path} is relative; make it absolute`)
    if (!(sizeBytes > 0)) throw refuse(`its size is ${sizeBytes} bytes; it must be more than 0`)
    ids.add(id)
    paths.add(path)
  }
  if (dataDisks.length === 0)
    throw fault('DATA_DISK_INVALID', { dataDisk: '', reason: 'there is none; name at least one' })
}
