/** The newest tick to the pushgateway: tries again while it is the newest, and learns the time. */
import type { MetricFamily } from '#api/sample'
import { type Clock, sleep } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Random } from '#lib/random'
import { retry } from '#lib/retry'
import { createClockOffset } from './clock-offset.ts'
import { createPusher } from './push.ts'
import type { PushRecord } from './push-record.ts'

export interface Pushing {
  /** Whether it arrived. Never rejects, and ends within an interval. */
  push(body: Buffer, traceparent: string): Promise<boolean>
  families(): readonly MetricFamily[]
  close(): void
}

export interface PushingOptions {
  readonly url: string
  readonly instance: string
  readonly everyMs: number
  readonly record: PushRecord
  readonly clock: Clock
  readonly random: Random
  /** Aborted: what is under way is given up. */
  readonly closing: AbortSignal
}

const policy = {
  attempts: 3,
  firstDelayMs: 250,
  delayMsMax: 2000,
  isPassing: (error: unknown) => !(error instanceof ZstoneError) || error.retry,
}

export function createPushing(options: PushingOptions): Pushing {
  const { everyMs, record, clock, random, closing } = options
  const offset = createClockOffset(clock)
  const pusher = createPusher(options, { clock, offset })

  /** One attempt after the other, all of them before the next tick, which brings newer values. */
  const pushWithin = async (body: Buffer, traceparent: string) => {
    const late = new AbortController()
    const timer = clock.after(everyMs, () => late.abort())
    const signal = AbortSignal.any([late.signal, closing])
    try {
      await retry(policy, { clock, random, signal }, () => pusher.push(body, traceparent, signal))
    } finally {
      timer.cancel()
    }
  }
  /** Where an answer at the right moment would tell more of the gateway's clock. */
  const askTime = async () => {
    const waitMs = offset.nextQuestionMs()
    if (waitMs === undefined) return
    await sleep(clock, waitMs, closing)
    if (!closing.aborted) await pusher.askTime(closing)
  }
  return {
    async push(body, traceparent) {
      const arrived = await record.measure(body.length, () => pushWithin(body, traceparent))
      if (arrived) void askTime()
      return arrived
    },
    families: offset.families,
    close: pusher.close,
  }
}
