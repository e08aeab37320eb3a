/** Writes everything into one file, beside the pushes that go on, and drops the logs before it. */
import { join } from 'node:path'
import type { Disk } from '#lib/disk'
import { ByteWriter } from '../text/bytes.ts'
import { type Image, imageParts } from './image.ts'
import { fileHeader, writeFrame } from './record.ts'
import { snapshotName } from './write-log.ts'

const chunkBytes = 256 * 1024
const syncBytes = 8 * 1024 * 1024

/** Returns the size of the snapshot. Until the rename is durable the older files count. */
export async function writeSnapshot(
  place: { disk: Disk; folder: string },
  number: number,
  image: Image,
): Promise<number> {
  const { disk, folder } = place
  const path = join(folder, snapshotName(number))
  const temporary = `${path}.part`
  const sizeBytes = await writeAll(disk, temporary, image).catch(async (error) => {
    await disk.remove(temporary).catch(() => {}) // What failed is what the caller should hear of.
    throw error
  })
  await disk.rename(temporary, path)
  await disk.syncFolder(folder)
  await removeBefore(place, number)
  return sizeBytes
}

/** Removes logs and snapshots that snapshot `number` makes superfluous. */
export async function removeBefore(
  { disk, folder }: { disk: Disk; folder: string },
  number: number,
): Promise<void> {
  for (const name of await disk.list(folder)) {
    const [, digits, kind] = /^(\d{10})\.(log|snapshot|snapshot\.part)$/.exec(name) ?? []
    if (kind !== undefined && (Number(digits) < number || kind === 'snapshot.part'))
      await disk.remove(join(folder, name))
  }
}

async function writeAll(disk: Disk, path: string, image: Image): Promise<number> {
  await disk.remove(path)
  const file = await disk.open(path)
  let sizeBytes = 0
  let unsyncedBytes = 0
  const chunk = new ByteWriter()
  const flush = async () => {
    const bytes = chunk.since(0)
    await file.append(bytes)
    sizeBytes += bytes.length
    unsyncedBytes += bytes.length
    // All at once at the end would hold up the log, which is synced on the same disk.
    if (unsyncedBytes >= syncBytes) {
      await file.sync()
      unsyncedBytes = 0
    }
    chunk.reset()
  }
  try {
    chunk.raw(fileHeader)
    for (const part of imageParts(image)) {
      writeFrame(chunk, part)
      if (chunk.sizeBytes >= chunkBytes) await flush()
    }
    await flush()
    await file.sync()
  } finally {
    await file.close()
  }
  return sizeBytes
}
