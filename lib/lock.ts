/**
 * One process a folder. The lock is an abstract Unix socket (unix(7)) named by the folder's device
 * and inode: the kernel gives it to one process, and takes it back however that process ends, so
 * nothing stale is ever found and no takeover can race. It reaches as far as a network namespace.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { faultsOf, messageOf } from './errors.ts'

const lockFault = faultsOf({
  DATA_DIR_IN_USE: {
    status: 500,
    retry: true,
    message: 'Cannot open {path}: process {pid} uses it; stop that one, or set another with {flag}',
  },
  DATA_DIR_UNWRITABLE: {
    status: 500,
    retry: false,
    message: 'Cannot open {path}: {reason}; make it writable, or set another with {flag}',
  },
})

export interface FolderLock {
  release(): Promise<void>
}

export interface LockOptions {
  /** Made when it is missing. */
  readonly path: string
  /** The flag that names another folder, for the error. */
  readonly flag: string
}

export async function lockFolder({ path, flag }: LockOptions): Promise<FolderLock> {
  const note = join(path, 'lock') // Tells people and the next starter who holds it; locks nothing.
  try {
    makeFolder(path)
    const { dev, ino } = statSync(path)
    const server = await claim(`\0zstone-${dev}-${ino}`)
    if (server === undefined)
      throw lockFault('DATA_DIR_IN_USE', { path, flag, pid: holderIn(note) })
    writeFileSync(note, `${process.pid}\n`)
    return {
      release() {
        rmSync(note, { force: true })
        return new Promise((resolve) => server.close(() => resolve()))
      },
    }
  } catch (error) {
    const { syscall } = error as NodeJS.ErrnoException // Node's shape, or ours.
    if (syscall === undefined) throw error
    throw lockFault('DATA_DIR_UNWRITABLE', { path, flag, reason: messageOf(error) })
  }
}

/** The socket, or undefined where another process has it. */
function claim(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy())
    server.unref()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    )
    server.listen(name, () => resolve(server))
  })
}

function holderIn(note: string): string {
  try {
    return readFileSync(note, 'utf8').trim()
  } catch {
    return 'unknown'
  }
}

/** Not `recursive`: Node turns in circles there where /proc refuses a folder. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException // Node's own error shape.
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeFolder(dirname(path))
    mkdirSync(path)
  }
}
