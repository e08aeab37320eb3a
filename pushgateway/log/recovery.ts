/** Reads back what was acknowledged: the newest snapshot, then every log from its number on. */
import { join } from 'node:path'
import { fault } from '#api/errors'
import type { Disk } from '#lib/disk'
import { readFrames } from '#lib/frames'
import type { Store } from '../store/store.ts'
import { createImageReader } from './image.ts'
import { fileHeader, frameForm, readRecords } from './record.ts'
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
    const { soundBytes, sizeBytes } = await readFrames({ disk, path, form: frameForm }, load)
    store.loaded()
    if (soundBytes < sizeBytes && sizeBytes !== fileHeader.length)
      throw corrupt(place, path, { sizeBytes: soundBytes })
    snapshotBytes = sizeBytes
  }
  let end: LogEnd = { number: snapshot ?? 1, sizeBytes: 0 }
  let cutBytes = 0
  for (const number of logs) {
    const path = join(folder, logName(number))
    const { soundBytes, sizeBytes } = await readFrames({ disk, path, form: frameForm }, apply)
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

function corrupt(place: { folder: string }, path: string, { sizeBytes }: { sizeBytes: number }) {
  const reason = `is damaged after byte ${sizeBytes}`
  return fault('PUSHGATEWAY_LOG_CORRUPT', { path, folder: place.folder, reason })
}
