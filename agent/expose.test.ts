import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { MetricFamily, MetricType, Sample } from '#api/sample'
import { createRenderer } from './expose.ts'

const render = (families: readonly MetricFamily[]) => String(createRenderer().render(families))

const family = (name: string, samples: readonly Sample[], help = 'Help.'): MetricFamily => ({
  name,
  type: 'gauge',
  help,
  samples,
})

test('families come by name, each with one HELP and one TYPE, samples in their order', () => {
  const b = family('b', [
    { name: 'b', labels: { y: '2', x: '1' }, value: 1.5 },
    { name: 'b', labels: {}, value: 2 },
  ])
  expect(render([b, family('a', [{ name: 'a', labels: {}, value: 0 }])])).toBe(
    '# HELP a Help.\n# TYPE a gauge\na 0\n' +
      '# HELP b Help.\n# TYPE b gauge\nb{x="1",y="2"} 1.5\nb 2\n',
  )
})

test('families of one name are one, and a series that comes twice is written once', () => {
  const sample = (device: string, value: number) => ({ name: 'm', labels: { device }, value })
  const families = [
    family('m', [sample('a', 1), sample('a', 2)], 'First.'),
    family('m', [sample('a', 3), sample('b', 4)], 'Second.'),
  ]
  expect(render(families)).toBe(
    '# HELP m First.\n# TYPE m gauge\nm{device="a"} 1\nm{device="b"} 4\n',
  )
})

test('a family without samples is not written', () => {
  expect(render([family('empty', [])])).toBe('')
})

test('values beyond numbers are spelled as the format spells them', () => {
  const values = [Number.NaN, Infinity, -Infinity, -0, 1e21, 1e-7]
  const samples = values.map((value, i) => ({ name: 'm', labels: { i: String(i) }, value }))
  const lines = render([family('m', samples)])
    .split('\n')
    .slice(2, -1)
  expect(lines.map((line) => line.split(' ')[1])).toEqual([
    'NaN',
    '+Inf',
    '-Inf',
    '-0',
    '1e+21',
    '1e-7',
  ])
})

test('what is written can be read again: any label value, help and number', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/)
  const labels = fc.dictionary(name, fc.string({ unit: 'grapheme', maxLength: 12 }), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  const awkward = fc.oneof(labels, fc.record({ l: fc.stringMatching(/^[\\"\n{},= ]{0,6}$/) }))
  const families = fc.uniqueArray(
    fc.record({
      name,
      type: fc.constantFrom<MetricType>('counter', 'gauge', 'untyped'),
      help: fc.string({ maxLength: 12 }).map((text) => text.replaceAll('\r', '')),
      series: fc.uniqueArray(fc.record({ labels: awkward, value: fc.double() }), {
        selector: ({ labels }) => JSON.stringify(Object.entries(labels).sort()),
        minLength: 1,
        maxLength: 4,
      }),
    }),
    { selector: (one) => one.name, maxLength: 4 },
  )
  fc.assert(
    fc.property(families, (given) => {
      const written = given.map(({ series, ...rest }) => ({
        ...rest,
        samples: series.map((sample) => ({ name: rest.name, ...sample })),
      }))
      expect(byName(parse(render(written)))).toEqual(byName(written))
    }),
    { numRuns: 500 },
  )
})

const byName = (families: readonly MetricFamily[]) =>
  Object.fromEntries(
    families.map(({ name, samples, ...rest }) => [
      name,
      { ...rest, samples: samples.map(({ labels, value }) => [sorted(labels), value]) },
    ]),
  )
const sorted = (labels: Sample['labels']) => Object.entries(labels).sort()

/** Reads the text format as its description has it, a letter at a time. */
function parse(text: string): MetricFamily[] {
  const families = new Map<string, { help: string; type: MetricType; samples: Sample[] }>()
  for (const line of text.split('\n').slice(0, -1)) {
    const [, what, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line) ?? []
    const known = families.get(name)
    if (what === 'HELP') families.set(name, { help: unescaped(rest), type: 'untyped', samples: [] })
    else if (what === 'TYPE') families.set(name, { ...known!, type: rest as MetricType })
    else families.get(/^\w+/.exec(line)![0])!.samples.push(parseSample(line))
  }
  return [...families].map(([name, rest]) => ({ name, ...rest }))
}

function parseSample(line: string): Sample {
  const name = /^\w+/.exec(line)![0]
  const labels: Record<string, string> = {}
  let at = name.length
  if (line[at] === '{')
    while (line[at] !== '}') {
      const label = /^\w+/.exec(line.slice(at + 1))![0]
      let end = at + label.length + 3
      while (line[end] !== '"') end += line[end] === '\\' ? 2 : 1
      labels[label] = unescaped(line.slice(at + label.length + 3, end))
      at = end + 1
    }
  const number = line.slice(line[at] === '}' ? at + 2 : at + 1)
  return { name, labels, value: Number(number.replace('Inf', 'Infinity')) }
}

const unescaped = (text: string) =>
  text.replace(/\\(.)/g, (_, letter: string) => (letter === 'n' ? '\n' : letter))

test('label order does not make two series of one', () => {
  const text = render([
    family('m', [
      { name: 'm', labels: { a: '1', b: '2' }, value: 1 },
      { name: 'm', labels: { b: '2', a: '1' }, value: 2 },
    ]),
  ])
  expect(text.match(/^m\{/gm)).toHaveLength(1)
})

test('a text stays as it is while the next one is made', () => {
  const renderer = createRenderer()
  const long = (value: number) => [
    family(
      'm',
      Array.from({ length: 20_000 }, (_, i) => ({ name: 'm', labels: { i: `é${i}` }, value })),
    ),
  ]
  const first = renderer.render(long(1))
  const before = String(first)
  expect(before).toMatch(/i="é19999"} 1\n$/)
  expect(String(renderer.render(long(2)))).toBe(before.replaceAll(' 1\n', ' 2\n'))
  expect(String(first)).toBe(before)
})
