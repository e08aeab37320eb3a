/**
 * The real world as a lone agent needs it: without a registry of metrics, which nobody would read
 * there, and with a log of few words. Together the usual ones take more memory than all collectors.
 */
import { type Clock, systemClock } from '#lib/clock'
import type { Values } from '#lib/config'
import type { Log } from '#lib/log'
import { createPlainLog } from '#lib/plain-log'
import { type Random, systemRandom } from '#lib/random'
import { createTracer, type Tracer } from '#lib/trace'
import type { worldSettings } from './world-settings.ts'

export interface AgentWorld {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly tracer: Tracer
}

export function openAgentWorld(
  settings: Values<typeof worldSettings>,
  stack: AsyncDisposableStack,
): AgentWorld {
  const tracer = createTracer('zstnlet', settings.otlpEndpoint)
  stack.defer(() => tracer.close())
  const log = createPlainLog(settings.log.level, process.stderr).child({ program: 'zstnlet' })
  return { clock: systemClock, random: systemRandom, log, tracer }
}
