/** The folder that mails lie in, as a thing that is passed in: tests make it fail. */
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface Disk {
  makeFolder(folder: string): Promise<void>
  /** Names of the files in `folder`. */
  list(folder: string): Promise<readonly string[]>
  read(path: string): Promise<Buffer>
  /** Writes a new file and makes its bytes durable; its name is not, before `syncFolder`. */
  write(path: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Where there is no such file, it is removed already. */
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names of `folder` durable. */
  syncFolder(folder: string): Promise<void>
}

/** When it returns, the file outlives a power cut; when it throws, nothing of it is left behind. */
export async function place(
  disk: Disk,
  file: { folder: string; name: string; bytes: Uint8Array },
): Promise<void> {
  const path = join(file.folder, file.name)
  const aside = `${path}${asideEnding}`
  try {
    await disk.write(aside, file.bytes)
    await disk.rename(aside, path)
    await disk.syncFolder(file.folder)
  } catch (error) {
    // What cannot be removed either is a whole mail, or one aside that the next start removes.
    await Promise.allSettled([disk.remove(aside), disk.remove(path)])
    throw error
  }
}

/** Marks a file that was not finished. */
export const asideEnding = '.part'

export const realDisk: Disk = {
  makeFolder: async (folder) => void (await mkdir(folder, { recursive: true, mode: 0o750 })),
  list: (folder) => readdir(folder),
  read: (path) => readFile(path),
  async write(path, bytes) {
    const handle = await open(path, 'w', 0o640)
    try {
      await handle.writeFile(bytes)
      await handle.datasync()
    } finally {
      await handle.close()
    }
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(folder) {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}
