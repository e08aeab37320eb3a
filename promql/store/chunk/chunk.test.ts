import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { readChunk, writeChunk } from './chunk.ts'
import { createColumns, isStale, writeStale } from './columns.ts'

/** A value of undefined is a stale marker. */
type Point = readonly [atMs: number, value: number | undefined]

function pack(points: readonly Point[]): Buffer {
  const columns = createColumns(points.length)
  points.forEach(([atMs, value], i) => {
    columns.times[i] = atMs
    if (value === undefined) writeStale(columns.bits, i)
    else columns.values[i] = value
  })
  const writer = new ByteWriter()
  writeChunk(writer, columns, points.length)
  return writer.take()
}

/** Behind other samples and before other bytes, as in a page. */
function unpack(bytes: Buffer): Point[] {
  const reader = new ByteReader(Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3, 0xff)]))
  reader.raw(3)
  const columns = createColumns(300)
  const { count, hasStale } = readChunk(reader, columns, 7)
  expect(reader.at).toBe(3 + bytes.length)
  const points = Array.from({ length: count }, (_, i): Point => {
    const value = isStale(columns.bits, 7 + i) ? undefined : columns.values[7 + i]
    return [columns.times[7 + i]!, value]
  })
  expect(hasStale).toBe(points.some(([, value]) => value === undefined))
  return points
}

const everyQuarter = (values: readonly (number | undefined)[]) =>
  values.map((value, i): Point => [1_763_712_345_678 + i * 15_000, value])

const bytesPerSample = (values: readonly number[]) =>
  pack(everyQuarter(values)).length / values.length

const steps = fc.oneof(
  fc.constant(15_000),
  fc.integer({ min: 14_900, max: 15_100 }),
  fc.integer({ min: 1, max: 2 ** 40 }),
)
const shapes: readonly fc.Arbitrary<number>[] = [
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(0, 1),
  fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53, -(2 ** 50), 1e300),
  fc.integer({ min: -1e6, max: 1e6 }).map((whole) => whole / 1000),
  fc.integer({ min: -1e6, max: 1e6 }).map((whole) => whole * 4096 + 7),
  fc.integer({ min: -1e3, max: 1e3 }).map((whole) => whole * 2 ** 34),
  fc.integer({ min: 0, max: 999 }).map((whole) => 0.1 * whole),
]
const points = fc
  .tuple(fc.constantFrom(...shapes), fc.constantFrom(0, 0, 0.1), fc.maxSafeInteger())
  .chain(([values, staleRate, startMs]) =>
    fc
      .array(fc.tuple(steps, values, fc.double({ min: 0, max: 1, noNaN: true })), {
        minLength: 1,
        maxLength: 40,
      })
      .map((given) => {
        let atMs = Math.trunc(startMs / 2)
        return given.map(([step, value, luck]): Point => {
          atMs += step
          return [atMs, luck < staleRate ? undefined : value]
        })
      }),
  )

test('what is packed comes back bit for bit, whatever it is', () => {
  fc.assert(
    fc.property(points, (given) => {
      expect(unpack(pack(given))).toEqual(given)
    }),
    { numRuns: 3000 },
  )
})

test('what machines measure takes a byte or two a sample', () => {
  const range = Array.from({ length: 32 }, (_, i) => i)
  expect(bytesPerSample(range.map(() => 1e12))).toBeLessThan(0.8)
  expect(bytesPerSample(range.map((i) => 7e9 + 4096 * i))).toBeLessThan(1)
  expect(bytesPerSample(range.map((i) => 7e9 + 1000 * i + ((i * 37) % 100)))).toBeLessThan(2)
  expect(bytesPerSample(range.map((i) => 7e9 + 4096 * ((i * 37) % 100)))).toBeLessThan(2)
  expect(bytesPerSample(range.map((i) => 36.5 + ((i * 7) % 10) / 10))).toBeLessThan(1.5)
  expect(bytesPerSample(range.map((i) => Math.sin(i)))).toBeLessThan(9)
})

test('a marker of the end is no other NaN', () => {
  expect(unpack(pack(everyQuarter([1, undefined, Number.NaN])))).toEqual(
    everyQuarter([1, undefined, Number.NaN]),
  )
})
