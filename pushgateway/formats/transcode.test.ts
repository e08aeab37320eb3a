import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { WireWriter } from '#lib/wire-writer'
import type { FamilyHead, ParsedFamily } from '../text/family.ts'
import { renderPush } from '../text/render.ts'
import { encodeMetric } from './encode-metric.ts'
import { someFamilies } from './fake/families.ts'
import { readNumber } from './number.ts'
import { Transcoder } from './transcode.ts'

const headOf = (head: FamilyHead) => head

/** What the transcoder makes of the lines of a family, metric by metric. */
function transcoded(family: ParsedFamily): Buffer[] {
  const group = { pairs: [], addsInstance: false }
  return renderPush([family], { group, pushedAtMs: 0, headOf }).flatMap(({ stored }) => {
    const transcoder = new Transcoder(stored.head)
    return Array.from({ length: stored.metricCount }, (_, i) => {
      const to = new WireWriter(1)
      const size = transcoder.measure(stored.metric(i), 0)
      transcoder.write(to)
      expect(to.sizeBytes).toBe(size)
      return to.take()
    })
  })
}

const inOneOrder = (messages: readonly Buffer[]) =>
  messages.map((bytes) => bytes.toString('hex')).sort()

/** Text always has the last bucket. */
function complete(family: ParsedFamily): ParsedFamily {
  if (family.type !== 'histogram') return family
  const metrics = family.metrics.map((metric) => {
    const hasLast = metric.points.some(([bound]) => bound === Infinity)
    const last = [Infinity, metric.count] as const
    return hasLast ? metric : { ...metric, points: [...metric.points, last] }
  })
  return { ...family, metrics }
}

function expectSame(family: ParsedFamily): void {
  const { type, metrics } = complete(family)
  const wanted = metrics.map((metric) => encodeMetric(type, metric, metric.labels))
  expect(inOneOrder(transcoded(family))).toEqual(inOneOrder(wanted))
}

test('lines become the message that their metric would have been written as', () => {
  fc.assert(
    fc.property(someFamilies, (families) => families.forEach(expectSame)),
    { numRuns: 500 },
  )
})

test.each(['a.b', 'with "quotes"', 'back\\slash\nline', 'é', '{', '1st'])(
  'so do lines of a metric and a label named %j',
  (name) => {
    const value = { value: 1, count: 2, sum: 3, points: [[0.5, 1]] as const }
    const labels = [
      [name, `${name} "\\`],
      ['x', 'y'],
    ] as [string, string][]
    labels.sort(([a], [b]) => (a < b ? -1 : 1))
    for (const type of ['gauge', 'histogram', 'summary'] as const)
      expectSame({ name, type, help: undefined, metrics: [{ labels, ...value }] })
  },
)

test('numbers are read as they are written', () => {
  const check = (text: string) => {
    const bytes = Buffer.from(` ${text}\n`)
    expect(readNumber(bytes, 1, bytes.length - 1)).toBe(Number(text))
  }
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => check(String(value + 0))))
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), (value) => check(String(value / 1e4))))
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => check(String(value))))
})
