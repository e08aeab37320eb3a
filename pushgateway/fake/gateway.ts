/** A gateway on a free port for tests: real HTTP, for the odd paths are part of the contract. */
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, type IncomingHttpHeaders, request as send } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Clock, systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import type { Disk } from '#lib/disk'
import { openHttp } from '#lib/http/server'
import { silentLog } from '#lib/log'
import { createMetrics, type Metrics } from '#lib/metrics'
import { createTracer } from '#lib/trace'
import { createPushgateway, type Pushgateway } from '../pushgateway.ts'
import { pushgatewaySettings } from '../settings.ts'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Buffer | undefined
}

export interface TestGateway {
  readonly gateway: Pushgateway
  readonly metrics: Metrics
  readonly url: string
  send(method: string, path: string, sent?: Sent): Promise<Reply>
  /** The samples and comments of `/metrics`, sorted, with push times written T. */
  exposed(): Promise<string[]>
  close(): Promise<void>
}

export interface TestGatewayOptions {
  readonly flags?: readonly string[]
  readonly disk?: Disk
  readonly clock?: Clock
  readonly ownMetrics?: () => Promise<string>
  readonly onQuit?: () => void
}

/** Both ends are here: a thousand pushes at once would be two thousand open files. */
const socketsMax = 64

export async function openTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { flags = [], clock = systemClock, disk, ownMetrics, onQuit } = options
  const folder = disk === undefined ? await mkdtemp(join(tmpdir(), 'zstone-')) : '/gateway'
  const metrics = createMetrics()
  const gateway = createPushgateway({
    settings: readConfig(pushgatewaySettings, { args: flags, env: {} }).values,
    folder,
    clock,
    log: silentLog,
    metrics,
    tracer: createTracer('test'),
    ...(disk === undefined ? {} : { disk }),
    ...(ownMetrics === undefined ? {} : { ownMetrics }),
    ...(onQuit === undefined ? {} : { onQuit }),
  })
  await gateway.start()
  const place = { name: 'a test', address: '127.0.0.1:0', flag: 'none' }
  const server = await openHttp(place, (request, response) => gateway.handle(request, response))
  const agent = new Agent({ keepAlive: true, maxSockets: socketsMax })
  const reach = (method: string, path: string, sent: Sent = {}) =>
    exchange({ agent, url: server.url, method, path, sent })
  return {
    gateway,
    metrics,
    url: server.url,
    send: reach,
    exposed: async () => masked((await reach('GET', '/metrics')).body),
    async close() {
      agent.destroy()
      await server.close()
      await gateway.close()
      if (disk === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

export function exchange(given: {
  agent?: Agent
  url: string
  method: string
  path: string
  sent: Sent
}): Promise<Reply> {
  const { agent, url, method, path, sent } = given
  const { hostname, port } = new URL(url)
  const headers = { ...sent.headers, 'Content-Length': Buffer.byteLength(sent.body ?? '') }
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers, ...(agent ? { agent } : {}) }
    const request = send(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const raw = Buffer.concat(chunks)
        const packed = response.headers['content-encoding'] === 'gzip'
        const body = (packed ? gunzipSync(raw) : raw).toString()
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
      })
    })
    request.on('error', reject)
    request.end(sent.body)
  })
}

const ownFamily = /^(?:# \w+ )?(?:go_|process_|promhttp_|pushgateway_|nodejs_|zstone_)/
const timeComment = /^# \w+ push_(?:failure_)?time_seconds /
const time = /^(push_(?:failure_)?time_seconds\{.*\}) (?!0$).*$/

export function masked(exposition: string): string[] {
  return exposition
    .split('\n')
    .filter((line) => line !== '' && !ownFamily.test(line) && !timeComment.test(line))
    .map((line) => line.replace(time, '$1 T'))
    .sort()
}
