/** One run of the embedded PostgreSQL's programs: serve a cluster, end a server. */
import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs/promises'
import path from 'node:path'
import { assert } from '../assert.ts'
import { type Clock, sleep } from '../clock.ts'
import { type Place, postgresFault } from './postgres-place.ts'

export interface Serving {
  /** Resolves when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Ends it fast: open transactions are rolled back, what is committed is kept. */
  stop(): Promise<void>
}

/**
 * The server holds no terminal and outlives no parent: a watcher beside it waits for the end of a
 * pipe that only this process holds open, and then stops the server. So `kill -9` of this process
 * also ends in a clean shutdown. The watcher is a grandchild, because the server minds children
 * that it did not start.
 */
const watched = [
  'exec 3<&0 </dev/null',
  '( ( cat <&3 >/dev/null 2>&1; kill -INT $$ ) & )',
  'exec 3<&-',
  'exec "$@"',
].join('\n')

export async function serve(
  place: Place,
  settings: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<Serving> {
  await rotate(place.logFile)
  const log = await fs.open(place.logFile, 'a') // A file: a pipe would end with its reader.
  const given = { ...settings, listen_addresses: '', unix_socket_directories: place.socketDir }
  const args = Object.entries(given).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  const program = path.join(place.binaries, 'bin', 'postgres')
  const child = spawn('/bin/sh', ['-c', watched, 'sh', program, '-D', place.cluster, ...args], {
    ...worldOf(place),
    stdio: ['pipe', log.fd, log.fd],
    detached: true, // Else Ctrl-C in a terminal would stop the server before its clients.
  })
  const ended = endOf(child)
  await log.close()
  const stop = async () => {
    child.stdin?.destroy()
    const patience = clock.after(20_000, () => child.kill('SIGQUIT')) // Recovers at its next start.
    await ended
    patience.cancel()
  }
  if (await isReady(place, { child, clock })) return { ended, stop }
  await stop()
  const reason = `${await lastLines(place.logFile)} (${place.logFile})`
  throw postgresFault('EMBEDDED_POSTGRES_FAILED', { reason })
}

/**
 * Ends a server that still runs on the cluster, such as one whose parent was killed a moment ago,
 * and removes what a dead one left, because PostgreSQL refuses to start when an unrelated process
 * has the recorded id by now.
 */
export async function endSurvivor({ cluster }: Place, clock: Clock): Promise<void> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  for (let i = 0; i < 600; i++) {
    const pid = await pidIn(pidFile)
    if (pid === undefined) return
    if (!(await isServerOf(cluster, pid))) return fs.rm(pidFile, { force: true })
    if (i === 0) process.kill(pid, 'SIGINT')
    if (i === 400) process.kill(pid, 'SIGQUIT')
    await sleep(clock, 50)
  }
  const reason = `process ${await pidIn(pidFile)} still serves ${cluster} and does not end`
  throw postgresFault('EMBEDDED_POSTGRES_FAILED', { reason })
}

async function pidIn(pidFile: string): Promise<number | undefined> {
  const pid = Number.parseInt(await fs.readFile(pidFile, 'utf8').catch(() => ''), 10)
  return pid > 0 ? pid : undefined
}

async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  const command = await fs.readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return command.split('\0').includes(cluster)
}

/** The eighth line of the file that a server keeps beside its data says how far it has come. */
async function isReady(
  { cluster }: Place,
  { child, clock }: { child: ChildProcess; clock: Clock },
): Promise<boolean> {
  const pidFile = path.join(cluster, 'postmaster.pid')
  for (let i = 0; i < 6000 && child.exitCode === null && child.signalCode === null; i++) {
    const lines = (await fs.readFile(pidFile, 'utf8').catch(() => '')).split('\n')
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true
    await sleep(clock, 10)
  }
  return false
}

export interface Command {
  /** A path, or the name of one of the system's. */
  readonly program: string
  readonly args: readonly string[]
  readonly input?: string
}

export async function run(place: Place, { program, args, input }: Command): Promise<void> {
  const world = worldOf(place)
  const env = { ...world.env, PATH: '/usr/local/bin:/usr/bin:/bin' }
  const child = spawn(program, args, { ...world, env, stdio: 'pipe' })
  let said = ''
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  child.stdin.on('error', () => {}) // It has ended; how, its exit code says.
  child.stdin.end(input)
  await endOf(child)
  if (child.exitCode === 0) return
  const name = path.basename(program)
  const reason = `${name} ended with ${child.exitCode ?? child.signalCode}: ${said.trim()}`
  throw postgresFault('EMBEDDED_POSTGRES_FAILED', { reason })
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('close', () => resolve())
    child.once('error', (cause) =>
      reject(postgresFault('EMBEDDED_POSTGRES_FAILED', { reason: cause.message }, cause)),
    )
  })
}

/** No variable of ours reaches the server: PGDATA, PGPORT or a locale would change it. */
function worldOf({ account }: Place) {
  return { ...account, cwd: '/', env: { LC_ALL: 'C', TZ: 'UTC' } }
}

/** The server says little, so one older file beside this one is bound enough. */
async function rotate(file: string): Promise<void> {
  const sizeBytes = await fs.stat(file).then(
    (stat) => stat.size,
    () => 0,
  )
  if (sizeBytes > 10_000_000) await fs.rename(file, `${file}.1`)
}

async function lastLines(file: string): Promise<string> {
  const lines = (await fs.readFile(file, 'utf8')).trim().split('\n').slice(-3)
  assert(lines.length > 0, 'split gives at least one line')
  return lines.join(' | ')
}
