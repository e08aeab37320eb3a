/** One kept connection on which prepared requests are sent, several under way at once. */
import { connect } from 'node:net'
import { systemClock } from '#lib/clock'

export interface Connection {
  /** `fromMs` is when the request was due, where that is earlier than now. */
  send(request: Buffer, fromMs?: number): void
  close(): void
}

export interface Ears {
  answered(status: number, tookMs: number): void
  /** It will answer nothing more. */
  ended(): void
}

export async function openConnection(port: number, ears: Ears): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const sentAtMs: number[] = []
  const read = createAnswerReader((status) => {
    ears.answered(status, systemClock.monotonicMs() - (sentAtMs.shift() ?? 0))
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', resolve)
  })
  socket.removeAllListeners('error')
  socket.on('error', () => {}) // `close` follows.
  socket.on('close', ears.ended)
  socket.on('data', read)
  return {
    send(request, fromMs = systemClock.monotonicMs()) {
      sentAtMs.push(fromMs)
      socket.write(request)
    },
    close: () => socket.destroy(),
  }
}

/** Finds the ends of answers in a stream: all that a load generator needs of HTTP. */
function createAnswerReader(answered: (status: number) => void): (chunk: Buffer) => void {
  let held: Buffer = Buffer.alloc(0)
  return (chunk) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    let at = 0
    for (;;) {
      const end = endOfAnswer(bytes, at)
      if (end === undefined || end > bytes.length) break
      answered(Number(bytes.toString('latin1', at + 9, at + 12)))
      at = end
    }
    held = bytes.subarray(at)
  }
}

function endOfAnswer(bytes: Buffer, start: number): number | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n', start)
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', start, headEnd)
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(head) ?? []
  if (length !== undefined) return headEnd + 4 + Number(length)
  if (!/\r\ntransfer-encoding: chunked/i.test(head)) return headEnd + 4
  const last = bytes.indexOf('\r\n0\r\n\r\n', headEnd)
  return last < 0 ? undefined : last + 7
}
