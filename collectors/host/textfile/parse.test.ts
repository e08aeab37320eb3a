import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseText } from './parse.ts'

const parse = (...lines: string[]) => parseText(lines.join('\n'), 'From a test')

test('a family has its type, its help and its samples', () => {
  expect(
    parse(
      '# HELP jobs_total Jobs \\\\ done,\\nby name.',
      '# TYPE jobs_total counter',
      '# a comment for people',
      'jobs_total{name="a \\"b\\"\\n",} 1e3',
      'jobs_total 2',
      '',
    ),
  ).toEqual([
    {
      name: 'jobs_total',
      type: 'counter',
      help: 'Jobs \\ done,\nby name.',
      samples: [
        { name: 'jobs_total', labels: { name: 'a "b"\n' }, value: 1000 },
        { name: 'jobs_total', labels: {}, value: 2 },
      ],
    },
  ])
})

test('what has no type is untyped, and what has no help says where it is from', () => {
  expect(parse('up 1')).toMatchObject([{ name: 'up', type: 'untyped', help: 'From a test' }])
})

test('parts of a summary and a histogram belong to it, others of such a name do not', () => {
  const families = parse(
    '# TYPE a histogram',
    'a_bucket{le="+Inf"} 2',
    'a_sum 1.5',
    'a_count 2',
    '# TYPE b summary',
    'b{quantile="0.5"} +Inf',
    'b_count 2',
    'b_bucket 1',
    'c_count 1',
  )
  expect(families.map(({ name, samples }) => [name, samples.length])).toEqual([
    ['a', 3],
    ['b', 2],
    ['b_bucket', 1],
    ['c_count', 1],
  ])
})

test.each([
  ['up', 'no sample'],
  ['up1', 'no sample'],
  ['up one', 'no number'],
  ['up 0x10', 'no number'],
  ['up 1 1763700000000', 'timestamp'],
  ['up{a="b" c="d"} 1', 'labels'],
  ['up{a="b",a="c"} 1', 'twice'],
  ['up{a="\\q"} 1', 'labels'],
  ['# TYPE up thing', 'no type'],
  ['# TYPE 9up gauge', 'no name'],
])('the line %s refuses the text', (line, reason) => {
  expect(() => parse('fine 1', line)).toThrow(`line 2: `)
  expect(() => parse('fine 1', line)).toThrow(reason)
})

test('a type that comes after its samples refuses the text', () => {
  expect(() => parse('up 1', '# TYPE up gauge')).toThrow('after its samples')
})

test('any text is parsed or refused with the number of a line', () => {
  const words = fc.constantFrom(
    '# TYPE ',
    '# HELP ',
    'up',
    '{',
    '}',
    'a="',
    '"',
    '\\',
    ' ',
    '1',
    '\n',
  )
  const texts = fc.array(fc.oneof(words, fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parseText(text, 'From a test')
      } catch (error) {
        expect(String(error)).toMatch(/^Error: line \d+: /)
      }
    }),
    { numRuns: 2000 },
  )
})
