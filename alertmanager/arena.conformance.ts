/** For tests: a whole alertmanager on a database of its own, and a receiver to tell. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import os from 'node:os'
import path from 'node:path'
import type { Notification, PostableAlert } from '#api/alert'
import { systemClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics, type Metrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import type { Queues } from '#lib/queue/queue'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { freshDatabase } from '#test/postgres'
import {
  type Alertmanager,
  type AlertmanagerDeps,
  type AlertmanagerSettings,
  createAlertmanager,
} from './index.ts'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Notification
  /** When, by a clock that never jumps. */
  readonly atMs: number
}

export interface FakeReceiver {
  readonly url: string
  /** Notifications it took. */
  readonly received: Received[]
  /** How many it did not take. */
  readonly refused: () => number
  /** When it last did not take one. */
  readonly refusedAtMs: () => number
  /** What it answers from now on. */
  answer(status: number, headers?: Readonly<Record<string, string>>): void
  close(): Promise<void>
}

export async function openReceiver(): Promise<FakeReceiver> {
  const received: Received[] = []
  let refused = 0
  let refusedAtMs = 0
  let reply: [number, Readonly<Record<string, string>>] = [200, {}]
  const server = await openHttp(
    { name: 'a receiver', address: '127.0.0.1:0', flag: 'none' },
    async (request, response) => {
      const body = JSON.parse(await textOf(request))
      const [status, headers] = reply
      const atMs = systemClock.monotonicMs()
      if (status >= 300) {
        refused++
        refusedAtMs = atMs
      } else received.push({ path: request.url ?? '', headers: request.headers, body, atMs })
      response.writeHead(status, headers).end()
    },
  )
  return {
    url: server.url,
    received,
    refused: () => refused,
    refusedAtMs: () => refusedAtMs,
    answer(status, headers = {}) {
      reply = [status, headers]
    },
    close: server.close,
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

export interface Arena {
  readonly url: string
  readonly databaseUrl: string
  readonly metrics: Metrics
  /** What it was made from, for another one on the same rows. */
  readonly deps: Omit<AlertmanagerDeps, 'queues'>
  alertmanager: Alertmanager
  post(alerts: readonly PostableAlert[]): Promise<Response>
  get<T>(path: string): Promise<T>
  configure(yaml: string): Promise<void>
  /** Closes it and starts another on the same rows. */
  restart(meanwhile?: () => Promise<unknown>): Promise<void>
  close(): Promise<void>
}

export interface ArenaOptions extends Partial<AlertmanagerDeps> {
  readonly version?: string
  readonly flags?: Partial<AlertmanagerSettings>
  /** Puts something between the alertmanager and its queues. */
  readonly through?: (queues: Queues) => Queues
}

export async function openArena(
  yaml: string,
  { version = '0.33.1', flags = {}, through = (queues) => queues, ...deps }: ArenaOptions = {},
): Promise<Arena> {
  const { url: databaseUrl, drop } = await freshDatabase()
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zstone-alertmanager-'))
  const configFile = path.join(folder, 'alertmanager.yml')
  await writeFile(configFile, yaml)
  const metrics = createMetrics()
  const world = { clock: systemClock, random: systemRandom, log: silentLog, metrics }
  const tracer = createTracer('test')
  const settings = {
    configFile,
    dataRetention: 120 * 3_600_000,
    webExternalUrl: 'http://am.example',
    webVersion: version,
    ...flags,
  }
  const kept = { disk: realDisk, arrivalFolder: path.join(folder, 'arrivals'), isShared: false }
  const ours = { ...world, ...kept, tracer, settings, databaseUrl, ...deps }
  const begin = async () => {
    const queues = await openQueues({ ...world, databaseUrl })
    const made = createAlertmanager({ ...ours, queues: through(queues) })
    await made.start()
    return {
      made,
      async end() {
        await queues.close()
        await made.close()
      },
    }
  }
  let life = await begin()
  const http = await openHttp(
    { name: 'the alertmanager', address: '127.0.0.1:0', flag: 'none' },
    (request, response) => {
      if (!life.made.handle(request, response)) response.writeHead(404).end()
    },
  )
  const arena: Arena = {
    url: http.url,
    databaseUrl,
    metrics,
    deps: ours,
    alertmanager: life.made,
    post: (alerts) =>
      fetch(`${http.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(alerts),
      }),
    get: async <T>(where: string) => (await (await fetch(`${http.url}${where}`)).json()) as T,
    async configure(text) {
      await writeFile(configFile, text)
      await life.made.reload()
    },
    async restart(meanwhile) {
      await life.end()
      await meanwhile?.()
      life = await begin()
      arena.alertmanager = life.made
    },
    async close() {
      await http.close()
      await life.end()
      await drop()
      await rm(folder, { recursive: true })
    },
  }
  return arena
}
