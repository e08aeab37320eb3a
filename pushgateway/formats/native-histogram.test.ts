import { expect, test } from '@jest/globals'
import { WireWriter } from '#lib/wire-writer'
import { bucketsOf, faultOf, readNative } from './native-histogram.ts'
import { histogram, native, span } from './schema.ts'
import { WireReader } from './wire-reader.ts'

interface Given {
  readonly count: number
  readonly schema?: number
  readonly zeros?: number
  readonly threshold?: number
  readonly spans: readonly (readonly [offset: number, length: number])[]
  readonly deltas: readonly number[]
  readonly side?: 'negative' | 'positive'
}

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value)

function read({ count, schema = 0, zeros = 0, threshold = 0, spans, deltas, side }: Given) {
  const to = new WireWriter()
  const isNegative = side === 'negative'
  to.varint(histogram.count)
  to.varint(count)
  to.varint(native.schema)
  to.varint(zigzag(schema))
  to.varint(native.zeroThreshold)
  to.double(threshold)
  to.varint(native.zeroCount)
  to.varint(zeros)
  for (const [offset, length] of spans)
    to.nested(isNegative ? native.negativeSpan : native.positiveSpan, () => {
      to.varint(span.offset)
      to.varint(zigzag(offset))
      to.varint(span.length)
      to.varint(length)
    })
  to.nested(isNegative ? native.negativeDeltas : native.positiveDeltas, () => {
    for (const delta of deltas) to.varint(zigzag(delta))
  })
  return readNative(new WireReader(to.take()))
}

test('buckets are shown from the lowest up, without the empty ones', () => {
  const given = {
    count: 6,
    spans: [
      [0, 2],
      [1, 1],
    ] as const,
    deltas: [2, -2, 3],
    zeros: 1,
  }
  expect(bucketsOf(read({ ...given, threshold: 0.25 }))).toEqual([
    [3, '-0.25', '0.25', '1'],
    [0, '0.5', '1', '2'],
    [0, '4', '8', '3'],
  ])
  expect(bucketsOf(read({ ...given, side: 'negative' }))).toEqual([
    [1, '-8', '-4', '3'],
    [1, '-1', '-0.5', '2'],
    [3, '-0', '0', '1'],
  ])
})

test.each([
  [-4, '1.52587890625e-05', '1'],
  [-1, '0.25', '1'],
  [1, '0.7071067811865475', '1'],
  [8, '0.9972960560854698', '1'],
])('with schema %i the bucket that ends at one begins at %s', (schema, lower, upper) => {
  const one = read({ schema, count: 1, spans: [[0, 1]], deltas: [1] })
  expect(bucketsOf(one)).toEqual([[0, lower, upper, '1']])
})

test('the highest bucket ends at the greatest float', () => {
  const [bucket] = bucketsOf(read({ count: 1, spans: [[1024, 1]], deltas: [1] }))
  expect(bucket?.[2]).toBe('1.7976931348623157e+308')
})

test.each([
  [{ count: 5, spans: [[1, 2]], deltas: [2, 1] }, undefined],
  [{ count: 4, spans: [[1, 2]], deltas: [2, 1] }, '5 observations found in buckets'],
  [{ count: 5, spans: [[1, 3]], deltas: [2, 1] }, 'spans need 3 buckets, have 2 buckets'],
  [{ count: 5, spans: [[1, 4_000_000_000]], deltas: [2] }, 'spans need 4000000000 buckets'],
  [{ count: 1, spans: [[1, 2]], deltas: [2, -3] }, 'bucket number 2 has observation count of -1'],
  [
    {
      count: 5,
      spans: [
        [1, 1],
        [-1, 1],
      ],
      deltas: [2, 1],
    },
    'span number 2 has a negative offset',
  ],
  [{ count: 0, spans: [], deltas: [], schema: 9 }, 'histogram schema 9 is not in -4 to 8'],
] as [Given, string | undefined][])('%j is judged as Prometheus judges it', (given, why) => {
  const fault = faultOf(read(given))
  if (why === undefined) expect(fault).toBeUndefined()
  else expect(fault).toContain(why)
})
