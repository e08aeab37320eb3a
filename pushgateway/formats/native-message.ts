/** Finds the native histogram in a stored `Metric`. */
import { type NativeHistogram, readNative } from './native-histogram.ts'
import { valueTags } from './schema.ts'
import { WireReader } from './wire-reader.ts'

/** Undefined where it has classic buckets only. */
export function nativeOf(message: Buffer): NativeHistogram | undefined {
  const reader = new WireReader(message)
  while (reader.more()) {
    const tag = reader.tag()
    if (tag !== valueTags.histogram) {
      reader.skip(tag)
      continue
    }
    reader.enter()
    const read = readNative(reader)
    const hasBuckets = read.negative.spans.length + read.positive.spans.length > 0
    return hasBuckets ? read : undefined
  }
  return undefined
}
