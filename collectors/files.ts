/** What collectors see of the file system: text of /proc and /sys, folders, and space. */
import { closeSync, openSync, read, readdirSync, readSync, realpathSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { createDescriptors } from './descriptors.ts'

export interface Space {
  readonly blockBytes: number
  readonly blocks: number
  readonly blocksFree: number
  /** For users other than root. */
  readonly blocksAvailable: number
  readonly files: number
  readonly filesFree: number
}

export interface FileStamp {
  readonly word: string
  readonly modifiedMs: number
}

export interface Files {
  /** The whole text, or throws. At once, since what /proc and /sys say stands in memory. */
  readText(path: string): string
  /** The same; undefined where there is no such file, as on a machine without the thing. */
  readIfPresent(path: string): string | undefined
  /** A file of /sys off the event loop: where a slow device has to be asked for what it says. */
  readTextLater(path: string): Promise<string>
  /** A word that differs once a file was written or replaced; undefined where there is none. */
  stampOf(path: string): FileStamp | undefined
  /** Names in a folder. */
  list(path: string): readonly string[]
  /** The same; none where there is no such folder. */
  listIfPresent(path: string): readonly string[]
  /** Where a path leads once every link in it is followed, or throws. */
  realPath(path: string): string
  /** Asks the mounted file system, which may hang for ever; hence a promise. */
  statfs(path: string): Promise<Space>
}

/** More than any file of /proc that we read; a longer one is refused. */
const textBytesMax = 4 * 1024 * 1024
/** A file of /sys or /proc/sys says no more, and all of it at once. */
const pageBytes = 4096
const isOfOnePage = (path: string) => /^\/(proc\/)?sys\//.test(path)
/** Node lets a process have as many as its hard limit, commonly half a million. */
const descriptorsMax = 3000
const readLater = promisify(read)
/** Files of processes come and go, those of process 1 and our own apart. */
const isLasting = (path: string) => /^\/(sys|proc\/(1\/|\D))/.test(path)

export interface FilesOptions {
  /** Whether files of /proc and /sys are kept open; a planted tree's may be replaced. */
  readonly keepsOpen?: boolean
}

/** Paths are absolute; `root` is put before them, so that tests hand in a small false world. */
export function createFiles(
  root = '/',
  { keepsOpen = root === '/' }: FilesOptions = {},
): Files & Disposable {
  const kept = createDescriptors(keepsOpen ? descriptorsMax : 0)
  const passing = createDescriptors(0)
  const { read } = createReader()
  const readText = (path: string) =>
    (isLasting(path) ? kept : passing).use(within(root, path), (file) => read(file, path))
  const isPresent = (path: string) =>
    statSync(within(root, path), { throwIfNoEntry: false }) !== undefined
  const list = (path: string) => readdirSync(within(root, path))
  return {
    readText,
    readIfPresent: (path) => (isPresent(path) ? readText(path) : undefined),
    [Symbol.dispose]: kept.close,
    async readTextLater(path) {
      // To open it asks nobody, and only what may take its time is worth the way to a thread.
      const file = openSync(within(root, path), 'r')
      try {
        const page = Buffer.allocUnsafe(pageBytes)
        const { bytesRead } = await readLater(file, page, 0, pageBytes, 0)
        return page.toString('utf8', 0, bytesRead)
      } finally {
        closeSync(file)
      }
    },
    stampOf(path) {
      const found = statSync(within(root, path), { throwIfNoEntry: false })
      if (found === undefined) return undefined
      const { ino, mtimeMs, size } = found
      return { word: `${ino} ${mtimeMs} ${size}`, modifiedMs: mtimeMs }
    },
    list,
    listIfPresent: (path) => (isPresent(path) ? list(path) : []),
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

/** `join` costs as much as the reading itself. */
const within = (root: string, path: string) => (root === '/' ? path : root + path)

/** Reads a whole file from its start, into one buffer for all. */
function createReader() {
  let buffer = Buffer.allocUnsafe(64 * 1024)
  return {
    // Without the size first, as readFileSync asks it: /proc says 0, and each call counts here.
    read(file: number, path: string): string {
      const isSmall = isOfOnePage(path)
      let sizeBytes = 0
      for (;;) {
        const room = buffer.length - sizeBytes
        // For /proc/sys the kernel clears as much memory as is asked for, each time.
        const most = isSmall ? Math.min(room, pageBytes) : room
        const count = readSync(file, buffer, sizeBytes, most, sizeBytes)
        sizeBytes += count
        if (count === 0 || (isSmall && count < pageBytes))
          return buffer.toString('utf8', 0, sizeBytes)
        if (sizeBytes === buffer.length) buffer = grown(buffer, path)
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
