/** Keeps the history of wear in one small file, which is whole before and after every crash. */
import { join } from 'node:path'
import type { Disk } from '#lib/disk'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { writeWhole } from '#lib/whole-file'
import type { TimedWearPoint } from './days-left.ts'
import type { HistoryByDrive } from './history.ts'

export interface HistoryFile {
  /** What was saved; empty where nothing was, or where it cannot be understood. */
  load(): Promise<HistoryByDrive>
  /** Never rejects: a history that cannot be saved is told of, and tried again with the next. */
  save(history: HistoryByDrive): Promise<void>
}

const formatVersion = 1
const sizeBytesMax = 16 * 1024 * 1024

type Row = readonly [hours: number, percent: number, bytes: number | null, atMs: number]

export function createHistoryFile(options: {
  readonly disk: Disk
  readonly folder: string
  readonly log: Log
}): HistoryFile {
  const { disk, folder, log } = options
  const path = join(folder, 'wear-history.json')
  let failing: string | undefined

  const write = (history: HistoryByDrive) =>
    writeWhole({ disk, path }, (append) => append(Buffer.from(textOf(history))))
  return {
    async load() {
      await disk.makeFolder(folder)
      if (!(await disk.list(folder)).includes('wear-history.json')) return new Map()
      try {
        return historyOf(await readText(disk, path))
      } catch (error) {
        log.warn({ path, reason: messageOf(error) }, 'The history of wear is put aside, unreadable')
        await disk.rename(path, `${path}.unreadable`)
        return new Map()
      }
    },
    async save(history) {
      const reason = await write(history).then(() => undefined, messageOf)
      if (reason !== undefined && reason !== failing)
        log.warn({ path, reason }, 'The history of wear cannot be saved')
      failing = reason
    },
  }
}

async function readText(disk: Disk, path: string): Promise<string> {
  const parts: Buffer[] = []
  let sizeBytes = 0
  for await (const part of disk.read(path)) {
    sizeBytes += part.length
    if (sizeBytes > sizeBytesMax) throw new Error(`it is longer than ${sizeBytesMax} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

function textOf(history: HistoryByDrive): string {
  const rowOf = (point: TimedWearPoint): Row => [
    point.powerOnHours,
    point.percent,
    point.bytesWritten ?? null,
    point.atMs,
  ]
  const drives = [...history].map(([drive, points]) => [drive, points.map(rowOf)])
  return `${JSON.stringify({ version: formatVersion, drives: Object.fromEntries(drives) })}\n`
}

function historyOf(text: string): HistoryByDrive {
  const saved: unknown = JSON.parse(text)
  if (typeof saved !== 'object' || saved === null || !('drives' in saved) || !('version' in saved))
    throw new Error('it has no version and no drives')
  if (saved.version !== formatVersion)
    throw new Error(`its version is ${saved.version}, not ${formatVersion}`)
  return new Map(
    Object.entries(saved.drives ?? {}).map(([drive, rows]) => {
      if (!Array.isArray(rows)) throw new Error(`"${drive}" is no list of points`)
      return [drive, rows.map(pointOf)]
    }),
  )
}

function pointOf(row: unknown): TimedWearPoint {
  if (!isRow(row)) throw new Error(`a point is ${JSON.stringify(row)}`)
  const [powerOnHours, percent, bytes, atMs] = row
  return { powerOnHours, percent, bytesWritten: bytes ?? undefined, atMs }
}

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || row.length !== 4) return false
  return row.every((cell, i) => Number.isFinite(cell) || (i === 2 && cell === null))
}
