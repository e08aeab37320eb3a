import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { SampleDecoder, SampleEncoder } from './sample-code.ts'

const someSamples = fc.array(
  fc.record({
    series: fc.nat(4),
    atMs: fc.integer({ min: -1e13, max: 1e13 }),
    value: fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, 1, -0)),
    origin: fc.constantFrom(undefined, 'a', 'b'),
  }),
  { minLength: 1, maxLength: 30 },
)

test('what is written comes back, frame by frame', () => {
  fc.assert(
    fc.property(fc.array(someSamples, { minLength: 1, maxLength: 4 }), (frames) => {
      const encoder = new SampleEncoder()
      const numbers = new Map<number, number>()
      const decoder = new SampleDecoder()
      const named: string[] = []
      for (const samples of frames) {
        const to = new ByteWriter()
        encoder.beginFrame()
        for (const { series, ...sample } of samples) {
          const number = numbers.get(series) ?? encoder.series(to, { name: `s${series}` })
          numbers.set(series, number)
          encoder.sample(to, number, sample)
        }
        const found: object[] = []
        decoder.frame(new ByteReader(to.take()), {
          series: ({ name }) => named.push(name!),
          sample: (series, { atMs, value, origin }) =>
            found.push({ series: Number(named[series]!.slice(1)), atMs, value, origin }),
        })
        expect(found).toEqual(samples)
      }
    }),
    { numRuns: 500 },
  )
})

test('a sample like the one before takes a byte, one that counts up a few', () => {
  const encoder = new SampleEncoder()
  const to = new ByteWriter()
  const write = (value: number, atMs: number) => {
    const before = to.sizeBytes
    encoder.sample(to, 0, { value, atMs, origin: 'x' })
    return to.sizeBytes - before
  }
  encoder.beginFrame()
  encoder.series(to, { name: 'a' })
  write(1000, 1e12)
  encoder.beginFrame()
  expect(write(1000, 0)).toBeLessThanOrEqual(4)
  encoder.beginFrame()
  expect(write(1001, 0)).toBeLessThanOrEqual(7)
})
