import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { byName, type LabelPair, type ParsedFamily, type ParsedMetric } from '../text/family.ts'
import { renderPush } from '../text/render.ts'
import { ownLabels, seriesKey, storedMetrics } from './stored-metrics.ts'

const pairs: readonly LabelPair[] = [
  ['job', 'a "b"\\\n'],
  ['zone', ''],
]

const someNames = fc.constantFrom('x', 'x_count', '__proto__', 'é.b', 'of "it"', 'zz')

const someLabels = fc
  .uniqueArray(fc.tuple(someNames, fc.constantFrom('', 'v', 'le="1"', '} 1\n', '\\n')), {
    selector: ([name]) => name,
    maxLength: 4,
  })
  .map((labels) => [...labels].sort(byName))

const someValues = fc.double({ noNaN: true })

const someFamilies = fc
  .record({
    name: fc.constantFrom('m', 'm_sum', 'm.é', 'm "it"'),
    type: fc.constantFrom('counter', 'gauge', 'untyped', 'histogram', 'summary'),
    metrics: fc.uniqueArray(
      fc.record({ labels: someLabels, value: someValues, sum: someValues, count: fc.nat(1e9) }),
      { selector: ({ labels }) => seriesKey(labels), maxLength: 5 },
    ),
  })
  .map(({ name, type, metrics }): ParsedFamily => {
    return { name, type, help: 'x', metrics: metrics.map((metric) => shaped(type, metric)) }
  })

type Drawn = Pick<ParsedMetric, 'labels' | 'value' | 'sum' | 'count'>

/** With only what a metric of that type has; zero has no sign in the lines. */
function shaped(type: ParsedFamily['type'], { labels, value, sum, count }: Drawn): ParsedMetric {
  const bare = { labels, value: 0, count: 0, sum: 0, points: [] }
  if (type === 'histogram') {
    const points = [[0.5, 1] as const, [1e7, 2] as const, [Infinity, count] as const]
    return { ...bare, count, sum: sum + 0, points }
  }
  if (type === 'summary') return { ...bare, count, sum: sum + 0, points: [[0.25, value + 0]] }
  return { ...bare, value: value + 0 }
}

const inOrder = (metrics: readonly ParsedMetric[]) =>
  metrics
    .map((metric) => JSON.stringify({ ...metric, labels: ownLabels(metric.labels, pairs) }))
    .sort()

test('what was stored is read back as it was pushed, whatever its names and values', () => {
  fc.assert(
    fc.property(someFamilies, (family) => {
      const rendering = { group: { pairs, addsInstance: true }, pushedAtMs: 1 }
      const [rendered] = renderPush([family], { ...rendering, headOf: (head) => head })
      const read = rendered === undefined ? [] : storedMetrics(rendered.stored, pairs)
      expect(inOrder(read)).toEqual(inOrder(family.metrics))
    }),
    { numRuns: 500 },
  )
})

test('labels of the group and an empty instance are not of the series', () => {
  const labels: readonly LabelPair[] = [
    ['instance', ''],
    ['job', 'other'],
    ['of', ''],
  ]
  expect(ownLabels(labels, pairs)).toEqual([['of', '']])
  expect(ownLabels([['instance', 'i']], pairs)).toEqual([['instance', 'i']])
})
