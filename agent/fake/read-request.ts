/** Takes a remote_write request apart, by a way of its own: what a receiver would see. */
import { uncompressSnappy } from '#lib/snappy'

export interface SeenSample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly atMs: number
}

type Field = readonly [tag: number, value: number | Buffer]

export function readRequest(body: Uint8Array): readonly SeenSample[] {
  const request = uncompressSnappy(body, 64 * 1024 * 1024)
  return fieldsOf(request).map(([, series]) => sampleOf(fieldsOf(series as Buffer)))
}

function sampleOf(fields: readonly Field[]): SeenSample {
  const parts = (tag: number) =>
    fields.filter(([found]) => found === tag).map(([, bytes]) => fieldsOf(bytes as Buffer))
  const [sample] = parts(0x12)
  const [[, value], [, atMs]] = sample as [[0x09, Buffer], [0x10, number]]
  const labels = parts(0x0a).map((pair) => pair.map(([, text]) => String(text)))
  return { labels: Object.fromEntries(labels), value: value.readDoubleLE(), atMs }
}

function fieldsOf(bytes: Buffer): readonly Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++] ?? 0
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  const take = (size: number) => {
    at += size
    return bytes.subarray(at - size, at)
  }
  while (at < bytes.length) {
    const tag = varint()
    const wire = tag & 7
    fields.push([tag, wire === 0 ? varint() : take(wire === 1 ? 8 : varint())])
  }
  return fields
}
