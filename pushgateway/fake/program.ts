/** A gateway as a process of its own, for tests that kill it: prints its URL, then serves. */
import { systemClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { openHttp } from '#lib/http/server'
import { createLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { createTracer } from '#lib/trace'
import { createPushgateway } from '../pushgateway.ts'
import { pushgatewaySettings } from '../settings.ts'

const [folder = '', ...args] = process.argv.slice(2)
const metrics = createMetrics()
const gateway = createPushgateway({
  settings: readConfig(pushgatewaySettings, { args, env: {} }).values,
  folder,
  clock: systemClock,
  log: createLog('warn'),
  metrics,
  tracer: createTracer('pushgateway'),
  ownMetrics: () => metrics.registry.metrics(),
})
await gateway.start()
const place = { name: 'the gateway', address: '127.0.0.1:0', flag: 'none' }
const server = await openHttp(place, (request, response) => gateway.handle(request, response))
process.stdout.write(`${server.url}\n`)
