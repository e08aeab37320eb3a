/** For tests: a whole master on a fake engine, with its API on a free port. */

import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import type { Queue, Queues } from '#lib/queue/queue'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createMaster, type MasterParts, masterSettings } from '../index.ts'
import { openBench } from '../workflow/bench.conformance.ts'
import { createFakeEngine } from './engine.ts'

export const token = 'a'.repeat(64)

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // Tests look into answers freely.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  readonly body: any
}

export interface Question {
  readonly method?: string
  /** An object is sent as JSON, a text as it is. */
  readonly body?: object | string
  readonly headers?: Record<string, string>
}

export type House = Awaited<ReturnType<typeof openHouse>>

export async function openHouse(change: Partial<MasterParts> = {}, args: readonly string[] = []) {
  const bench = await openBench()
  const engine = createFakeEngine()
  const metrics = createMetrics()
  const master = createMaster({
    databaseUrl: bench.url,
    queues: directQueues(),
    engine,
    topology: {
      cluster: 'home',
      nodes: [{ name: 'n0', rack: 'r0', datacentre: 'dc1', devices: ['sdz'] }],
    },
    token,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    metrics,
    tracer: createTracer('test'),
    settings: readConfig(masterSettings, { args: [...quick, ...args], env: {} }).values,
    statusReport: async () => ({
      ...(await master.status()),
      atMs: systemClock.nowMs(),
      nodes: [],
      pushGroups: [],
      pushGroupCount: 0,
      alerts: [],
      links: [],
    }),
    ...change,
  })
  await master.start()
  const server = await openHttp(
    { name: 'the master', address: '127.0.0.1:0', flag: '--x' },
    master.app,
  )
  return {
    engine,
    master,
    metrics,
    sql: bench.sql,
    jobs: bench.jobs,
    url: server.url,
    async ask(path: string, { method, body, headers = {} }: Question = {}): Promise<Reply> {
      const response = await fetch(server.url + path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: { Authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined
          ? {}
          : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.includes('json')
      return {
        status: response.status,
        headers: response.headers,
        body: isJson ? JSON.parse(text) : text,
      }
    },
    async close() {
      await server.close()
      await master.close()
      await bench.close()
    },
  }
}

/** Short pauses, so that a test takes no longer than the work. */
const quick = [
  ...['--drain.look-every=10ms', '--jobs.resume-every=50ms', '--jobs.retry-first=10ms'],
  ...['--topology.sync-every=50ms', '--jobs.lease=1s'],
]

/** A queue that hands wake-ups straight on. That of BullMQ has tests of its own. */
function directQueues(): Pick<Queues, 'queue'> {
  let handler = async (_rowId: string) => {}
  const queue: Queue = {
    name: 'workflow',
    wake: async ({ rowId, delayMs = 0 }) =>
      void systemClock.after(delayMs, () => void handler(rowId).catch(() => {})),
    work: (work) => {
      handler = work
    },
    counts: async () => ({ waiting: 0, delayed: 0, active: 0 }),
  }
  return { queue: () => queue }
}
