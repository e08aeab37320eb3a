/**
 * The write-ahead log: numbered files of frames, appended to and, unless told otherwise, synced
 * before anyone is answered. Snapshot n holds everything before log n, so recovery reads snapshot n
 * and the logs from n on.
 */
import { join } from 'node:path'
import { fault } from '#api/errors'
import type { Clock, Timer } from '#lib/clock'
import { type Disk, type DiskFile, isDiskFull } from '#lib/disk'
import { messageOf, type ZstoneError } from '#lib/errors'
import { fileHeader } from './record.ts'

export interface WriteLog {
  /** Resolves when `frames`, if any, are as safe as promised; throws when none of them counts. */
  append(frames: Uint8Array): Promise<void>
  /** Goes on in a new file and returns its number: a snapshot of now may take that number. */
  rotate(): Promise<number>
  /** Bytes in the file that is appended to. */
  sizeBytes(): number
  /** Why nothing can be stored any more, if so. */
  broken(): string | undefined
  close(): Promise<void>
}

export interface LogPlace {
  readonly disk: Disk
  readonly folder: string
  /** Called with the duration of each sync. */
  readonly onSync: (tookMs: number) => void
  /** Called once, when nothing can be stored any more. */
  readonly onBroken?: () => void
  readonly clock: Clock
  readonly fsync?: Fsync
}

/**
 * When what was appended is synced: before the answer, at most so long after it, or when the kernel
 * likes. A process that dies loses nothing in any case; a machine that does may lose what was not
 * synced. A finished file is always synced, or a snapshot could not rely on it.
 */
export type Fsync =
  | { readonly when: 'always' | 'never' }
  | { readonly when: 'interval'; readonly everyMs: number }

/** Where recovery left the newest log file. */
export interface LogEnd {
  readonly number: number
  /** Bytes that are sound; what follows them is cut off. */
  readonly sizeBytes: number
}

export const logName = (number: number) => `${String(number).padStart(10, '0')}.log`
export const snapshotName = (number: number) => `${String(number).padStart(10, '0')}.snapshot`

export async function openWriteLog(place: LogPlace, end: LogEnd): Promise<WriteLog> {
  const { clock, fsync = { when: 'always' } } = place
  let { number } = end
  let { file, sizeBytes } = await openFile(place, end)
  let broken: string | undefined
  let timer: Timer | undefined
  let syncing: Promise<void> | undefined

  const breakDown = (error: unknown): ZstoneError => {
    if (broken === undefined) place.onBroken?.()
    broken ??= messageOf(error)
    return brokenFault(place.folder, broken, error)
  }
  const assertSound = () => {
    if (broken !== undefined) throw brokenFault(place.folder, broken)
  }
  const sync = async () => {
    const startedMs = clock.monotonicMs()
    try {
      await file.sync()
    } catch (error) {
      // The kernel may have dropped the pages and say "fine" next time: never try again.
      throw breakDown(error)
    }
    place.onSync(clock.monotonicMs() - startedMs)
  }
  /** Nobody waits for it: who comes next hears of its failure. */
  const syncSoon = (everyMs: number) => {
    timer ??= clock.after(everyMs, () => {
      timer = undefined
      syncing = sync()
        .catch(() => {})
        .finally(() => {
          syncing = undefined
        })
    })
  }
  /** What is appended becomes durable, and no sync of the file is under way or planned. */
  const settle = async () => {
    timer?.cancel()
    timer = undefined
    await syncing
    assertSound()
    await sync()
  }
  /** A part of the frames may stand at the end: they go, or else the log is not safe to go on. */
  const cutBack = async (error: unknown): Promise<ZstoneError> => {
    try {
      await file.truncate(sizeBytes)
    } catch (cause) {
      return breakDown(cause)
    }
    return isDiskFull(error)
      ? fault('PUSHGATEWAY_DISK_FULL', { folder: place.folder }, error)
      : breakDown(error)
  }
  return {
    async append(frames) {
      assertSound()
      if (frames.length === 0) return
      try {
        await file.append(frames)
      } catch (error) {
        throw await cutBack(error)
      }
      if (fsync.when === 'always') await sync()
      assertSound()
      sizeBytes += frames.length
      if (fsync.when === 'interval') syncSoon(fsync.everyMs)
    },
    async rotate() {
      assertSound()
      await settle()
      const next = await openFile(place, { number: number + 1, sizeBytes: 0 })
      await file.close()
      number++
      file = next.file
      sizeBytes = next.sizeBytes
      return number
    },
    sizeBytes: () => sizeBytes,
    broken: () => broken,
    async close() {
      await settle().catch(() => {}) // Who waited for it was told; the file is closed all the same.
      await file.close()
    },
  }
}

/** Opens log `number`, cut to `sizeBytes`, with its header; its name and content are durable. */
async function openFile(
  { disk, folder }: LogPlace,
  { number, sizeBytes }: LogEnd,
): Promise<{ file: DiskFile; sizeBytes: number }> {
  const file = await disk.open(join(folder, logName(number)))
  try {
    await file.truncate(sizeBytes)
    if (sizeBytes === 0) await file.append(fileHeader)
    await file.sync()
    await disk.syncFolder(folder)
    return { file, sizeBytes: Math.max(sizeBytes, fileHeader.length) }
  } catch (error) {
    await file.close().catch(() => {})
    throw error
  }
}

function brokenFault(folder: string, reason: string, cause?: unknown): ZstoneError {
  return fault('PUSHGATEWAY_LOG_BROKEN', { folder, reason }, cause)
}
