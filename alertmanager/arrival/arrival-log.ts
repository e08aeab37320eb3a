/**
 * What has arrived and is not in the store yet, on this machine's disk: alerts are acknowledged
 * when they are here. A file is removed once the store has all that it holds. A line is one batch.
 */
import path from 'node:path'
import { fault } from '#api/errors'
import { checkedLine, readCheckedLines } from '#lib/checked-lines'
import type { Disk, DiskFile } from '#lib/disk'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Alert } from '../alert.ts'

export interface ArrivalLog {
  /**
   * Hands over what an earlier life left, oldest first; `take` answers with the turn of its last
   * change. Once, before anything is appended.
   */
  open(take: (alerts: readonly Alert[]) => number): Promise<void>
  /** Resolves when these, and all that was appended before, are on disk. */
  append(alerts: readonly Alert[], turn: number): Promise<void>
  /** The store has every change up to `turn`. */
  release(turn: number): void
  close(): Promise<void>
}

export interface ArrivalLogWorld {
  readonly folder: string
  readonly disk: Disk
  readonly log: Log
}

const limits = { fileBytes: 8 * 1024 * 1024 }

interface Waiting {
  readonly alerts: readonly Alert[]
  readonly turn: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

interface LogFile {
  readonly name: string
  readonly handle: DiskFile
  sizeBytes: number
  /** Of the last change in it. */
  turn: number
}

export function createArrivalLog({ folder, disk, log }: ArrivalLogWorld): ArrivalLog {
  const full: Pick<LogFile, 'name' | 'turn'>[] = []
  let current: LogFile | undefined
  let number = 0
  let waiting: Waiting[] = []
  let writing: Promise<void> | undefined
  let tidying: Promise<void> = Promise.resolve()

  const openNext = async (): Promise<LogFile> => {
    number++
    const name = nameOf(number)
    const handle = await disk.open(path.join(folder, name))
    await disk.syncFolder(folder)
    return { name, handle, sizeBytes: 0, turn: 0 }
  }
  const put = async (batch: readonly Waiting[]) => {
    current ??= await openNext()
    const file = current
    const alerts = batch.flatMap((entry) => entry.alerts)
    const line = checkedLine(alerts)
    file.sizeBytes += line.length
    file.turn = batch.at(-1)?.turn ?? file.turn
    await file.handle.append(line)
    await file.handle.sync()
    if (file.sizeBytes < limits.fileBytes) return
    full.push(file)
    current = undefined
    await file.handle.close()
  }
  /** After an error nobody knows what the file holds: the next batch begins another one. */
  const abandon = async (error: unknown) => {
    log.error({ error: messageOf(error) }, 'Cannot keep alerts on this disk; the store has to')
    const broken = current
    current = undefined
    if (broken === undefined) return
    full.push(broken)
    await broken.handle.close().catch(() => {})
  }
  const write = async () => {
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await put(batch)
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        await abandon(cause)
        const error = fault('ALERT_LOG_BROKEN', { folder }, cause)
        for (const { reject } of batch) reject(error)
      }
    }
    writing = undefined
  }
  return {
    async open(take) {
      await disk.makeFolder(folder)
      for (const name of (await disk.list(folder)).filter(isLogFile).sort()) {
        const batches = await readCheckedLines<Alert[]>(disk, path.join(folder, name))
        const turn = take(batches.flat())
        number = Math.max(number, Number.parseInt(name.slice(prefix.length), 10))
        full.push({ name, turn })
      }
    },
    append(alerts, turn) {
      if (alerts.length === 0 && writing === undefined) return Promise.resolve()
      const done = new Promise<void>((resolve, reject) => {
        waiting.push({ alerts, turn, resolve, reject })
      })
      writing ??= write()
      return done
    },
    release(turn) {
      const over = full.filter((file) => file.turn <= turn)
      if (over.length === 0) return
      full.splice(0, full.length, ...full.filter((file) => file.turn > turn))
      tidying = tidying.then(() => removeAll(over, { folder, disk, log }))
    },
    async close() {
      await writing
      await tidying
      const last = current
      current = undefined
      await last?.handle.close()
    },
  }
}

async function removeAll(
  files: readonly Pick<LogFile, 'name'>[],
  { folder, disk, log }: ArrivalLogWorld,
): Promise<void> {
  for (const { name } of files)
    await disk.remove(path.join(folder, name)).catch((error) => {
      log.warn({ error: messageOf(error) }, 'Cannot remove an arrival log')
    })
}

const prefix = 'arrivals-'
const nameOf = (number: number) => `${prefix}${String(number).padStart(10, '0')}.log`
const isLogFile = (name: string) => /^arrivals-\d+\.log$/.test(name)
