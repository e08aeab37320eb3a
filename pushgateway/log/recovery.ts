/** Reads back what was acknowledged: the newest snapshot, then every log from its number on. */
import { dirname, join } from 'node:path'
import { fault } from '#api/errors'
import type { Disk } from '#lib/disk'
import type { Store } from '../store/store.ts'
import { createImageReader } from './image.ts'
import { fileHeader, readFrame, readRecords } from './record.ts'
import { removeBefore } from './snapshot.ts'
import { type LogEnd, logName, snapshotName } from './write-log.ts'

export interface Recovered {
  readonly end: LogEnd
  readonly snapshotBytes: number
  readonly recordCount: number
  /** What a crash left half-written at the end of the newest log; nobody was told it is stored. */
  readonly cutBytes: number
}

export async function recover(
  place: { disk: Disk; folder: string },
  store: Store,
): Promise<Recovered> {
  const { disk, folder } = place
  await disk.makeFolder(folder)
  const { snapshot, logs } = await filesOf(place)
  if (snapshot !== undefined) await removeBefore(place, snapshot)
  let recordCount = 0
  const readImagePart = createImageReader(store.index.headOf)
  const load = (payload: Buffer) => store.load(readImagePart(payload))
  const apply = (payload: Buffer) => {
    for (const record of readRecords(payload, store.index.headOf)) {
      recordCount++
      store.restore(record)
    }
  }
  let snapshotBytes = 0
  if (snapshot !== undefined) {
    const path = join(folder, snapshotName(snapshot))
    const { soundBytes, sizeBytes } = await readFile(disk, path, load)
    store.loaded()
    if (soundBytes < sizeBytes && sizeBytes !== fileHeader.length)
      throw corrupt(place, path, { sizeBytes: soundBytes })
    snapshotBytes = sizeBytes
  }
  let end: LogEnd = { number: snapshot ?? 1, sizeBytes: 0 }
  let cutBytes = 0
  for (const number of logs) {
    const path = join(folder, logName(number))
    const { soundBytes, sizeBytes } = await readFile(disk, path, apply)
    const isEmpty = soundBytes <= fileHeader.length
    // Only the file that was being written at the crash may end in the middle; one that was made
    // after it and never used may stand behind it.
    if (cutBytes > 0 && !isEmpty) throw corrupt(place, join(folder, logName(end.number)), end)
    cutBytes += sizeBytes - soundBytes
    if (!isEmpty || number === end.number) end = { number, sizeBytes: soundBytes }
  }
  return { end, snapshotBytes, recordCount, cutBytes }
}

/** The newest snapshot and the logs that follow it, which must not have a gap. */
async function filesOf(place: { disk: Disk; folder: string }) {
  const names = await place.disk.list(place.folder)
  const numbers = (kind: string) =>
    names
      .filter((name) => new RegExp(`^\\d{10}\\.${kind}$`).test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  const snapshot = numbers('snapshot').at(-1)
  const logs = numbers('log').filter((number) => number >= (snapshot ?? 1))
  logs.forEach((number, i) => {
    const expected = (snapshot ?? 1) + i
    if (number === expected) return
    const path = join(place.folder, logName(expected))
    throw fault('PUSHGATEWAY_LOG_CORRUPT', { path, folder: place.folder, reason: 'is missing' })
  })
  return { snapshot, logs }
}

type Apply = (payload: Buffer) => void

const nothingSound = { readBytes: 0, rest: Buffer.alloc(0), needBytes: 0, damaged: true }

async function readFile(
  disk: Disk,
  path: string,
  apply: Apply,
): Promise<{ soundBytes: number; sizeBytes: number }> {
  let sizeBytes = 0
  let soundBytes = 0
  let needBytes = fileHeader.length + 1 // A header alone says nothing; a crash may garble it.
  let damaged = false
  let waiting: Buffer[] = []
  let waitingBytes = 0
  for await (const chunk of disk.read(path)) {
    sizeBytes += chunk.length
    if (damaged) continue
    waiting.push(chunk)
    waitingBytes += chunk.length
    if (waitingBytes < needBytes) continue
    const bytes = Buffer.concat(waiting)
    const read = readFrames(bytes, { isStart: soundBytes === 0, apply, path })
    soundBytes += read.readBytes
    damaged = read.damaged
    needBytes = read.needBytes
    waiting = [read.rest]
    waitingBytes = read.rest.length
  }
  return { soundBytes, sizeBytes }
}

function readFrames(
  bytes: Buffer,
  { isStart, apply, path }: { isStart: boolean; apply: Apply; path: string },
) {
  let at = 0
  if (isStart) {
    const head = bytes.subarray(0, fileHeader.length)
    if (head.every((byte) => byte === 0)) return nothingSound
    if (!head.equals(fileHeader)) throw foreign(path)
    at = fileHeader.length
  }
  for (;;) {
    const frame = readFrame(bytes.subarray(at))
    if (frame.found !== 'payload') {
      const needBytes = frame.found === 'part' ? frame.needBytes : 0
      const damaged = frame.found === 'damage'
      return { readBytes: at, rest: bytes.subarray(at), needBytes, damaged }
    }
    apply(frame.payload)
    at += frame.sizeBytes
  }
}

function corrupt(place: { folder: string }, path: string, { sizeBytes }: { sizeBytes: number }) {
  const reason = `is damaged after byte ${sizeBytes}`
  return fault('PUSHGATEWAY_LOG_CORRUPT', { path, folder: place.folder, reason })
}

/** Cutting off what this version did not write would destroy what another one may read. */
function foreign(path: string) {
  const reason = 'was not written by this version'
  return fault('PUSHGATEWAY_LOG_CORRUPT', { path, folder: dirname(path), reason })
}
