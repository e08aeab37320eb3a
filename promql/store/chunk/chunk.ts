/**
 * A chunk: a few dozen consecutive samples of one series in as few bytes as they need, read as a
 * whole. Values are packed in the first form that holds them bit for bit.
 */
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { type Columns, isStale } from './columns.ts'
import { readIntegers, writeIntegers } from './integers.ts'
import { readTimes, writeTimes } from './times.ts'
import { readXor, writeXor } from './xor.ts'

/** No chunk holds more samples. */
export const samplesMax = 255

const valueForms = { constant: 0, integers: 1, xor: 2 } as const
const staleFlag = 16

/** Writes the first `count` of `columns`: their number, their form, the first time, the rest. */
export function writeChunk(to: ByteWriter, columns: Columns, count: number): void {
  const { times, values, bits } = columns
  const formAt = to.sizeBytes + 1
  to.byte(count)
  to.byte(0)
  to.float(times[0] ?? 0)
  const timeForm = writeTimes(to, times, count)
  const flags = anyStale(bits, count) ? staleFlag : 0
  to.patchByte(formAt, timeForm | (writeValues(to, { values, bits, count }) << 2) | flags)
}

function writeValues(
  to: ByteWriter,
  { values, bits, count }: Omit<Columns, 'times'> & { readonly count: number },
): number {
  if (isConstant(bits, count)) {
    to.whole32(bits[0] ?? 0)
    to.whole32(bits[1] ?? 0)
    return valueForms.constant
  }
  if (writeIntegers(to, values, count)) return valueForms.integers
  writeXor(to, bits, count)
  return valueForms.xor
}

/** How many samples the chunk at `at` holds. */
export const countAt = (bytes: Uint8Array, at: number) => bytes[at] ?? 0
/** Where in a chunk its first time stands. */
export const firstTimeOffset = 2

/** Unpacks the chunk that `from` stands at into `columns` from `at` on; says what it was. */
export function readChunk(
  from: ByteReader,
  columns: Columns,
  at: number,
): { readonly count: number; readonly hasStale: boolean } {
  const count = from.byte()
  const form = from.byte()
  columns.times[at] = from.float()
  readTimes(from, form & 3, { times: columns.times, at, count })
  const valueForm = (form >>> 2) & 3
  if (valueForm === valueForms.integers) readIntegers(from, { values: columns.values, at, count })
  else if (valueForm === valueForms.xor) readXor(from, { bits: columns.bits, at, count })
  else readConstant(from, columns.bits, { at, count })
  return { count, hasStale: (form & staleFlag) !== 0 }
}

function readConstant(
  from: ByteReader,
  bits: Uint32Array,
  { at, count }: { readonly at: number; readonly count: number },
): void {
  const low = from.whole32()
  const high = from.whole32()
  for (let i = at; i < at + count; i++) {
    bits[2 * i] = low
    bits[2 * i + 1] = high
  }
}

function isConstant(bits: Uint32Array, count: number): boolean {
  for (let i = 1; i < count; i++)
    if (bits[2 * i] !== bits[0] || bits[2 * i + 1] !== bits[1]) return false
  return true
}

function anyStale(bits: Uint32Array, count: number): boolean {
  for (let i = 0; i < count; i++) if (isStale(bits, i)) return true
  return false
}
