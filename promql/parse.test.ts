import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ZstoneError } from '#lib/errors'
import { seededRandom } from '#lib/random'
import { prometheus2, prometheus3, prometheus35 } from './dialect.ts'
import type { Expression } from './expression.ts'
import { format } from './format.ts'
import { functions } from './functions/index.ts'
import { parse } from './parse.ts'
import { randomExpression } from './peer-chance.conformance.ts'
import { expressions } from './peer-expressions.conformance.ts'
import { signatures } from './signatures.ts'

test.each([
  ['rate(a[5m', '1:10: parse error: unclosed left bracket'],
  ['sum(rate(a)', '1:12: parse error: unclosed left parenthesis'],
  ['foo bar', '1:5: parse error: unexpected identifier "bar"'],
  ['foo{a=="b"}', '1:7: parse error: unexpected <op:=>'],
  ['a\n  + + by (x)', '2:10: parse error: unexpected'],
  ['1 +', '1:4: parse error: unexpected end of input'],
  ['', '1:1: parse error: no expression found in input'],
  ['mad_over_time(a[5m])', '1:1: parse error: unknown function with name "mad_over_time"'],
  ['a[# remark\n5m]', '1:3: parse error: missing unit character in duration'],
  ['a offset --5m', 'unexpected <op:-> in offset, expected duration'],
  ['3atan2 a', '1:1: parse error: bad number or duration syntax: "3a"'],
  ['atan2', '1:1: parse error: unexpected <op:atan2>'],
  ['sum by (without) (a)', '1:9: parse error: unexpected <without> in grouping opts'],
  ['up9.b', '1:4: parse error: unexpected'],
  ['1e999', '1:1: parse error: bad number syntax'],
  ['a[5m + 1m]', '1:3: parse error: arithmetic of durations is not supported'],
  ['start_timestamp("a")', 'the function start_timestamp is not supported'],
  ['limitk(1, a)', 'the aggregation limitk is not supported'],
  ['{"a.b"}', 'a quoted label or metric name is not supported'],
  ['a[5]', '1:3: parse error: missing unit character in duration'],
  ['rate(a)', '1:6: parse error: expected type range vector in call to function "rate"'],
  ['sum(1)', 'expected type instant vector in aggregation expression, got scalar'],
  ['1 > 2', 'comparisons between scalars must use BOOL modifier'],
  ['{a=""}', 'vector selector must contain at least one non-empty matcher'],
  ['a{__name__="b"}', 'metric name must not be set twice'],
  ['a{b=~"("}', '1:3: parse error: Cannot compile regex "("'],
  ['a offset 1m offset 2m', 'offset may not be set multiple times'],
  ['sum(a) @ 5', '@ modifier must be preceded by'],
  [', a', 'unexpected ","'],
  ['sum(,a)', 'unexpected ","'],
])('%s is refused with its place', (source, message) => {
  expect(() => parse(source)).toThrow(message)
})

test.each([
  ['a[5m:1m] anchored', 'anchored modifier is not supported for subqueries'],
  ['sum(a) smoothed', 'smoothed modifier not implemented'],
  ['a[5m] anchored smoothed', 'anchored and smoothed modifiers cannot be used together'],
  ['a or fill (1) b', 'filling in missing series not allowed for set operators'],
  ['a + fill (1) 2', 'filling in missing series only allowed between instant vectors'],
  ['histogram_quantiles(a, "q")', 'expected at least 3 argument(s)'],
  [`histogram_quantiles(a, "q"${', 1'.repeat(11)})`, 'expected at most 12 argument(s)'],
  ['info(a, b)', 'expected label selectors only, got vector selector instead'],
  ['a[5m:0.0001]', '1:6: parse error: duration must be greater than 0'],
  ['a[1m / 92233720368547758070]', '1:8: parse error: duration out of range'],
  ['a </ 2', 'the operator </ is not supported'],
])('%s is refused by the newest', (source, message) => {
  expect(() => parse(source, prometheus3)).toThrow(message)
})

test.each([
  ['a anchored', 'the modifier anchored is not supported'],
  ['a + fill (1) b', 'the modifier fill is not supported'],
  ['info(a)', 'unknown function with name "info"'],
])('%s is not known before the newest', (source, message) => {
  for (const dialect of [prometheus2, prometheus35])
    expect(() => parse(source, dialect)).toThrow(message)
})

test.each([
  'a anchored offset 1m',
  'a[5m] smoothed @ 12.000 offset 1m',
  'anchored[5m] anchored',
  'a[0.0001]',
  'a + fill_left (1) b',
  'a + on (x) group_right (y) fill (-2) b',
  'sum by ("b c", a, "d e") (a)',
  'info(a, {b=~".+",c=""})',
])('%s is written as it is read', (source) => {
  expect(format(parse(source, prometheus3))).toBe(source)
})

test('postfixes bind to the operand beside them, not to the whole expression', () => {
  expect(parse('a + b offset 5m * c')).toMatchObject({
    operator: '+',
    right: { operator: '*', left: { name: 'b', offsetMs: 300_000 } },
  })
})

test('a remark may stand between operand and operator', () => {
  expect(parse('a # x\n - b')).toMatchObject({ operator: '-' })
})

test('a metric may be called as a modifier is', () => {
  expect(parse('offset offset 5m')).toMatchObject({ name: 'offset', offsetMs: 300_000 })
})

test('any bytes may be asked for by name, and grouped by are only names', () => {
  expect(parse('x{"\\xff"="1"}', prometheus35)).toMatchObject({ name: 'x' })
  expect(() => parse('sum by ("\\xff") (x)', prometheus35)).toThrow('name for grouping: "\\xff"')
})

test('an offset that comes to nothing has no sign', () => {
  expect(parse('a offset -(1m % 30s)', prometheus3)).toMatchObject({ name: 'a', offsetMs: 0 })
  expect(parse('a offset -0s')).toMatchObject({ name: 'a', offsetMs: 0 })
})

test('a sign binds weaker than a power', () => {
  expect(parse('-1 ^ 2')).toMatchObject({ kind: 'unary', operand: { operator: '^' } })
  expect(parse('-1')).toMatchObject({ kind: 'number', value: -1 })
})

test('every function with a signature has a body, and the other way round', () => {
  expect([...functions.keys()].sort()).toEqual([...signatures.keys()].sort())
})

test('trees are frozen', () => {
  const tree = parse('sum by (x) (rate(a{b="c"}[5m])) > 1')
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return
    expect(Object.isFrozen(part)).toBe(true)
    for (const [name, inner] of Object.entries(part)) if (name !== 'matchers') visit(inner)
  }
  visit(tree)
})

const tree = (source: string) =>
  JSON.stringify(parse(source), (name, value) => {
    if (name === 'span') return undefined
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  })

test('what is written from a tree reads as the same tree', () => {
  const random = seededRandom(1)
  const chance = Array.from({ length: 300 }, () => randomExpression(random))
  const valid = [...expressions, ...chance].filter(isValid)
  expect(valid.length).toBeGreaterThan(600)
  for (const source of valid) expect(tree(format(parse(source)))).toBe(tree(source))
})

test('whatever the text, it is read or refused with a place', () => {
  const scraps = ['sum', 'rate', '(', ')', '{', '}', '[', ']', '5m', '1', '"x"', 'a', ' by ', ',']
  const more = [
    'offset ',
    '@ ',
    '-',
    '^',
    ' on ',
    'bool ',
    ':',
    '=~',
    '`',
    '\\',
    '#',
    '\n',
    '\u0000',
  ]
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.constantFrom(...scraps, ...more)).map((s) => s.join('')),
  )
  fc.assert(
    fc.property(text, (source) => {
      try {
        parse(source)
      } catch (error) {
        expect(error).toBeInstanceOf(ZstoneError)
        expect((error as ZstoneError).message).toMatch(/^\d+:\d+: parse error: ./)
      }
    }),
    { numRuns: 3000 },
  )
})

test('text too deep to read is refused', () => {
  expect(() => parse(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`)).toThrow(/deeper than/)
  expect(() => parse('-'.repeat(30_000) + 1)).toThrow(/deeper than/)
})

test('a chain of operators may be long, whatever stands between them', () => {
  const long = (piece: string, count = 1900) => parse(`${piece.repeat(count)}b`)
  const depthOf = (expression: Expression): number =>
    expression.kind === 'binary' ? 1 + depthOf(expression.left) : 0
  expect(depthOf(long('a + '))).toBe(1900)
  expect(depthOf(long('1e+1-'))).toBe(1900)
  expect(depthOf(long('abs(a{b="or"} offset 5m) # and\n or on(x) -a and ', 600))).toBe(600)
  expect(depthOf(long('-a * on(x) group_left(y) -b offset -5m\n- ', 600))).toBeGreaterThan(500)
  expect(() => parse(`${'a -\n'.repeat(1500)} ) - 1`)).toThrow(
    '1501:2: parse error: unexpected ")"',
  )
  expect(() => long('a+', 3000)).toThrow('deeper than 2000 operators')
})

function isValid(source: string): boolean {
  try {
    parse(source)
    return true
  } catch {
    return false
  }
}
