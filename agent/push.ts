/** One PUT to the pushgateway over a connection that stays open. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { openConnection, shownUrl } from '#lib/http/connection'
import type { ClockOffset } from './clock-offset.ts'
import { contentType } from './expose.ts'

export interface Pusher {
  /** Replaces the group's metrics; rejects with `retry` false where a second try is in vain. */
  push(body: Buffer, traceparent: string, stop: AbortSignal): Promise<void>
  /** Asks for nothing but the time. Never rejects. */
  askTime(stop: AbortSignal): Promise<void>
  close(): void
}

export interface PushTarget {
  /** Base URL of the pushgateway, such as `http://127.0.0.1:9091`. */
  readonly url: string
  readonly instance: string
}

export interface PusherWorld {
  readonly clock: Clock
  /** Is told what each answer says of the gateway's clock. */
  readonly offset: Pick<ClockOffset, 'note'>
}

export function createPusher(target: PushTarget, { clock, offset }: PusherWorld): Pusher {
  const group = new URL(groupUrl(target))
  const ready = new URL(`${withoutSlash(target.url)}/-/ready`)
  const shown = shownUrl(target.url)
  const connection = openConnection(group.protocol === 'https:')

  const exchange: typeof connection.exchange = async (asked, stop) => {
    const askedMs = clock.monotonicMs()
    const answer = await connection.exchange(asked, stop)
    const dateMs = Date.parse(answer.headers.date ?? '')
    if (!Number.isNaN(dateMs)) offset.note({ dateMs, askedMs, heardMs: clock.monotonicMs() })
    return answer
  }
  return {
    async push(body, traceparent, stop) {
      const headers = { 'Content-Type': contentType, traceparent }
      const { status, said } = await exchange(
        { method: 'PUT', url: group, headers, body },
        stop,
      ).catch((cause) => {
        throw fault('PUSH_FAILED', { url: shown, reason: reasonOf(cause, stop) })
      })
      if (status >= 200 && status < 300) return
      const code = status === 429 || status >= 500 ? 'PUSH_FAILED' : 'PUSH_REFUSED'
      throw fault(code, { url: shown, reason: `it answered ${status}: ${said}` })
    },
    async askTime(stop) {
      await exchange({ method: 'HEAD', url: ready }, stop).catch(() => {}) // The next push tells.
    },
    close: () => connection.close(),
  }
}

/** Grouping key job and instance, as the pushgateway reads its path. */
export function groupUrl({ url, instance }: PushTarget): string {
  return `${withoutSlash(url)}/metrics/job/zstone/${segmentsOf('instance', instance)}`
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')

/** What a path cannot hold as it is goes as base64: slashes, dots that mean folders, nothing. */
function segmentsOf(name: string, value: string): string {
  if (value === '') return `${name}@base64/=`
  if (!value.includes('/') && value !== '.' && value !== '..')
    return `${name}/${encodeURIComponent(value)}`
  return `${name}@base64/${Buffer.from(value, 'utf8').toString('base64url')}`
}

const reasonOf = (cause: unknown, stop: AbortSignal) =>
  stop.aborted ? 'there was no answer in time' : messageOf(cause)
