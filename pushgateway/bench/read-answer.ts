/** One GET, drained at full speed or at a slow scraper's, for next to no CPU here. */
import { connect } from 'node:net'
import { sleep, systemClock } from '#lib/clock'

export interface Wanted {
  readonly port: number
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly bytesPerSecond?: number
  /** The answer's body is handed back too. */
  readonly keeps?: boolean
  readonly withinMs: number
}

export interface Got {
  readonly status: number
  readonly head: string
  readonly sizeBytes: number
  readonly tookMs: number
  /** Empty unless it was to be kept. */
  readonly raw: Buffer
}

const bufferBytes = 256 * 1024

/** Undefined: not within the time. */
export async function readAnswer(wanted: Wanted): Promise<Got | undefined> {
  const { port, path = '/metrics', headers = {}, keeps = false, withinMs } = wanted
  const startMs = systemClock.monotonicMs()
  const kept: Buffer[] = []
  let [head, sizeBytes] = ['', 0]
  const isPaced = wanted.bytesPerSecond !== undefined
  const hear = (size: number, bytes: Uint8Array) => {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, size)
    if (head === '') head = chunk.toString('latin1', 0, 2048)
    if (keeps) kept.push(Buffer.from(chunk))
    sizeBytes += size
    if (!isPaced) return true
    void holdBack()
    return false
  }
  const buffer = Buffer.allocUnsafe(isPaced ? bufferBytes / 4 : bufferBytes)
  const onread = { buffer, callback: hear }
  const socket = connect({ port, host: '127.0.0.1', onread })
  const holdBack = async () => {
    const dueMs = startMs + (sizeBytes * 1000) / (wanted.bytesPerSecond ?? 1)
    await sleep(systemClock, Math.max(1, dueMs - systemClock.monotonicMs()))
    socket.resume()
  }
  const lines = Object.entries({ Host: 'bench', ...headers, Connection: 'close' })
  const asked = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.write(`GET ${path} HTTP/1.1\r\n${asked}\r\n`)
  const isWhole = await new Promise<boolean>((resolve) => {
    const patience = systemClock.after(withinMs, () => socket.destroy(new Error('too slow')))
    socket.on('error', () => resolve(false))
    socket.on('close', (hadError) => {
      patience.cancel()
      resolve(!hadError)
    })
  })
  if (!isWhole || head === '') return undefined
  const status = Number(head.slice(9, 12))
  const tookMs = systemClock.monotonicMs() - startMs
  return { status, head, sizeBytes, tookMs, raw: Buffer.concat(kept) }
}

/** The body of a kept answer, which came in chunks or in one piece. */
export function bodyOf({ head, raw }: Got): Buffer {
  const start = raw.indexOf('\r\n\r\n') + 4
  if (!/^transfer-encoding: chunked\r$/im.test(head.slice(0, start))) return raw.subarray(start)
  const pieces: Buffer[] = []
  for (let at = start; at < raw.length; ) {
    const lineEnd = raw.indexOf('\r\n', at)
    const size = Number.parseInt(raw.toString('latin1', at, lineEnd), 16)
    if (!(size > 0)) break
    pieces.push(raw.subarray(lineEnd + 2, lineEnd + 2 + size))
    at = lineEnd + 2 + size + 2
  }
  return Buffer.concat(pieces)
}
