/** Writes everything into one file, beside the pushes that go on, and drops the logs before it. */
import { join } from 'node:path'
import type { Disk } from '#lib/disk'
import { writeWhole } from '#lib/whole-file'
import { ByteWriter } from '../text/bytes.ts'
import { type Image, imageParts } from './image.ts'
import { fileHeader, writeFrame } from './record.ts'
import { snapshotName } from './write-log.ts'

const chunkBytes = 256 * 1024

/** Returns the size of the snapshot. Until the rename is durable the older files count. */
export async function writeSnapshot(
  place: { disk: Disk; folder: string },
  number: number,
  image: Image,
): Promise<number> {
  const { disk, folder } = place
  const path = join(folder, snapshotName(number))
  const sizeBytes = await writeWhole({ disk, path }, async (append) => {
    const chunk = new ByteWriter()
    chunk.raw(fileHeader)
    for (const part of imageParts(image)) {
      writeFrame(chunk, part)
      if (chunk.sizeBytes < chunkBytes) continue
      await append(chunk.since(0))
      chunk.reset()
    }
    await append(chunk.since(0))
  })
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
