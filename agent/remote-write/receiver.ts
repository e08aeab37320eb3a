/** Something that keeps history and takes remote_write 1.0, such as a Prometheus. */
import { fault } from '#api/errors'
import { messageOf } from '#lib/errors'
import { openConnection, shownUrl } from '#lib/http/connection'
import type { Tick } from '../tick.ts'
import { writeRequestOf } from './write-request.ts'

export interface Receiver {
  /** Rejects with `retry` false where this very tick is not wanted. */
  send(tick: Tick, stop: AbortSignal): Promise<void>
  close(): void
}

export interface ReceiverOptions {
  readonly url: string
  readonly instance: string
  readonly version: string
}

/** It has looked at the tick and does not want it: out of order, too large, malformed. */
const isAboutTheTick: ReadonlySet<number> = new Set([400, 409, 413, 422])

export function openReceiver({ url, instance, version }: ReceiverOptions): Receiver {
  const target = new URL(url)
  const shown = shownUrl(url)
  const own = { job: 'zstone', instance }
  const connection = openConnection(target.protocol === 'https:')
  const headers = {
    'Content-Type': 'application/x-protobuf',
    'Content-Encoding': 'snappy',
    'X-Prometheus-Remote-Write-Version': '0.1.0',
    'User-Agent': `zstnlet/${version}`,
  }
  return {
    async send(tick, stop) {
      const body = writeRequestOf(tick, own)
      const { status, said } = await connection
        .exchange({ method: 'POST', url: target, headers, body }, stop)
        .catch((cause) => {
          const reason = stop.aborted ? 'there was no answer in time' : messageOf(cause)
          throw fault('REMOTE_WRITE_FAILED', { url: shown, reason })
        })
      if (status >= 200 && status < 300) return
      const code = isAboutTheTick.has(status) ? 'REMOTE_WRITE_REFUSED' : 'REMOTE_WRITE_FAILED'
      throw fault(code, { url: shown, reason: `it answered ${status}: ${said}` })
    },
    close: () => connection.close(),
  }
}
