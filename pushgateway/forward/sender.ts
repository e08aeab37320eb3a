/** Brings changes to one receiver: gathers, packs, sends, tries again, and counts what is lost. */
import { type Clock, sleep } from '#lib/clock'
import { ZstoneError } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import { backoffMs } from '#lib/retry'
import { type Change, type Line, linesOf } from './change.ts'
import { createChangeQueue } from './change-queue.ts'
import type { ForwardMetrics } from './forward-metrics.ts'
import type { Receiver } from './receiver.ts'
import { createWriteRequest } from './write-request.ts'

export interface Sender {
  /** Returns at once: nothing is read, packed or sent before the caller's turn has ended. */
  add(change: Change): void
  /** Sends what waits for as long as it may take, and counts the rest as dropped. */
  close(): Promise<void>
}

export interface SenderOptions {
  readonly url: string
  readonly receiver: Receiver
  readonly samplesMax: number
  readonly metrics: ForwardMetrics
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** As many as Prometheus's own sender puts into a request by default. */
const batchSamplesMax = 2000
const batchAgeMs = 1000
const flushMs = 10_000
const backoff = { firstDelayMs: 30, delayMsMax: 5000 }

interface Batch {
  readonly body: Buffer
  readonly sampleCount: number
  readonly newestMs: number
}

export function createSender(options: SenderOptions): Sender {
  const { clock, metrics, samplesMax, log, url } = options
  const dropped = (count: number) => metrics.dropped(count, 'queue_full')
  const queue = createChangeQueue({ samplesMax, dropped })
  const packer = createPacker(() => queue.take())
  const stop = new AbortController()
  let gathering: AbortController | undefined
  let running: Promise<void> | undefined
  let isClosing = false
  let left = 0

  const isFull = () => queue.sampleCount >= batchSamplesMax
  const gather = async () => {
    gathering = new AbortController()
    await sleep(clock, batchAgeMs, gathering.signal)
    gathering = undefined
  }
  const bring = async (batch: Batch) => {
    metrics.pending(queue.sampleCount + batch.sampleCount)
    if ((await deliver(options, batch, stop.signal)) === 'stopped') left += batch.sampleCount
    metrics.pending(queue.sampleCount)
  }
  const run = async () => {
    while ((queue.sampleCount > 0 || packer.isBusy()) && !stop.signal.aborted) {
      if (!isFull() && !packer.isBusy() && !isClosing) await gather()
      const batch = packer.next()
      if (batch !== undefined) await bring(batch)
    }
    left += packer.countRest()
    running = undefined
  }
  return {
    add(change) {
      queue.add(change)
      metrics.accepted(change.atMs)
      metrics.pending(queue.sampleCount)
      if (running === undefined) running = run()
      else if (isFull()) gathering?.abort()
    },
    async close() {
      isClosing = true
      gathering?.abort()
      const timer = clock.after(flushMs, () => stop.abort())
      await running
      timer.cancel()
      options.receiver.close()
      if (left === 0) return
      metrics.dropped(left, 'shutdown')
      log.warn({ url, samples: left }, 'Samples not forwarded: the receiver took too long')
    },
  }
}

/** Cuts changes into requests: a request may hold many, and a large change may need several. */
function createPacker(take: () => Change | undefined) {
  let change: Change | undefined
  let lines: Iterator<Line> | undefined
  const nextLine = (): Line | undefined => {
    for (;;) {
      const { value } = lines?.next() ?? {}
      if (value !== undefined) return value
      change = take()
      if (change === undefined) return undefined
      lines = linesOf(change)
    }
  }
  return {
    isBusy: () => change !== undefined,
    next(): Batch | undefined {
      const request = createWriteRequest()
      let newestMs = 0
      while (request.count < batchSamplesMax) {
        const line = nextLine()
        if (line === undefined || change === undefined) break
        request.add(line, change.atMs)
        newestMs = change.atMs
      }
      if (request.count === 0) return undefined
      return { body: request.body(), sampleCount: request.count, newestMs }
    },
    countRest(): number {
      let count = 0
      while (nextLine() !== undefined) count++
      return count
    },
  }
}

async function deliver(
  options: SenderOptions,
  batch: Batch,
  stop: AbortSignal,
): Promise<'done' | 'stopped'> {
  const { metrics, clock, random, log, url } = options
  const { sampleCount } = batch
  for (let attempt = 1; ; attempt++) {
    const fault = await attemptAt(options, batch, stop)
    if (fault === undefined) {
      if (attempt > 1) log.info({ url, attempt }, 'Samples are forwarded again')
      return 'done'
    }
    if (stop.aborted) return 'stopped'
    const reason = String(fault.details.reason)
    if (!fault.retry) {
      metrics.refused(sampleCount)
      log.warn({ url, samples: sampleCount, reason }, 'Samples not forwarded: they were refused')
      return 'done'
    }
    if (attempt === 1) log.warn({ url, reason }, 'Samples not forwarded yet; they are sent again')
    metrics.retried(sampleCount)
    const waitMs = Number(fault.details.waitMs)
    await sleep(clock, Math.max(waitMs, backoffMs(backoff, attempt, random)), stop)
  }
}

/** Why the batch was not taken, if it was not. */
async function attemptAt(
  { receiver, metrics, clock }: SenderOptions,
  batch: Batch,
  stop: AbortSignal,
): Promise<ZstoneError | undefined> {
  const startedMs = clock.monotonicMs()
  try {
    await receiver.send(batch.body, stop)
  } catch (error) {
    if (error instanceof ZstoneError) return error
    throw error
  }
  metrics.sent({
    ...batch,
    sizeBytes: batch.body.length,
    tookMs: clock.monotonicMs() - startedMs,
  })
  return undefined
}
