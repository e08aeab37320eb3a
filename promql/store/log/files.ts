/**
 * The files in the folder: numbered logs, and checkpoints. Checkpoint n holds everything that the
 * logs before n said: what is read back is the newest checkpoint and the logs from its number on.
 */
import { join } from 'node:path'
import { fault } from '#api/errors'
import type { Disk } from '#lib/disk'
import { fileHeader, isReadable, readFrame } from './record.ts'

export interface Place {
  readonly disk: Disk
  readonly folder: string
}

type Kind = 'log' | 'checkpoint'

export const pathOf = ({ folder }: Place, kind: Kind, number: number) =>
  join(folder, `${String(number).padStart(10, '0')}.${kind}`)

export interface Found {
  readonly checkpoint: number | undefined
  /** From the checkpoint's number on, ascending. */
  readonly logs: readonly number[]
}

export async function findFiles({ disk, folder }: Place): Promise<Found> {
  const names = await disk.list(folder)
  const numbers = (kind: Kind) =>
    names
      .filter((name) => new RegExp(`^\\d{10}\\.${kind}$`).test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  const checkpoint = numbers('checkpoint').at(-1)
  return { checkpoint, logs: numbers('log').filter((number) => number >= (checkpoint ?? 0)) }
}

/** Removes what checkpoint `number` makes superfluous, and checkpoints that were not finished. */
export async function removeBefore({ disk, folder }: Place, number: number): Promise<void> {
  for (const name of await disk.list(folder)) {
    const [, digits, kind] = /^(\d{10})\.(log|checkpoint|checkpoint\.part)$/.exec(name) ?? []
    if (kind === 'checkpoint.part' || (kind !== undefined && Number(digits) < number))
      await disk.remove(join(folder, name))
  }
}

/** A damaged file is kept for whoever wants to look at it, the last one only. */
export async function setAside({ disk, folder }: Place, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return
  for (const name of await disk.list(folder))
    if (name.endsWith('.damaged')) await disk.remove(join(folder, name))
  for (const path of paths) await disk.rename(path, `${path}.damaged`)
}

export interface ReadFile {
  /** Up to here every frame was whole. */
  readonly soundBytes: number
  readonly sizeBytes: number
}

const nothingSound = { readBytes: 0, rest: Buffer.alloc(0), needBytes: 0, isDamaged: true }

/** Gives each payload to `take`, up to the first frame that is not whole. */
export async function readFrames(
  disk: Disk,
  path: string,
  take: (payload: Buffer) => void,
): Promise<ReadFile> {
  let [sizeBytes, soundBytes, needBytes] = [0, 0, fileHeader.length + 1]
  let isDamaged = false
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const chunk of disk.read(path)) {
    sizeBytes += chunk.length
    if (isDamaged) continue
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (waitingBytes < needBytes) continue
    const read = readSome(Buffer.concat(waiting), { path, isStart: soundBytes === 0, take })
    soundBytes += read.readBytes
    ;({ isDamaged, needBytes } = read)
    waiting = [read.rest]
    waitingBytes = read.rest.length
  }
  return { soundBytes, sizeBytes }
}

function readSome(
  bytes: Buffer,
  of: { path: string; isStart: boolean; take: (payload: Buffer) => void },
) {
  let at = 0
  if (of.isStart) {
    const head = bytes.subarray(0, fileHeader.length)
    if (head.every((byte) => byte === 0)) return nothingSound
    if (!isReadable(head)) throw fault('PROMQL_LOG_FOREIGN', { path: of.path })
    at = fileHeader.length
  }
  for (;;) {
    const frame = readFrame(bytes.subarray(at))
    if (frame.found !== 'payload') {
      const needBytes = frame.found === 'part' ? frame.needBytes : 0
      const isDamaged = frame.found === 'damage'
      return { readBytes: at, rest: bytes.subarray(at), needBytes, isDamaged }
    }
    of.take(frame.payload)
    at += frame.sizeBytes
  }
}
