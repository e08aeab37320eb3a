import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createMatcher } from '#lib/matcher'
import { formatMatcher, formatMatchers, parseMatchers, sameMatchers } from './matchers.ts'

const triples = (text: string) =>
  parseMatchers(text).map(({ name, operator, value }) => [name, operator, value])

test.each([
  ['a=b', [['a', '=', 'b']]],
  ['a="b"', [['a', '=', 'b']]],
  [' a != "b c" ', [['a', '!=', 'b c']]],
  ['a=~"b.*"', [['a', '=~', 'b.*']]],
  ['a!~b', [['a', '!~', 'b']]],
  ['a=', [['a', '=', '']]],
  ['a=""', [['a', '=', '']]],
  ['{a="b"}', [['a', '=', 'b']]],
  [
    '{a="b",c!="d"}',
    [
      ['a', '=', 'b'],
      ['c', '!=', 'd'],
    ],
  ],
  ['{a="b",}', [['a', '=', 'b']]],
  ['{}', []],
  ['a="b,c"', [['a', '=', 'b,c']]],
  ['a="say \\"hi\\""', [['a', '=', 'say "hi"']]],
  ['a="x\\ny"', [['a', '=', 'x\ny']]],
  ['a="x\\\\y"', [['a', '=', 'x\\y']]],
  ['a=b=c', [['a', '=', 'b=c']]],
  ['a=~b|c', [['a', '=~', 'b|c']]],
  ['{"a b"="c"}', [['a b', '=', 'c']]],
  ['"überwachung"=~"ja"', [['überwachung', '=~', 'ja']]],
  ['überwachung=ja', [['überwachung', '=', 'ja']]],
  [
    '{"a"="b", c=d}',
    [
      ['a', '=', 'b'],
      ['c', '=', 'd'],
    ],
  ],
  ['ns:a="b"', [['ns:a', '=', 'b']]],
  ['a=🙂', [['a', '=', '🙂']]],
])('%j is read', (text, expected) => {
  expect(triples(text)).toEqual(expected)
})

test.each([
  ['xx', 'bad matcher format: xx'],
  ['=b', 'bad matcher format: =b'],
  ['a="b', 'matcher value contains unescaped double quote: "b'],
  ['a=b"c', 'matcher value contains unescaped double quote: b"c'],
  ['a="b"c"', 'matcher value contains unescaped double quote: "b"c"'],
  ['a=~"("', 'Cannot compile regex'],
  ['{a=b,,c=d}', 'bad matcher format: '],
])('%j is refused', (text, says) => {
  expect(() => parseMatchers(text)).toThrow(SyntaxError)
  expect(() => parseMatchers(text)).toThrow(says)
})

test('any matcher that is written is read as itself', () => {
  const operator = fc.constantFrom('=' as const, '!=' as const)
  const name = fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,8}$/)
  const value = fc.string({ unit: fc.constantFrom(...'ab"\\,{}=~! \nü') })
  fc.assert(
    fc.property(fc.array(fc.tuple(name, operator, value), { maxLength: 4 }), (wanted) => {
      const matchers = wanted.map((triple) => createMatcher(...triple))
      const read = parseMatchers(`{${matchers.map(formatMatcher).join(',')}}`)
      expect(read.map((m) => [m.name, m.operator, m.value])).toEqual(wanted)
    }),
  )
})

test('the order of matchers does not matter to what they are', () => {
  const [a, b] = [parseMatchers('{a=b,c=d}'), parseMatchers('{c=d,a=b}')]
  expect(formatMatchers(a)).toBe('{a="b",c="d"}')
  expect(sameMatchers(a, b)).toBe(true)
  expect(sameMatchers(a, parseMatchers('{a=b,c!=d}'))).toBe(false)
})
