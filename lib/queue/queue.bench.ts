/**
 * What a wake-up costs on each store, with the durability it has in production:
 * `node lib/queue/queue.bench.ts`. CPU is of the server and of this process, a job.
 */
import { readFileSync } from 'node:fs'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { cpuMsOfFamily } from '#test/load/process-figures'
import { hasRedis, openRedis } from '#test/redis'
import { until } from '#test/until'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { openEmbeddedPostgres } from '../sql/embedded-postgres.ts'
import { openQueues } from './bullmq.ts'
import type { Queue } from './queue.ts'

interface BenchStore {
  readonly name: string
  readonly options: { readonly databaseUrl?: string; readonly redisUrl?: string }
  serverCpuMs(): Promise<number>
  close(): Promise<void>
}

const addsOneByOne = 1000
const addsTogether = 20_000
const callers = 50

for (const open of [openPostgres, ...(hasRedis() ? [openRedisStore] : [])]) {
  const store = await open()
  const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
  const queues = await openQueues({ ...store.options, ...world })
  console.log(`\n${store.name}`)
  await measure(store, 'add, one at a time', addsOneByOne, async () => {
    for (let i = 0; i < addsOneByOne; i++) await add(queues.queue('bench-one'), i)
  })
  await measure(store, `add, ${callers} callers`, addsTogether, () =>
    addTogether(queues.queue('bench')),
  )
  await measure(store, 'run, concurrency 50', addsTogether, async () => {
    // Rows, not runs: a handler may run twice, and a count of runs would step over the goal.
    const ran = new Set<string>()
    queues.queue('bench').work(async (rowId) => void ran.add(rowId), { concurrency: callers })
    await until(() => ran.size === addsTogether, { withinMs: 120_000 }).catch((cause) => {
      throw new Error(`Ran ${ran.size} of ${addsTogether}`, { cause })
    })
  })
  await queues.close()
  await store.close()
}

function add(queue: Queue, i: number): Promise<void> {
  return queue.wake({ jobId: `job-${i}`, rowId: `row-${i}` })
}

async function addTogether(queue: Queue): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < addsTogether) await add(queue, next++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

async function measure(
  store: BenchStore,
  what: string,
  count: number,
  run: () => Promise<void>,
): Promise<void> {
  const serverMs = await store.serverCpuMs()
  const ownFrom = process.cpuUsage()
  const startedMs = systemClock.monotonicMs()
  await run()
  const tookMs = systemClock.monotonicMs() - startedMs
  const { user, system } = process.cpuUsage(ownFrom)
  const serverUs = (((await store.serverCpuMs()) - serverMs) * 1000) / count
  const perSecond = Math.round((count * 1000) / tookMs)
  const ownUs = (user + system) / count
  console.log(
    `  ${what.padEnd(22)} ${String(perSecond).padStart(7)}/s` +
      `   server ${serverUs.toFixed(0).padStart(5)} µs   own ${ownUs.toFixed(0).padStart(5)} µs`,
  )
}

async function openPostgres(): Promise<BenchStore> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-bench-'))
  await fs.chmod(folder, 0o755)
  const dataDir = path.join(folder, 'data')
  const { url, close } = await openEmbeddedPostgres({ dataDir, log: silentLog, clock: systemClock })
  const pidFile = path.join(dataDir, 'postgresql/cluster/postmaster.pid')
  const postmaster = Number.parseInt(readFileSync(pidFile, 'utf8'), 10)
  return {
    name: 'PostgreSQL (embedded, fsync on)',
    options: { databaseUrl: url },
    serverCpuMs: async () => cpuMsOfFamily(postmaster),
    async close() {
      await close()
      await fs.rm(folder, { recursive: true })
    },
  }
}

async function openRedisStore(): Promise<BenchStore> {
  const redis = await openRedis()
  const client = new Redis(redis.url)
  return {
    name: 'Redis (append-only file, every second)',
    options: { redisUrl: redis.url },
    async serverCpuMs() {
      const info = await client.info('cpu')
      const seconds = (name: string) => Number(new RegExp(`${name}:([\\d.]+)`).exec(info)?.[1])
      return (seconds('used_cpu_user') + seconds('used_cpu_sys')) * 1000
    },
    async close() {
      client.disconnect()
      await redis.close()
    },
  }
}
