/** Forwards what was accepted to receivers of remote_write, beside the pushes and never before. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Random } from '#lib/random'
import type { Admission, Group } from '../store/store.ts'
import { type Change, changeOf, type FamilyLines, linesIn } from './change.ts'
import { createForwardMetrics } from './forward-metrics.ts'
import { createReceiver } from './receiver.ts'
import { createRequestHeaders } from './request-headers.ts'
import { createSender } from './sender.ts'
import type { ForwardSettings } from './settings.ts'

export interface Forwarder {
  /** To be called for each write that is durable, in their order, before readers see it. */
  accepted(admission: Admission, atMs: number): void
  /** To be called once for what recovery found, before any write. */
  recovered(groups: readonly Group[]): void
  close(): Promise<void>
}

export interface ForwarderOptions {
  readonly settings: ForwardSettings
  readonly version: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
}

/** How far back Prometheus looks for the value of a series: what is older shows nowhere. */
const lookbackMs = 5 * 60_000

/** Undefined where there is nobody to forward to. */
export function createForwarder(options: ForwarderOptions): Forwarder | undefined {
  const { settings, clock, random, log } = options
  if (settings.remoteWriteUrl.length === 0) return undefined
  const headers = createRequestHeaders(settings, options.version)
  const senders = settings.remoteWriteUrl.map((url) => {
    const receiver = createReceiver({ url, headers, timeoutMs: settings.timeoutMs, clock })
    const metrics = createForwardMetrics(options.metrics, url)
    const samplesMax = settings.queueSamplesMax
    return createSender({ url, receiver, samplesMax, metrics, clock, random, log })
  })
  const add = (change: Change) => {
    for (const sender of senders) sender.add(change)
  }
  return {
    accepted: (admission, atMs) => add(changeOf(admission, atMs)),
    recovered(groups) {
      const sinceMs = clock.nowMs() - lookbackMs
      const changes = groups.flatMap((group) => changesOf(group, sinceMs))
      for (const change of changes.sort((a, b) => a.atMs - b.atMs)) add(change)
    },
    async close() {
      await Promise.all(senders.map((sender) => sender.close()))
    },
  }
}

/**
 * A crash may have come between the answer to a push and its request to the receiver. What a group
 * holds is sent with the times it was pushed at: a receiver that has it takes it as the same. Its
 * own two times are not sent: a refused push, which is not durable, may have sent newer ones.
 */
function changesOf({ key, visible }: Group, sinceMs: number): Change[] {
  const byTime = new Map<number, FamilyLines[]>()
  for (const family of visible?.families ?? []) {
    const atMs = family.pushedAtMs
    if (atMs < sinceMs) continue
    const others = byTime.get(atMs)
    if (others === undefined) byTime.set(atMs, [linesIn(family)])
    else others.push(linesIn(family))
  }
  return [...byTime].map(([atMs, after]) => ({ group: key, before: [], after, atMs }))
}
