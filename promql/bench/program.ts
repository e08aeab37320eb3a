/**
 * Ours as a process of its own: scrapes what its configuration names, takes remote_write, serves
 * queries, and evaluates the rules of the file that it is told on its standard input. Prints its
 * URL.
 */
import { createInterface } from 'node:readline'
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { realDisk } from '#lib/disk'
import { openHttp } from '#lib/http/server'
import { createLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { createRules, loadRules, rulesSettings } from '#rules'
import { createPromql } from '../promql.ts'
import { promqlSettings } from '../settings.ts'

const [folder = '', configFile = ''] = process.argv.slice(2)
const args = ['--storage.series-max', '300000', '--scrape.config-file', configFile]
const world = { clock: systemClock, log: createLog('warn'), metrics: createMetrics() }
const settings = readConfig(promqlSettings, { args, env: {} }).values
const promql = createPromql({ ...world, settings, storage: { disk: realDisk, folder } })
await promql.start()
const place = { name: 'promql', address: '127.0.0.1:0', flag: 'none' }
const server = await openHttp(place, (request, response) => {
  if (!promql.handle(request, response)) response.writeHead(404).end()
})

createInterface(process.stdin).on('line', (file) => void startRules(file))
process.on('SIGTERM', () => void end())
process.stdout.write(`${server.url}\n`)

async function startRules(rulesFile: string): Promise<void> {
  const rules = createRules({
    ...world,
    groups: await loadRules([rulesFile], () => undefined),
    store: { load: async () => [], save: async () => {} },
    settings: { ...readConfig(rulesSettings, { args: [], env: {} }).values, externalUrl: '' },
    externalLabels: {},
    random: systemRandom,
    tracer: createTracer('bench'),
    evaluate: async (expression, atMs) => {
      const value = promql.evaluate(expression, atMs)
      return value.type === 'vector' ? value.elements : []
    },
    append: ({ rule, atMs, samples }) => {
      promql.samples.append({ name: `rule ${rule}`, honorLabels: true }, samples, atMs)
    },
    ...{ send: async () => {}, alertmanagers: [] },
  })
  await rules.start()
}

async function end(): Promise<void> {
  await server.close()
  await promql.close()
  process.exit()
}
