/** Real processes and a real database server, killed while they work. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import type { PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { openDatabase } from '#lib/sql/database'
import { openEmbeddedPostgres } from '#lib/sql/embedded-postgres'
import { freshDatabase } from '#test/postgres'
import { until } from '#test/until'
import { type FakeReceiver, openReceiver } from './arena.conformance.ts'
import { type AlertmanagerProcess, startProcess } from './process.conformance.ts'

let folder: string
let configFile: string
let receiver: FakeReceiver

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-crash-'))
  configFile = path.join(folder, 'alertmanager.yml')
  receiver = await openReceiver()
  await writeFile(
    configFile,
    `route: { receiver: hook, group_by: [alertname], group_wait: 100ms, group_interval: 1s }
receivers: [{ name: hook, webhook_configs: [{ url: '${receiver.url}' }] }]`,
  )
})

afterEach(async () => {
  await receiver.close()
  await rm(folder, { recursive: true, force: true })
})

const groupCount = 200
const nameOf = (i: number) => `Group${i}`
const alertOf = (i: number): PostableAlert => ({
  labels: { alertname: nameOf(i) },
  startsAt: new Date(systemClock.nowMs()).toISOString(),
  endsAt: new Date(systemClock.nowMs() + 3_600_000).toISOString(),
})

/** Posts one by one; the names of those that were answered with 200. */
async function postAll(url: string, acknowledged: Set<string>): Promise<void> {
  const post = async (i: number) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify([alertOf(i)]),
    }).catch(() => undefined)
    if (response?.status === 200) acknowledged.add(nameOf(i))
  }
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (let i = lane; i < groupCount; i += 8) await post(i)
  })
  await Promise.all(lanes)
}

const told = () => new Set(receiver.received.map(({ body }) => body.groupLabels.alertname ?? ''))

/** What a receiver that drops repeats by their key would have kept, by group. */
function keptByGroup(): ReadonlyMap<string, number> {
  const kept = new Map<string, number>()
  const keys = new Set<string>()
  for (const { body } of receiver.received) {
    if (keys.has(body.idempotencyKey)) continue
    keys.add(body.idempotencyKey)
    const name = body.groupLabels.alertname ?? ''
    kept.set(name, (kept.get(name) ?? 0) + 1)
  }
  return kept
}

function expectEachOnce(acknowledged: ReadonlySet<string>): void {
  const kept = keptByGroup()
  expect([...acknowledged].filter((name) => !kept.has(name))).toEqual([])
  expect([...kept].filter(([, count]) => count !== 1)).toEqual([])
}

test('kill -9 amid 200 groups: all are told after the restart, and none twice', async () => {
  const { url, drop } = await freshDatabase()
  const acknowledged = new Set<string>()
  let running: AlertmanagerProcess = await startProcess(url, configFile)
  try {
    for (const killAfter of [40, 110]) {
      const posted = postAll(running.url, acknowledged)
      await until(() => told().size >= killAfter)
      await running.kill()
      await posted
      running = await startProcess(url, configFile)
    }
    await postAll(running.url, acknowledged)
    expect(acknowledged.size).toBe(groupCount)
    await until(() => told().size === groupCount)
    expectEachOnce(acknowledged)
  } finally {
    await running.kill()
    await drop()
  }
})

test('kill -9 amid a burst that nobody sends again loses nothing acknowledged', async () => {
  const { url, drop } = await freshDatabase()
  const acknowledged = new Set<string>()
  const first = await startProcess(url, configFile)
  const posted = postAll(first.url, acknowledged)
  await until(() => acknowledged.size > 60)
  await first.kill()
  await posted
  const second = await startProcess(url, configFile)
  try {
    await until(() => [...acknowledged].every((name) => told().has(name)))
    expectEachOnce(acknowledged)
  } finally {
    await second.kill()
    await drop()
  }
})

test('a database server that dies amid 200 groups costs time and nothing else', async () => {
  const dataDir = path.join(folder, 'data')
  await chmod(folder, 0o755) // As root the server is another user, who must get in.
  const world = { log: silentLog, clock: systemClock }
  const postgres = await openEmbeddedPostgres({ dataDir, ...world })
  const acknowledged = new Set<string>()
  const running = await startProcess(postgres.url, configFile)
  try {
    const posted = postAll(running.url, acknowledged)
    await until(() => told().size >= 40)
    process.kill(await serverPid(postgres.url), 'SIGKILL')
    await posted
    await postAll(running.url, acknowledged)
    expect(acknowledged.size).toBe(groupCount)
    await until(() => told().size === groupCount)
    expectEachOnce(acknowledged)
  } finally {
    await running.kill()
    await postgres.close()
  }
})

async function serverPid(url: string): Promise<number> {
  const database = openDatabase<unknown>(url, { name: 'crash test' })
  const { rows } = await sql<{ file: string }>`
    select pg_read_file('postmaster.pid') as file`.execute(database.db)
  await database.close()
  return Number(rows[0]?.file.split('\n')[0])
}
