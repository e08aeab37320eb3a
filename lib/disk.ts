/** The disk that the log lives on, as a thing that is passed in: tests make it fail. */

import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { codeOf } from './errors.ts'

export interface Disk {
  makeFolder(folder: string): Promise<void>
  /** Names of the files in `folder`. */
  list(folder: string): Promise<readonly string[]>
  read(path: string): AsyncIterable<Buffer>
  /** Opens for appending; creates an empty file where there is none. */
  open(path: string): Promise<DiskFile>
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes created, renamed and removed names of `folder` durable. */
  syncFolder(folder: string): Promise<void>
}

export interface DiskFile {
  /** Writes all of `bytes` at the end. On an error any part of them may be there. */
  append(bytes: Uint8Array): Promise<void>
  /** Makes everything appended durable. After an error nobody knows what is. */
  sync(): Promise<void>
  truncate(sizeBytes: number): Promise<void>
  close(): Promise<void>
}

export const isDiskFull = (error: unknown) => ['ENOSPC', 'EDQUOT'].includes(String(codeOf(error)))

export const realDisk: Disk = {
  makeFolder: async (folder) => void (await mkdir(folder, { recursive: true })),
  list: (folder) => readdir(folder),
  read: (path) => createReadStream(path, { highWaterMark: 1024 * 1024 }),
  async open(path) {
    return fileOf(await open(path, 'a', 0o640))
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

function fileOf(handle: FileHandle): DiskFile {
  return {
    async append(bytes) {
      for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten
    },
    sync: () => handle.datasync(),
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    close: () => handle.close(),
  }
}
