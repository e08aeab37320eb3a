/** The little that the engine asks of a file system; a test hands in one that fails or forgets. */
import { constants } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, stat, statfs, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface FileSystem {
  /** `create` refuses an existing file; `edit` and `read` refuse an absent one. */
  open(path: string, how: 'create' | 'edit' | 'read'): Promise<File>
  readFile(path: string): Promise<Buffer>
  /** All or nothing, and durable once it resolves. */
  replaceFile(path: string, bytes: Buffer): Promise<void>
  /** Names in a folder. */
  list(folder: string): Promise<string[]>
  makeFolder(path: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes the folder's entries durable. */
  syncFolder(path: string): Promise<void>
  /** Changes when another file stands at the path, or the same one was replaced. */
  identity(path: string): Promise<string>
  space(folder: string): Promise<{ readonly sizeBytes: number; readonly freeBytes: number }>
}

export interface File {
  /** Fewer bytes than asked at the end of the file. */
  read(length: number, position: number): Promise<Buffer>
  write(buffers: readonly Buffer[], position: number): Promise<void>
  /** Resolves when what was written is on stable storage (fdatasync). */
  sync(): Promise<void>
  truncate(sizeBytes: number): Promise<void>
  sizeBytes(): Promise<number>
  close(): Promise<void>
}

const flags = {
  create: constants.O_CREAT | constants.O_EXCL | constants.O_RDWR,
  edit: constants.O_RDWR,
  read: constants.O_RDONLY,
}

export const realFileSystem: FileSystem = {
  async open(path, how) {
    const handle = await open(path, flags[how], 0o600)
    return {
      async read(length, position) {
        const buffer = Buffer.allocUnsafe(length)
        let filled = 0
        while (filled < length) {
          const { bytesRead } = await handle.read(
            buffer,
            filled,
            length - filled,
            position + filled,
          )
          if (bytesRead === 0) break
          filled += bytesRead
        }
        return filled === length ? buffer : buffer.subarray(0, filled)
      },
      write: (buffers, position) => writeAll(handle, buffers, position),
      sync: () => handle.datasync(),
      truncate: (sizeBytes) => handle.truncate(sizeBytes),
      sizeBytes: async () => (await handle.stat()).size,
      close: () => handle.close(),
    }
  },
  readFile: (path) => readFile(path),
  async replaceFile(path, bytes) {
    const handle = await open(`${path}.new`, 'w', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.new`, path)
    await syncFolder(dirname(path))
  },
  list: (folder) => readdir(folder),
  async makeFolder(path) {
    const topmost = await mkdir(path, { recursive: true, mode: 0o700 })
    if (topmost !== undefined) await syncFolder(dirname(topmost))
  },
  remove: (path) => unlink(path),
  syncFolder,
  async identity(path) {
    const { dev, ino, ctimeNs } = await stat(path, { bigint: true })
    return `${dev}:${ino}:${ctimeNs}`
  },
  async space(folder) {
    const { bsize, blocks, bavail } = await statfs(folder)
    return { sizeBytes: bsize * blocks, freeBytes: bsize * bavail }
  },
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The most buffers that one writev takes (IOV_MAX of Linux). */
const buffersMax = 1024

async function writeAll(
  handle: { writev(b: readonly Buffer[], p: number): Promise<{ bytesWritten: number }> },
  buffers: readonly Buffer[],
  position: number,
): Promise<void> {
  let at = position
  for (let first = 0; first < buffers.length; first += buffersMax) {
    let rest = buffers.slice(first, first + buffersMax)
    while (rest.length > 0) {
      const { bytesWritten } = await handle.writev(rest, at)
      at += bytesWritten
      rest = after(rest, bytesWritten)
    }
  }
}

/** What is left of the buffers behind their first `byteCount` bytes. */
function after(buffers: readonly Buffer[], byteCount: number): Buffer[] {
  let skip = byteCount
  return buffers.flatMap((buffer) => {
    const rest = buffer.subarray(Math.min(skip, buffer.length))
    skip -= buffer.length - rest.length
    return rest.length === 0 ? [] : [rest]
  })
}
