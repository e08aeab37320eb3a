import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { MetricType } from '#api/sample'
import type { ParsedFamily } from './family.ts'
import { renderHead, renderPush } from './render.ts'
import { parseText } from './text-parser.ts'

const parse = (text: string) => parseText(Buffer.from(text))
const group = { pairs: [['job', 'j']] as const, addsInstance: true }

/** What `/metrics` would show of a body pushed to the group `job="j"`. */
function shown(text: string): string {
  return written(parse(text).families)
}

function written(families: readonly ParsedFamily[]): string {
  return renderPush(families, { group, pushedAtMs: 0, headOf: (head) => head })
    .map(({ stored }) => renderHead(stored.head) + stored.bytes())
    .join('')
}

test.each([
  ['m 1', 1, 'unexpected end of input stream'],
  ['m', 1, 'unexpected end of input stream'],
  ['m{a="b', 1, 'unexpected end of input stream'],
  ['# HELP m some help', 1, 'unexpected end of input stream'],
  ['m{a="\\t"} 1', 1, "invalid escape sequence '\\t'"],
  ['blablabla\n', 1, 'expected float as value, got ""'],
  ['ok 1\n\n# c\nm one\n', 4, 'expected float as value, got "one"'],
  ['m 1\r\n', 1, 'expected float as value, got "1\\r"'],
  ['m 1 \n', 1, 'expected integer as timestamp, got ""'],
  ['m 1 # {x="y"} 1\n', 1, 'expected integer as timestamp, got "#"'],
  ['m 1 100 3\n', 1, 'spurious string after timestamp: " 3"'],
  ['-m 1\n', 1, 'invalid metric name'],
  ['m{a="b" c="d"} 1\n', 1, 'unexpected end of label value "b"'],
  ['m{0a="b"} 1\n', 1, 'invalid label name for metric "m"'],
  ['m{,a="b"} 1\n', 1, 'invalid label name for metric "m"'],
  ['m{a="b",,} 1\n', 1, 'invalid label name for metric "m"'],
  ['m{a~"b"} 1\n', 1, "expected '=' after label name, found '~'"],
  ['m{a=b} 1\n', 1, "expected '\"' at start of label value, found 'b'"],
  ['m{a="b\n', 1, 'label value "b" contains unescaped new-line'],
  ['m{a="1",a="2"} 1\n', 1, 'duplicate label names for metric "m"'],
  ['m{__name__="x"} 1\n', 1, 'label name "__name__" is reserved'],
  ['# TYPE m thing\n', 1, 'unknown metric type "thing"'],
  ['# TYPE m gauge \n', 1, 'unknown metric type "gauge "'],
  ['# TYPE m unknown\n', 1, 'unknown metric type "unknown"'],
  ['# TYPE m,x gauge\n', 1, 'invalid metric name in comment'],
  ['# HELP m a\\tb\n', 1, "invalid escape sequence '\\t'"],
  ['# HELP m a\\"b\n', 1, "invalid escape sequence '\\\"'"],
  ['# HELP m a\n# HELP m b\n', 2, 'second HELP line for metric name "m"'],
  [
    'm 1\n# TYPE m gauge\n',
    2,
    'second TYPE line for metric name "m", or TYPE reported after samples',
  ],
  [
    '# TYPE h histogram\nh_bucket{le="x"} 1\n',
    2,
    'expected float as value for \'le\' label, got "x"',
  ],
  ['# TYPE h histogram\nh_count -1\n', 2, 'negative count for histogram "h"'],
  ['{"a.b",x="y"} 1\n', 1, 'invalid metric name "a.b"'],
  ['{x="y"} 1\n', 1, 'invalid metric name'],
])('%p is refused in line %p: %s', (text, line, reason) => {
  expect(() => parse(text)).toThrow(`text format parsing error in line ${line}: ${reason}`)
})

test('a label value that is no UTF-8 is refused', () => {
  const body = Buffer.from('m{a="\xff"} 1\n', 'latin1')
  expect(() => parseText(body)).toThrow('invalid label value')
})

test.each([
  ['  m  {  a = "1" , b="2" , }   1\n\n \t\nn\t2\n', 'm{a="1",b="2",instance="",job="j"} 1\n'],
  ['m{a="b"}1\n', 'm{a="b",instance="",job="j"} 1\n'],
  ['{"m",x="y"} 1\n', 'm{instance="",job="j",x="y"} 1\n'],
  ['m{"x"="y"} 1\n', 'm{instance="",job="j",x="y"} 1\n'],
  ['m{a="é",b="q\\"\\\\\\n"} 1\n', 'm{a="é",b="q\\"\\\\\\n",instance="",job="j"} 1\n'],
  ['m{job="x",instance="y"} 1\n', 'm{instance="y",job="j"} 1\n'],
  ['m{instance=""} 1000000\n', 'm{instance="",job="j"} 1e+06\n'],
])('%p is read', (text, lines) => {
  expect(shown(text)).toContain(lines)
})

test('comments, families without samples and OpenMetrics endings pass', () => {
  expect(shown('# EOF\n# UNIT a seconds\n#\n# HELP\n# TYPE m gauge\n#TYPO m x\n# HELP n h\n')).toBe(
    '',
  )
})

test('families that come in pieces are put together, with their series sorted', () => {
  expect(shown('a{x="2"} 2\nb 1\na{x="1"} 1\na 0\n')).toBe(
    '# TYPE a untyped\na{instance="",job="j"} 0\n' +
      'a{instance="",job="j",x="1"} 1\na{instance="",job="j",x="2"} 2\n' +
      '# TYPE b untyped\nb{instance="",job="j"} 1\n',
  )
})

test('a histogram gets its bounds as Go writes them, and its last bucket', () => {
  const text = '# TYPE h histogram\nh_bucket{le="1.0"} 2\nh_bucket{le="1000000"} 3\nh_count 4\n'
  expect(shown(text)).toBe(
    '# TYPE h histogram\n' +
      'h_bucket{instance="",job="j",le="1"} 2\n' +
      'h_bucket{instance="",job="j",le="1e+06"} 3\n' +
      'h_bucket{instance="",job="j",le="+Inf"} 4\n' +
      'h_sum{instance="",job="j"} 0\nh_count{instance="",job="j"} 4\n',
  )
})

test('a summary counts in whole numbers', () => {
  const text = '# TYPE s summary\ns{quantile="0.50"} 1\ns_sum 5.5\ns_count 3.9\n'
  expect(shown(text)).toBe(
    '# TYPE s summary\ns{instance="",job="j",quantile="0.5"} 1\n' +
      's_sum{instance="",job="j"} 5.5\ns_count{instance="",job="j"} 3\n',
  )
})

test('a timestamp is noted, not refused: the group is to know of the failure', () => {
  expect(parse('m 1 1000\n').timestamped).toBe(true)
  expect(parse('m 1\n').timestamped).toBe(false)
})

const someName = fc.constantFrom('m', 'n_count', 'a:b')
const someValue = fc.oneof(fc.double(), fc.integer())
const someFamily = fc.record({
  name: someName,
  type: fc.constantFrom('gauge', 'counter', 'untyped', 'histogram', 'summary'),
  help: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  label: fc.string({ unit: 'grapheme', maxLength: 12 }),
  value: someValue,
  point: someValue,
})

test('what /metrics shows can be pushed again and shows the same', () => {
  fc.assert(
    fc.property(someFamily, ({ name, type, help, label, value, point }) => {
      const compound = type === 'histogram' || type === 'summary'
      const metric = {
        labels: [['l', label]] as const,
        value,
        count: 3,
        sum: value,
        points: compound ? ([[point, 2]] as const) : [],
      }
      const text = written([{ name, type: type as MetricType, help, metrics: [metric] }])
      fc.pre(!Number.isNaN(point) && !/^[ \t]/.test(help))
      expect(shown(text)).toBe(text)
    }),
  )
})

test('no body makes the parser fall over or take quadratic time', () => {
  const soup = fc.string({
    unit: fc.constantFrom(
      'm',
      '{',
      '}',
      '"',
      '\\',
      '\n',
      ' ',
      '1',
      '#',
      '=',
      ',',
      'TYPE',
      'HELP',
      'é',
    ),
  })
  fc.assert(
    fc.property(soup, (text) => {
      try {
        parse(text)
      } catch (error) {
        expect(error).toMatchObject({ code: 'PUSHGATEWAY_TEXT_MALFORMED' })
      }
    }),
    { numRuns: 3000 },
  )
})

test('a label with a reserved name is read, and said to be refused', () => {
  expect(parse('m{__x="1"} 1\n').refusal).toBe(
    'collected metric "m" has a label with an invalid name: __x',
  )
})

test('names in quotes may have any letters where that is wanted', () => {
  const body = [
    '# TYPE "h.x" histogram\n# HELP "h.x" Help.\n',
    '{"h.x_bucket","l.y"="1",le="+Inf"} 2\n{"h.x_sum","l.y"="1"} 3\n{"h.x_count","l.y"="1"} 2\n',
    '{"g.\\"\\n"} 1\n{plain,"é"="ü"} 1\n',
  ].join('')
  expect(() => parse(body)).toThrow('line 1: invalid metric name "h.x"')
  const { families } = parseText(Buffer.from(body), { utf8Names: true })
  expect(families).toEqual([
    {
      name: 'h.x',
      type: 'histogram',
      help: 'Help.',
      metrics: [{ labels: [['l.y', '1']], value: 0, count: 2, sum: 3, points: [[Infinity, 2]] }],
    },
    expect.objectContaining({ name: 'g."\n' }),
    expect.objectContaining({ name: 'plain' }),
  ])
})

test.each([
  '{"a.b"} 1\na.b 2\n',
  '{"a.b"} 1\na.b{} 2\n',
  '{""} 1\n',
  '{"a.b",""="1"} 1\n',
  'a.b 1\n',
])('%j is refused even so: only quotes make a name of other letters', (body) => {
  expect(() => parseText(Buffer.from(body), { utf8Names: true })).toThrow()
})
