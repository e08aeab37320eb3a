/**
 * One process a folder. The lock is a file that names its holder by process id and start time, so
 * that one left behind by `kill -9` is taken over, even when its process id has been given away.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { faultsOf, messageOf } from './errors.ts'

export const lockFault = faultsOf({
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
  release(): void
}

export interface LockOptions {
  readonly path: string
  /** The flag that names another folder, for the error. */
  readonly flag: string
}

/** A holder that dies in this very moment may be met this often before somebody else is faster. */
const attempts = 3

export function lockFolder({ path, flag }: LockOptions): FolderLock {
  const file = join(path, 'lock')
  const own = `${process.pid} ${startTicksOf(process.pid) ?? ''}`
  try {
    makeFolder(path)
    for (let i = 0; i < attempts; i++) {
      if (claim(file, own)) return { release: () => release(file, own) }
      const holder = holderOf(file)
      if (holder !== undefined) throw lockFault('DATA_DIR_IN_USE', { path, flag, pid: holder })
      rmSync(file, { force: true })
    }
  } catch (error) {
    if (Object.hasOwn(Object(error), 'syscall'))
      throw lockFault('DATA_DIR_UNWRITABLE', { path, flag, reason: messageOf(error) })
    throw error
  }
  throw lockFault('DATA_DIR_IN_USE', { path, flag, pid: 'unknown' })
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

/** Written aside and linked into place: whoever sees the lock sees the whole of it. */
function claim(file: string, own: string): boolean {
  const aside = `${file}.${process.pid}`
  writeFileSync(aside, own)
  try {
    linkSync(aside, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false // Node's own error shape.
    throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

/** The process that holds the lock and lives; undefined: the lock was left behind. */
function holderOf(file: string): number | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return undefined // Released a moment ago.
  }
  const [pid = '', startTicks = ''] = text.split(' ')
  const now = startTicksOf(Number(pid))
  return now !== undefined && String(now) === startTicks ? Number(pid) : undefined
}

function release(file: string, own: string): void {
  try {
    if (readFileSync(file, 'utf8') === own) rmSync(file)
  } catch {
    // Gone already, with its folder.
  }
}

/** When the process started, in ticks since boot (proc(5), field 22); undefined: there is none. */
function startTicksOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return undefined
  }
}
