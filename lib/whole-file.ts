/** A file that stands whole under its name, or not at all, whenever the machine dies. */
import { dirname } from 'node:path'
import type { Disk } from './disk.ts'

/** Behind the name of what is not finished. */
const unfinishedEnding = '.part'

/** All at once at the end would hold up others who sync on the same disk. */
const syncBytes = 8 * 1024 * 1024

/** Gives its size. Until it has its name, what stood there before stays. */
export async function writeWhole(
  { disk, path }: { readonly disk: Disk; readonly path: string },
  write: (append: (bytes: Uint8Array) => Promise<void>) => Promise<void>,
): Promise<number> {
  const aside = `${path}${unfinishedEnding}`
  await disk.remove(aside) // Left by a crash: files are opened for appending.
  let [sizeBytes, unsyncedBytes] = [0, 0]
  try {
    const file = await disk.open(aside)
    try {
      await write(async (bytes) => {
        await file.append(bytes)
        sizeBytes += bytes.length
        unsyncedBytes += bytes.length
        if (unsyncedBytes < syncBytes) return
        await file.sync()
        unsyncedBytes = 0
      })
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    await disk.remove(aside).catch(() => {}) // What failed is what the caller should hear of.
    throw error
  }
  await disk.rename(aside, path)
  await disk.syncFolder(dirname(path))
  return sizeBytes
}
