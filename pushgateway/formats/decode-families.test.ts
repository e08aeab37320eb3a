import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { WireWriter } from '#lib/wire-writer'
import { decodeFamilies } from './decode-families.ts'
import { encodeMetric, encodeValue } from './encode-metric.ts'
import { writeExemplar, writeTimestamp } from './exemplar.ts'
import { encodeFamilies, someFamilies } from './fake/families.ts'
import { parsePush } from './parse-push.ts'
import * as tags from './schema.ts'
import { WireReader } from './wire-reader.ts'

const contentType =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited'
const formats = { contentType, openMetrics: false, utf8Names: false }

const gauge = (labels: [string, string][], value = 1) => ({
  labels,
  value,
  count: 0,
  sum: 0,
  points: [],
})

const family = (metrics: ReturnType<typeof gauge>[], name = 'm') =>
  ({ name, type: 'gauge', help: undefined, metrics }) as const

/** A family `h` of type histogram whose one metric holds what `write` writes. */
function histogram(write: (to: WireWriter) => void): Buffer {
  const metric = { ...gauge([]), proto: encodeValue('histogram', write) }
  return encodeFamilies([{ name: 'h', type: 'histogram', help: undefined, metrics: [metric] }])
}

function malformedReason(body: Buffer): string {
  try {
    decodeFamilies(body)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was taken')
}

test('whatever families are encoded are decoded again', () => {
  fc.assert(
    fc.property(someFamilies, (families) => {
      expect(decodeFamilies(encodeFamilies(families))).toEqual({ families, timestamped: false })
    }),
  )
})

test('a body cut anywhere is refused or ends between two families', () => {
  fc.assert(
    fc.property(someFamilies, fc.double({ min: 0, max: 1, noNaN: true }), (families, share) => {
      const whole = encodeFamilies(families)
      const cut = whole.subarray(0, Math.floor(share * whole.length))
      const ends = families.map((_, i) => encodeFamilies(families.slice(0, i)).length)
      if (ends.includes(cut.length) || cut.length === whole.length)
        expect(decodeFamilies(cut).families.length).toBeLessThanOrEqual(families.length)
      else expect(malformedReason(cut)).toBe('unexpected EOF')
    }),
  )
})

test('a body with wrong bytes is decoded or refused in words, and nothing else happens', () => {
  const someDamage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), {
    minLength: 1,
    maxLength: 4,
  })
  fc.assert(
    fc.property(someFamilies, someDamage, (families, damage) => {
      const body = encodeFamilies(families)
      for (const [at, byte] of damage) if (body.length > 0) body[at % body.length] = byte
      try {
        parsePush(body, formats)
      } catch (error) {
        expect(error).toMatchObject({ code: 'PUSHGATEWAY_PROTOBUF_MALFORMED', status: 400 })
      }
    }),
    { numRuns: 2000 },
  )
})

test('any bytes are decoded or refused in words', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        parsePush(Buffer.from(bytes), formats)
      } catch (error) {
        expect(error).toMatchObject({ code: 'PUSHGATEWAY_PROTOBUF_MALFORMED' })
      }
    }),
    { numRuns: 5000 },
  )
})

test('the later of two families of a name counts, and one without metrics is nothing', () => {
  const body = encodeFamilies([family([gauge([], 1)]), family([gauge([], 2)]), family([], 'n')])
  expect(decodeFamilies(body).families).toEqual([family([gauge([], 2)])])
})

test('a type that is said behind the metrics counts as well', () => {
  const message = new WireWriter()
  message.sized(tags.family.metric, encodeMetric('gauge', gauge([], 3), []))
  message.varint(tags.family.type)
  message.varint(1)
  message.text(tags.family.name, 'm')
  const body = Buffer.concat([Buffer.from([message.sizeBytes]), message.take()])
  expect(decodeFamilies(body).families).toEqual([family([gauge([], 3)])])
})

test('a timestamp is noticed', () => {
  const body = Buffer.from('GgoCcGcSAkcuGAEiDhIJCQAAAAAAAPA/MOgH', 'base64')
  expect(decodeFamilies(body).timestamped).toBe(true)
})

test('labels are sorted by name', () => {
  const body = encodeFamilies([
    family([
      gauge([
        ['b', '1'],
        ['a', '2'],
      ]),
    ]),
  ])
  expect(decodeFamilies(body).families[0]?.metrics[0]?.labels).toEqual([
    ['a', '2'],
    ['b', '1'],
  ])
})

test.each([
  [
    [
      ['a', '1'],
      ['a', '2'],
    ],
    'has two or more labels with the same name: a',
  ],
  [[['__x', '1']], 'has a label with an invalid name: __x'],
  [[['', '1']], 'has a label with an invalid name: '],
] as [[string, string][], string][])('labels %j are refused', (labels, why) => {
  expect(parsePush(encodeFamilies([family([gauge(labels)])]), formats).refusal).toContain(why)
})

test('a value of another type than that of the family is refused', () => {
  const metric = { ...gauge([]), proto: encodeValue('counter', (to) => to.byte(0)) }
  const body = encodeFamilies([family([metric])])
  expect(() => decodeFamilies(body)).toThrow()
  const empty = { ...gauge([]), proto: encodeValue('counter', () => undefined) }
  expect(parsePush(encodeFamilies([family([empty])]), formats).refusal).toContain('is not a GAUGE')
})

test('a label value that is no UTF-8 is refused', () => {
  const body = encodeFamilies([family([gauge([['a', 'xyz']])])])
  body[body.indexOf('xyz')] = 0xff
  expect(parsePush(body, formats)).toMatchObject({ families: [] })
  expect(parsePush(body, formats).refusal).toContain('is not utf8')
})

test('exemplars and created times are kept as they came', () => {
  const exemplar = { labels: [['trace', 'x']] as [string, string][], value: 1.5, seconds: 12.25 }
  const proto = encodeValue('counter', (to) => {
    to.varint(tags.scalar.value)
    to.double(7)
    to.nested(tags.scalar.exemplar, () => writeExemplar(to, exemplar))
    to.nested(tags.scalar.created, () => writeTimestamp(to, 1.5e9))
  })
  const metrics = [{ ...gauge([['a', 'b']], 7), proto }]
  const body = encodeFamilies([{ name: 'c', type: 'counter', help: 'C.', metrics }])
  expect(decodeFamilies(body).families[0]?.metrics).toEqual(metrics)
})

test('counts as floats stand above whole ones', () => {
  const body = histogram((to) => {
    to.varint(tags.histogram.count)
    to.varint(3)
    to.varint(tags.histogram.countFloat)
    to.double(2.5)
    to.nested(tags.histogram.bucket, () => {
      to.varint(tags.bucket.countFloat)
      to.double(1.5)
      to.varint(tags.bucket.upperBound)
      to.double(10)
    })
  })
  const metric = decodeFamilies(body).families[0]?.metrics[0]
  expect(metric).toMatchObject({ count: 2.5, points: [[10, 1.5]] })
  expect(metric?.proto).toBeInstanceOf(Buffer)
})

test('an exemplar that cannot be read is refused with its histogram', () => {
  const body = histogram((to) => to.text(tags.histogram.exemplar, 'not a message'))
  expect(malformedReason(body)).toBe('proto: cannot parse invalid wire-format data')
})

test('numbers of every size are read as they were written', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (value) => {
      const to = new WireWriter(1)
      to.varint(value)
      expect(new WireReader(to.take()).varint()).toBe(value)
    }),
  )
})
