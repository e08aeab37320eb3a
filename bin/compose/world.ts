/** The real world that every part is handed: clock, chance, log, metrics, traces. */
import { type Clock, systemClock } from '#lib/clock'
import type { Values } from '#lib/config'
import { createLog, type Log } from '#lib/log'
import { logfmtStream } from '#lib/logfmt'
import { addProcessMetrics, createMetrics, type Metrics } from '#lib/metrics'
import { type Random, systemRandom } from '#lib/random'
import { createTracer, type Tracer } from '#lib/trace'
import type { worldSettings } from './world-settings.ts'

export { worldSettings } from './world-settings.ts'

export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  /** Where those look who are told to find a proxy there. */
  readonly environment: Readonly<Record<string, string | undefined>>
}

export function openWorld(
  service: string,
  settings: Values<typeof worldSettings> & {
    readonly log: { readonly format?: 'logfmt' | 'json' }
  },
  stack: AsyncDisposableStack,
): World {
  const metrics = createMetrics()
  addProcessMetrics(metrics)
  const tracer = createTracer(service, settings.otlpEndpoint)
  stack.defer(() => tracer.close())
  const isLogfmt = settings.log.format === 'logfmt'
  const out = isLogfmt ? logfmtStream(process.stderr) : undefined
  const log = createLog(settings.log.level, out).child({ program: service })
  const { env: environment } = process
  return { clock: systemClock, random: systemRandom, log, metrics, tracer, environment }
}
