/** Write requests, straight into one buffer: it must not take the time of what is measured. */
import { compressSnappy } from '#lib/snappy'

const sampleBytes = 16
const requestBytes = 2 * 1024 * 1024

export function createSeriesWriter() {
  const buffer = Buffer.alloc(2 * requestBytes)
  let to = 0
  const varint = (value: number) => {
    let rest = value
    for (; rest > 127; rest = Math.floor(rest / 128)) buffer[to++] = (rest % 128) | 128
    buffer[to++] = rest
  }
  return {
    isFull: () => to > requestBytes,
    series(labels: Buffer, samples: number) {
      buffer[to++] = 0x0a
      varint(labels.length + samples * (2 + sampleBytes))
      to += labels.copy(buffer, to)
    },
    sample(atMs: number, value: number) {
      buffer[to++] = 0x12
      buffer[to++] = sampleBytes
      buffer[to++] = 0x09
      to = buffer.writeDoubleLE(value, to)
      buffer[to++] = 0x10
      varint(atMs)
    },
    take() {
      const body = Buffer.from(compressSnappy(buffer.subarray(0, to)))
      to = 0
      return body
    },
  }
}
