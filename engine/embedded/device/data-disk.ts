/**
 * A data disk as a folder: `superblock.json` says whose it is, `map.json` is its copy of the
 * cluster map, `segments` holds the log, `probe` is written each second. A block device comes
 * later.
 */
import { crc32 } from 'node:zlib'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { codeOf, messageOf, ZstoneError } from '#lib/errors'
import { DeviceStore, type OpenReport } from './device-store.ts'
import type { FileSystem } from './file-system.ts'

export interface Superblock {
  readonly format: 1
  readonly engineId: string
  readonly dataDiskId: string
  readonly createdAtMs: number
}

/** What stands in a folder that was named as a data disk. */
export type Inspection =
  | { readonly is: 'blank' }
  | { readonly is: 'formatted'; readonly superblock: Superblock; readonly map: unknown }
  | { readonly is: 'unreadable'; readonly reason: string }

export interface At {
  readonly id: string
  readonly path: string
}

/** Refuses what is not ours and not blank, before anything is written. */
export async function inspect(fileSystem: FileSystem, { id, path }: At): Promise<Inspection> {
  let names: string[]
  try {
    names = await fileSystem.list(path)
  } catch (error) {
    if (isAbsent(error)) return { is: 'blank' }
    return { is: 'unreadable', reason: messageOf(error) }
  }
  const strange = names.filter((name) => name !== 'lost+found' && !name.endsWith('.new'))
  if (strange.length === 0) return { is: 'blank' }
  if (!names.includes('superblock.json')) {
    const details = { dataDisk: id, path, found: strange.slice(0, 3).join(', ') }
    throw fault('DATA_DISK_NOT_EMPTY', details)
  }
  try {
    const superblock = parseSealed(await fileSystem.readFile(`${path}/superblock.json`))
    const map = names.includes('map.json')
      ? parseSealed(await fileSystem.readFile(`${path}/map.json`))
      : undefined
    return { is: 'formatted', superblock: checkedSuperblock(superblock, { id, path }), map }
  } catch (error) {
    if (error instanceof ZstoneError) throw error
    return { is: 'unreadable', reason: messageOf(error) }
  }
}

export async function format(
  fileSystem: FileSystem,
  { id, path }: At,
  made: { engineId: string; createdAtMs: number },
): Promise<void> {
  await fileSystem.makeFolder(path)
  const superblock: Superblock = { format: 1, dataDiskId: id, ...made }
  await fileSystem.replaceFile(`${path}/superblock.json`, seal(superblock))
}

export interface OpenDataDisk extends At {
  readonly store: DeviceStore
  readonly report: OpenReport
  writeMap(map: object): Promise<void>
  /** Rejects unless the disk at the path is this one and takes a small durable write. */
  probe(): Promise<void>
  close(): Promise<void>
}

export interface DataDiskWorld {
  readonly fileSystem: FileSystem
  readonly clock: Clock
  readonly engineId: string
  readonly segmentBytes: number
}

/** Another process has written its map to the disk: this one must not answer any more. */
export class TakenOver extends Error {}

export async function openDataDisk(at: At, world: DataDiskWorld): Promise<OpenDataDisk> {
  const { fileSystem, clock, segmentBytes } = world
  const mapPath = `${at.path}/map.json`
  let identity: string | undefined
  let replacing: Promise<unknown> = Promise.resolve()

  /**
   * An open file of a folder that was renamed, unmounted or replaced still takes writes and syncs.
   * So each answer first looks whether the map file at the path is the one that we put there.
   */
  const confirm = async (): Promise<void> => {
    const settled = replacing
    await settled
    const found = await fileSystem.identity(mapPath)
    if (identity === undefined || found === identity) return
    if (replacing !== settled) return confirm() // Replaced by ourselves while we looked.
    throw new TakenOver(`another process has taken data disk ${at.id} over`)
  }
  const replaceMap = async (map: object) => {
    if (identity !== undefined && (await fileSystem.identity(mapPath)) !== identity)
      throw new TakenOver(`another process has taken data disk ${at.id} over`)
    await fileSystem.replaceFile(mapPath, seal(map))
    identity = await fileSystem.identity(mapPath)
  }
  const folder = `${at.path}/segments`
  const { store, report } = await DeviceStore.open({
    fileSystem,
    folder,
    clock,
    segmentBytes,
    confirm,
  })
  return {
    ...at,
    store,
    report,
    writeMap(map) {
      const writing = replacing.then(() => replaceMap(map))
      replacing = writing.catch(() => {}) // The caller hears of it.
      return writing
    },
    async probe() {
      const superblock = parseSealed(await fileSystem.readFile(`${at.path}/superblock.json`))
      checkedSuperblock(superblock, at, world.engineId)
      await confirm()
      await fileSystem.replaceFile(`${at.path}/probe`, Buffer.from(String(clock.nowMs())))
      if (store.failure !== undefined) throw store.failure
    },
    close: () => store.close(),
  }
}

function checkedSuperblock(value: unknown, { id, path }: At, engineId?: string): Superblock {
  const found = value as Partial<Superblock> // Sealed by a checksum, so it is as we wrote it.
  if (found.format !== 1)
    throw fault('DATA_DISK_FORMAT_UNKNOWN', { dataDisk: id, path, format: found.format })
  if (found.dataDiskId !== id)
    throw fault('DATA_DISK_MISMATCHED', { dataDisk: id, path, found: found.dataDiskId })
  if (engineId !== undefined && found.engineId !== engineId)
    throw fault('DATA_DISK_FOREIGN', { dataDisk: id, path, engineId, found: found.engineId })
  return found as Superblock
}

function seal(body: object): Buffer {
  const text = JSON.stringify(body)
  return Buffer.from(`${crc32(text).toString(16).padStart(8, '0')} ${text}\n`)
}

function parseSealed(bytes: Buffer): unknown {
  const text = bytes.subarray(9, -1)
  const crc = Number.parseInt(bytes.toString('latin1', 0, 8), 16)
  if (crc32(text) !== crc) throw new Error('its superblock or map does not match its checksum')
  return JSON.parse(text.toString('utf8'))
}

const isAbsent = (error: unknown) => codeOf(error) === 'ENOENT'
