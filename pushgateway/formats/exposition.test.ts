import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { LabelPair, ParsedFamily, ParsedMetric } from '../text/family.ts'
import { renderHead } from '../text/render.ts'
import { parseText } from '../text/text-parser.ts'
import { decodeFamilies } from './decode-families.ts'
import { encodeValue } from './encode-metric.ts'
import { writeExemplar } from './exemplar.ts'
import { encodeFamilies, someFamilies } from './fake/families.ts'
import { type FakeGroup, scraped } from './fake/scraped.ts'
import { namedFamilies } from './named-families.ts'
import { type Escaping, escapings, isPlain } from './names.ts'
import { protobufExposition } from './protobuf-exposition.ts'
import { scalar } from './schema.ts'

async function protobuf(groups: readonly FakeGroup[], escaping: Escaping) {
  const chunks: Buffer[] = []
  for await (const chunk of protobufExposition(namedFamilies(scraped(groups), escaping)))
    chunks.push(chunk)
  return decodeFamilies(Buffer.concat(chunks)).families
}

async function text(groups: readonly FakeGroup[], escaping: Escaping): Promise<string> {
  let all = ''
  for await (const { head, pieces } of namedFamilies(scraped(groups), escaping)) {
    all += renderHead(head)
    for (const { bytes } of pieces()) all += bytes.toString()
  }
  return all
}

const gauge = (name: string, ...labels: [string, string][]): ParsedFamily => ({
  name,
  type: 'gauge',
  help: undefined,
  metrics: [{ labels, value: 1, count: 0, sum: 0, points: [] }],
})

const one = (...families: ParsedFamily[]): FakeGroup[] => [{ pairs: [], families }]

const withoutComments = (lines: string) => lines.replace(/^#.*\n/gm, '')

test('what was pushed is what a scrape in protobuf says', async () => {
  await fc.assert(
    fc.asyncProperty(someFamilies, async (families) => {
      const pushed = decodeFamilies(encodeFamilies(families)).families
      const shown = await protobuf(one(...pushed), 'underscores')
      expect(shown.map(ordered)).toEqual(families.map(complete).map(ordered))
    }),
  )
})

/** Text always has the last bucket. */
function complete(family: ParsedFamily): ParsedFamily {
  if (family.type !== 'histogram') return family
  const last = (metric: ParsedMetric) => [Infinity, metric.count] as const
  const metrics = family.metrics.map((metric) =>
    metric.points.some(([bound]) => bound === Infinity)
      ? metric
      : { ...metric, points: [...metric.points, last(metric)] },
  )
  return { ...family, metrics }
}

const ordered = (family: ParsedFamily) => ({
  ...family,
  metrics: [...family.metrics].sort((a, b) =>
    JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1,
  ),
})

test('what text cannot say goes through as it came, with the labels of the group', async () => {
  const exemplar = { labels: [['trace', 'x']] as LabelPair[], value: 1, seconds: 2 }
  const proto = encodeValue('counter', (to) => {
    to.varint(scalar.value)
    to.double(7)
    to.nested(scalar.exemplar, () => writeExemplar(to, exemplar))
  })
  const metric = { labels: [['a.b', '1']] as LabelPair[], value: 7, count: 0, sum: 0, points: [] }
  const family = { name: 'c', type: 'counter', help: undefined } as const
  const groups = [
    {
      pairs: [['job', 'j']] as LabelPair[],
      families: [{ ...family, metrics: [{ ...metric, proto }] }],
    },
  ]
  const [shown] = await protobuf(groups, 'underscores')
  expect(shown?.metrics).toEqual([
    {
      ...metric,
      labels: [
        ['a_b', '1'],
        ['job', 'j'],
      ],
      proto,
    },
  ])
})

test.each([
  ['underscores', 'a_b{c_d="e\\"f"} 1\n'],
  ['dots', 'a_dot_b{c_dot_d="e\\"f"} 1\n'],
  ['values', 'U__a_2e_b{U__c_2e_d="e\\"f"} 1\n'],
  ['allow-utf-8', '{"a.b","c.d"="e\\"f"} 1\n'],
] as const)('names are written with %s', async (escaping, wanted) => {
  const lines = await text(one(gauge('a.b', ['c.d', 'e"f'])), escaping)
  expect(withoutComments(lines)).toBe(wanted)
})

test('with dots the underscores of plain names are written twice', async () => {
  const lines = await text(one(gauge('my_name', ['my_label', 'my_value'])), 'dots')
  expect(lines).toBe('# TYPE my__name gauge\nmy__name{my__label="my_value"} 1\n')
})

test('all lines of a compound metric are renamed, its points are not', async () => {
  const metric = { labels: [['l.x', 'v']] as LabelPair[], value: 0, count: 2, sum: 3 }
  const points = [[0.5, 1]] as const
  const family = { type: 'histogram', help: undefined, metrics: [{ ...metric, points }] } as const
  expect(await text(one({ ...family, name: 'h.x' }), 'underscores')).toBe(
    [
      '# TYPE h_x histogram',
      'h_x_bucket{l_x="v",le="0.5"} 1',
      'h_x_bucket{l_x="v",le="+Inf"} 2',
      'h_x_sum{l_x="v"} 3',
      'h_x_count{l_x="v"} 2\n',
    ].join('\n'),
  )
})

test('of families that would get one name, the plain one keeps it', async () => {
  const lines = await text(
    one(gauge('a.b'), gauge('a-b'), gauge('a_b'), gauge('c.d')),
    'underscores',
  )
  expect(withoutComments(lines).split('\n').sort()).toEqual([
    '',
    'U__a_2d_b 1',
    'U__a_2e_b 1',
    'a_b 1',
    'c_d 1',
  ])
})

test('neither do they get the name of a sample of another family', async () => {
  const metrics = [{ labels: [], value: 0, count: 2, sum: 3, points: [] }]
  const histogram = { name: 'h', type: 'histogram', help: undefined, metrics } as const
  const lines = await text(one(histogram, gauge('h.count')), 'underscores')
  expect(lines).toContain('\nU__h_2e_count 1\n')
})

test('no label gets a reserved name', async () => {
  const lines = await text(one(gauge('m', ['..name..', 'x'])), 'underscores')
  expect(withoutComments(lines)).toBe('m{U___2e__2e_name_2e__2e_="x"} 1\n')
})

test('series of a family that differ in names of labels only stay two', async () => {
  const groups = [
    { pairs: [], families: [gauge('m', ['a.b', '1'])] },
    ...one(gauge('m', ['a_b', '1'])),
  ]
  expect(withoutComments(await text(groups, 'underscores'))).toBe(
    'm{U__a_2e_b="1"} 1\nm{a_b="1"} 1\n',
  )
})

const someName = fc.constantFrom('a_b', 'a.b', 'a-b', 'h', 'h.count', 'U__a_2e_b', 'é', '1')
const someLabels = fc
  .uniqueArray(fc.constantFrom('a_b', 'a.b', 'a:b', 'U__a_2e_b', 'é'), { maxLength: 3 })
  .map((names) => names.sort().map((name): LabelPair => [name, '1']))
const someGroups = fc
  .uniqueArray(
    fc.record({
      name: someName,
      sets: fc.uniqueArray(someLabels, { selector: String, minLength: 1, maxLength: 4 }),
    }),
    {
      selector: ({ name }) => name,
      maxLength: 6,
    },
  )
  .map((families) =>
    one(
      ...families.map(
        ({ name, sets }): ParsedFamily => ({
          name,
          type: name === 'h' ? 'histogram' : 'gauge',
          help: undefined,
          metrics: sets.map((labels) => ({ labels, value: 1, count: 1, sum: 1, points: [] })),
        }),
      ),
    ),
  )

test('whatever names clash, a scrape has each series once, under names that everybody reads', async () => {
  await fc.assert(
    fc.asyncProperty(someGroups, fc.constantFrom(...escapings), async (groups, escaping) => {
      const lines = await text(groups, escaping)
      const pushed = groups.flatMap(({ families }) => families)
      const shown = parseText(Buffer.from(lines), { utf8Names: true }).families
      expect(count(shown)).toBe(count(pushed))
      const series = withoutComments(lines)
        .split('\n')
        .filter((line) => line !== '')
      expect(new Set(series).size).toBe(series.length)
      const types = lines.match(/^# TYPE .*$/gm) ?? []
      expect(new Set(types).size).toBe(pushed.length)
      if (escaping === 'allow-utf-8') return
      for (const { name, metrics } of shown) {
        expect(isPlain(name, 'metric')).toBe(true)
        for (const { labels } of metrics)
          for (const [label] of labels) expect(isPlain(label, 'label')).toBe(true)
      }
      expect((await protobuf(groups, escaping)).map(ordered)).toEqual(shown.map(ordered))
    }),
  )
})

const count = (families: readonly ParsedFamily[]) =>
  families.reduce((sum, { metrics }) => sum + metrics.length, 0)
