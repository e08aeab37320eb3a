/** What collectors see of the file system: text of /proc and /sys, folders, and space. */
import { closeSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs'
import { readFile, statfs } from 'node:fs/promises'
import { join, relative } from 'node:path'

export interface Space {
  readonly blockBytes: number
  readonly blocks: number
  readonly blocksFree: number
  /** For users other than root. */
  readonly blocksAvailable: number
  readonly files: number
  readonly filesFree: number
}

export interface Files {
  /** The whole text, or throws. At once, since what /proc and /sys say stands in memory. */
  readText(path: string): string
  /** The same off the event loop: for a file behind which a slow device has to be asked. */
  readTextLater(path: string): Promise<string>
  /** Names in a folder. */
  list(path: string): readonly string[]
  /** Where a path leads once every link in it is followed, or throws. */
  realPath(path: string): string
  /** Asks the mounted file system, which may hang for ever; hence a promise. */
  statfs(path: string): Promise<Space>
}

/** More than any file of /proc that we read; a longer one is refused. */
const textBytesMax = 4 * 1024 * 1024

/** Paths are absolute; `root` is put before them, so that tests hand in a small false world. */
export function createFiles(root = '/'): Files {
  let buffer = Buffer.allocUnsafe(64 * 1024)
  return {
    // Without the size first, as readFileSync asks it: /proc says 0, and each call counts here.
    readText(path) {
      const file = openSync(join(root, path), 'r')
      try {
        let sizeBytes = 0
        for (;;) {
          const count = readSync(file, buffer, sizeBytes, buffer.length - sizeBytes, null)
          if (count === 0) return buffer.toString('utf8', 0, sizeBytes)
          sizeBytes += count
          if (sizeBytes === buffer.length) buffer = grown(buffer, path)
        }
      } finally {
        closeSync(file)
      }
    },
    readTextLater: (path) => readFile(join(root, path), 'utf8'),
    list: (path) => readdirSync(join(root, path)),
    realPath(path) {
      const { native } = realpathSync
      return `/${relative(native(root), native(join(root, path)))}`
    },
    async statfs(path) {
      const found = await statfs(join(root, path))
      return {
        blockBytes: found.bsize,
        blocks: found.blocks,
        blocksFree: found.bfree,
        blocksAvailable: found.bavail,
        files: found.files,
        filesFree: found.ffree,
      }
    },
  }
}

/** The text, or undefined where the kernel gives none (absent, not supported, invalid now). */
export function readOptional(files: Pick<Files, 'readText'>, path: string): string | undefined {
  try {
    return files.readText(path)
  } catch {
    return undefined
  }
}

function grown(buffer: Buffer<ArrayBuffer>, path: string): Buffer<ArrayBuffer> {
  if (buffer.length >= textBytesMax) throw new Error(`${path} is longer than ${textBytesMax} bytes`)
  return Buffer.concat([buffer], buffer.length * 2)
}
