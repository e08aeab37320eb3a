/** For tests: an alertmanager as a process of its own, which can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { openHttp } from '#lib/http/server'
import { createLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createAlertmanager } from './index.ts'

export interface AlertmanagerProcess {
  readonly url: string
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>
}

export async function startProcess(
  databaseUrl: string,
  configFile: string,
): Promise<AlertmanagerProcess> {
  const self = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [self, 'run', databaseUrl, configFile], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await firstLine(child)
  return {
    url,
    async kill() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk)
    if (text.includes('\n')) return text.trim()
  }
  throw new Error('the alertmanager ended before it served')
}

async function run(databaseUrl: string, configFile: string): Promise<void> {
  const log = createLog('error')
  const world = { clock: systemClock, random: systemRandom, log, metrics: createMetrics() }
  const queues = await openQueues({ ...world, databaseUrl })
  const settings = {
    configFile,
    dataRetention: 120 * 3_600_000,
    webExternalUrl: undefined,
    webVersion: '0.33.1',
  }
  const tracer = createTracer('alertmanager')
  const alertmanager = createAlertmanager({
    ...world,
    tracer,
    settings,
    databaseUrl,
    queues,
    disk: realDisk,
    arrivalFolder: path.join(path.dirname(configFile), 'arrivals'),
    isShared: false,
  })
  await alertmanager.start()
  const server = await openHttp(
    { name: 'the alertmanager', address: '127.0.0.1:0', flag: 'none' },
    (request, response) => {
      if (!alertmanager.handle(request, response)) response.writeHead(404).end()
    },
  )
  process.stdout.write(`${server.url}\n`)
}

const [, , command, databaseUrl = '', configFile = ''] = process.argv
if (command === 'run' && import.meta.main) await run(databaseUrl, configFile)
