/** One receiver of remote_write: takes a request, or says why not and whether to try again. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import { type Answer, openConnection } from '#lib/http/connection'
import type { RequestHeaders } from './request-headers.ts'

export interface Receiver {
  /** Throws `PUSHGATEWAY_FORWARD_FAILED`, with `waitMs` where it was told, or `…_REFUSED`. */
  send(body: Buffer, stop: AbortSignal): Promise<void>
  close(): void
}

export interface ReceiverOptions {
  readonly url: string
  readonly headers: RequestHeaders
  readonly timeoutMs: number
  readonly clock: Clock
}

const wordsMax = 256
/** A receiver may ask for patience, but not for so much that all is lost. */
const waitMsMax = 5 * 60_000

export function createReceiver({ url, headers, timeoutMs, clock }: ReceiverOptions): Receiver {
  const target = new URL(url)
  const connection = openConnection(target.protocol === 'https:')
  return {
    async send(body, stop) {
      const patience = new AbortController()
      const timer = clock.after(timeoutMs, () => patience.abort())
      const signal = AbortSignal.any([patience.signal, stop])
      try {
        const given = await headers()
        const asked = { method: 'POST', url: target, headers: given, body } as const
        judge(await connection.exchange(asked, signal), { url, nowMs: clock.nowMs() })
      } catch (cause) {
        if (!patience.signal.aborted) throw asFault(cause, url)
        throw failed(url, `no answer after ${timeoutMs} ms`)
      } finally {
        timer.cancel()
      }
    },
    close: () => connection.close(),
  }
}

function judge(
  { status, headers, said }: Answer,
  { url, nowMs }: { url: string; nowMs: number },
): void {
  if (status >= 200 && status < 300) return
  const words = said.slice(0, wordsMax).replace(/\s+/g, ' ').trim()
  const reason = `it answered ${status}: ${words}`
  if (status !== 429 && status < 500) throw fault('PUSHGATEWAY_FORWARD_REFUSED', { url, reason })
  const waitMs = waitOf(headers['retry-after'], nowMs)
  throw fault('PUSHGATEWAY_FORWARD_FAILED', { url, reason, waitMs })
}

const failed = (url: string, reason: string) =>
  fault('PUSHGATEWAY_FORWARD_FAILED', { url, reason, waitMs: 0 })

function asFault(cause: unknown, url: string): unknown {
  return cause instanceof ZstoneError ? cause : failed(url, messageOf(cause))
}

/** Seconds, or a date. */
function waitOf(text: string | undefined, nowMs: number): number {
  if (text === undefined) return 0
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(waitMs) ? 0 : Math.min(Math.max(waitMs, 0), waitMsMax)
}
