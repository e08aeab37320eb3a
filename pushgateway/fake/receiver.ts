/** A receiver of remote_write for tests; takes requests apart by itself, so that a fault shows. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { readBody } from '#lib/http/message'
import { listen } from '#lib/listen'
import { uncompressSnappy } from '#lib/snappy'

export interface ReceivedSample {
  /** `name{a="x"}` with labels in the order in which they came. */
  readonly series: string
  /** `stale` for the marker of Prometheus. */
  readonly value: number | 'stale'
  readonly atMs: number
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly words?: string
}

export interface TestReceiver {
  readonly url: string
  readonly requests: readonly { headers: IncomingHttpHeaders; samples: ReceivedSample[] }[]
  /** Of the requests that were answered with success, in order. */
  taken(): ReceivedSample[]
  /** Decides on the next requests; a promise holds the answer back. */
  answer: () => Answer | Promise<Answer>
  close(): Promise<void>
}

export async function openReceiver(): Promise<TestReceiver> {
  const requests: { headers: IncomingHttpHeaders; samples: ReceivedSample[]; isTaken: boolean }[] =
    []
  const server = createServer(async (request, response) => {
    const body = await readBody(request, 1 << 26)
    const samples = samplesIn(uncompressSnappy(body, 1 << 26))
    const entry = { headers: request.headers, samples, isTaken: false }
    requests.push(entry)
    const { status, headers = {}, words = '' } = await receiver.answer()
    entry.isTaken = status < 300
    response.writeHead(status, headers).end(words)
  })
  const { port } = await listen(server, { name: 'a test', address: '127.0.0.1:0', flag: 'none' })
  const receiver: TestReceiver = {
    url: `http://127.0.0.1:${port}/api/v1/write`,
    requests,
    taken: () => requests.filter(({ isTaken }) => isTaken).flatMap(({ samples }) => samples),
    answer: () => ({ status: 204 }),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}

type Field = readonly [number: number, value: Buffer | bigint]

/** Protobuf without a schema: sized fields and doubles as bytes, varints as numbers. */
function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const bytes = (size: number) => {
    if (at + size > message.length) throw new Error('A field goes over the end of its message')
    at += size
    return message.subarray(at - size, at)
  }
  while (at < message.length) {
    const tag = Number(varint())
    const wire = tag & 7
    if (wire !== 0 && wire !== 1 && wire !== 2) throw new Error(`Wire type ${wire}`)
    fields.push([tag >> 3, wire === 0 ? varint() : bytes(wire === 1 ? 8 : Number(varint()))])
  }
  return fields
}

const bytesOf = (fields: readonly Field[], wanted: number) =>
  fields.flatMap(([number, value]) => (number === wanted && Buffer.isBuffer(value) ? [value] : []))

function samplesIn(request: Buffer): ReceivedSample[] {
  return bytesOf(fieldsOf(request), 1).flatMap((message) => {
    const fields = fieldsOf(message)
    const pairs = bytesOf(fields, 1).map((pair) => {
      const texts = fieldsOf(pair)
      return [String(bytesOf(texts, 1)[0]), String(bytesOf(texts, 2)[0])] as const
    })
    const names = pairs.map(([name]) => Buffer.from(name))
    const isAfter = (name: Buffer, other = Buffer.alloc(0)) => Buffer.compare(other, name) < 0
    if (!names.every((name, i) => isAfter(name, names[i - 1])))
      throw new Error(`Labels out of order: ${pairs.join(' ')}`)
    const labels = pairs.filter(([name]) => name !== '__name__').map(([n, v]) => `${n}="${v}"`)
    const name = pairs.find(([label]) => label === '__name__')?.[1]
    return bytesOf(fields, 2).map((sample) => sampleOf(`${name}{${labels.join(',')}}`, sample))
  })
}

function sampleOf(series: string, message: Buffer): ReceivedSample {
  const fields = fieldsOf(message)
  const double = bytesOf(fields, 1)[0] ?? Buffer.alloc(8)
  const atMs = Number(fields.find(([number]) => number === 2)?.[1] ?? 0n)
  const isStale = double.readBigUInt64LE() === 0x7ff0000000000002n
  return { series, value: isStale ? 'stale' : double.readDoubleLE(), atMs }
}
