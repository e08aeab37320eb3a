import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import pg from 'pg'
import { until } from '#test/until'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { type EmbeddedPostgres, openEmbeddedPostgres } from './embedded-postgres.ts'
import { ensureCluster } from './postgres-cluster.ts'
import { exists, isReachable, preparePlace } from './postgres-place.ts'
import { endSurvivor, serve } from './postgres-process.ts'

const isRoot = process.getuid?.() === 0
const testAsRoot = isRoot ? test : test.skip
/** The user `daemon` of every Debian, who has a line in /etc/passwd and no home to speak of. */
const ordinary = { uid: 1, gid: 1 }
const canBecomeOrdinary = isRoot && (await isReachable(process.cwd(), ordinary))
const testAsOrdinary = canBecomeOrdinary ? test : test.skip

let folder: string
let dataDir: string
let opened: EmbeddedPostgres[] = []
let spawned: ChildProcess[] = []

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-embedded-'))
  await fs.chmod(folder, 0o755)
  dataDir = path.join(folder, 'data')
})

afterEach(async () => {
  for (const child of spawned) child.kill('SIGKILL')
  await Promise.all(opened.map((postgres) => postgres.close()))
  await until(async () => !(await serverPid()))
  await fs.rm(folder, { recursive: true, force: true })
  opened = []
  spawned = []
})

async function open(where = dataDir): Promise<EmbeddedPostgres> {
  const world = { log: silentLog, clock: systemClock, settings: { fsync: 'off' } }
  const stateDir = path.join(folder, 'state')
  const postgres = await openEmbeddedPostgres({ dataDir: where, stateDir, ...world })
  opened.push(postgres)
  return postgres
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

async function serverPid(where = dataDir): Promise<number> {
  const file = path.join(where, 'postgresql/cluster/postmaster.pid')
  const pid = Number.parseInt(await fs.readFile(file, 'utf8').catch(() => '0'), 10)
  return (await exists(`/proc/${pid}`)) ? pid : 0
}

/** Opens the server in a process of its own and resolves with that process once it serves. */
async function openElsewhere(account: { uid?: number; gid?: number } = {}): Promise<ChildProcess> {
  const program = `
    const { openEmbeddedPostgres } = await import('#lib/sql/embedded-postgres')
    const { systemClock } = await import('#lib/clock')
    const { silentLog } = await import('#lib/log')
    const world = { log: silentLog, clock: systemClock }
    const { url } = await openEmbeddedPostgres({ dataDir: process.argv[1], ...world })
    console.log(url)
    process.stdin.resume()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, dataDir], {
    ...account,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  spawned.push(child)
  await once(child.stdout, 'data')
  return child
}

test('what was committed is there after a restart', async () => {
  const first = await open()
  await query(first.url, 'create table kept as select 7 as id')
  await first.close()
  expect(await serverPid()).toBe(0)
  const second = await open()
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 7 }])
})

test('nothing but the owner reaches the socket, and no port is open', async () => {
  const { url } = await open()
  const socketDir = new URL(url).searchParams.get('host') ?? ''
  expect((await fs.stat(socketDir)).mode & 0o777).toBe(0o700)
  expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
})

test('a server that is killed comes back by itself with what was committed', async () => {
  const { url } = await open()
  await query(url, 'create table kept as select 7 as id')
  const pid = await serverPid()
  process.kill(pid, 'SIGKILL')
  await until(() => query(url, 'select id from kept').catch(() => undefined))
  expect(await serverPid()).not.toBe(pid)
})

test('a killed parent takes its server with it, and the next one finds the data', async () => {
  const parent = await openElsewhere()
  expect(await serverPid()).toBeGreaterThan(0)
  parent.kill('SIGKILL')
  await until(async () => !(await serverPid()))
  const { url } = await open()
  expect(await query(url, 'select current_database()')).toEqual([{ current_database: 'zstone' }])
})

test('a server that outlived its parent is ended before another starts', async () => {
  const place = await preparePlace({ dataDir, stateDir: path.join(folder, 'state') })
  await ensureCluster(place)
  const survivor = await serve(place, {}, systemClock)
  const pid = await serverPid()
  await endSurvivor(place, systemClock)
  await survivor.ended
  await open()
  expect(await serverPid()).not.toBe(pid)
})

test('the process id that a dead server left may belong to anybody now', async () => {
  const first = await open()
  await first.close()
  const pidFile = path.join(dataDir, 'postgresql/cluster/postmaster.pid')
  await fs.writeFile(pidFile, `${process.pid}\n/elsewhere\n`)
  const second = await open()
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a cluster whose making was interrupted is made again', async () => {
  const place = await preparePlace({ dataDir, stateDir: path.join(folder, 'state') })
  await fs.mkdir(`${place.cluster}.new`)
  await fs.writeFile(path.join(`${place.cluster}.new`, 'half'), '')
  const { url } = await open()
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a data directory with a long path gets its socket elsewhere', async () => {
  const deep = path.join(dataDir, 'd'.repeat(100))
  const { url } = await open(deep)
  expect(new URL(url).searchParams.get('host')?.startsWith(deep)).toBe(false)
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('data of another major version is refused with the way out', async () => {
  const place = await preparePlace({ dataDir, stateDir: path.join(folder, 'state') })
  await fs.mkdir(place.cluster)
  await fs.writeFile(path.join(place.cluster, 'PG_VERSION'), '16\n')
  await expect(open()).rejects.toMatchObject({
    code: 'EMBEDDED_POSTGRES_FAILED',
    message: expect.stringMatching(/data of PostgreSQL 16, the server is 18; .* DATABASE_URL/),
  })
})

test('a server that refuses to start says why', async () => {
  const world = { log: silentLog, clock: systemClock, settings: { shared_buffers: 'many' } }
  await expect(openEmbeddedPostgres({ dataDir, ...world })).rejects.toMatchObject({
    code: 'EMBEDDED_POSTGRES_FAILED',
    message: expect.stringContaining('shared_buffers'),
  })
})

testAsRoot('data below a private folder of root is placed where the server may go', async () => {
  const priv = path.join(folder, 'private')
  await fs.mkdir(priv, { mode: 0o700 })
  const where = path.join(priv, 'data')
  const { url } = await open(where)
  await query(url, 'create table kept as select 7 as id')
  await opened.pop()?.close()
  const target = await fs.readlink(path.join(where, 'postgresql'))
  expect(target.startsWith(path.join(folder, 'state'))).toBe(true)
  await fs.rename(where, path.join(priv, 'moved'))
  const moved = await open(path.join(priv, 'moved'))
  expect(await query(moved.url, 'select id from kept')).toEqual([{ id: 7 }])
})

testAsOrdinary('an ordinary user needs nothing but a folder', async () => {
  await fs.chmod(folder, 0o777)
  await openElsewhere(ordinary)
  const file = path.join(dataDir, 'postgresql/cluster/postmaster.pid')
  expect((await fs.stat(file)).uid).toBe(ordinary.uid)
})
