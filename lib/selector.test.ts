import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatLabels } from '#lib/labels'
import { parseSearch, parseSelector } from '#lib/selector'

const triples = (text: string) =>
  parseSelector(text).map(({ name, operator, value }) => `${name} ${operator} ${value}`)

test.each([
  ['{job="x"}', ['job = x']],
  ['job="x"', ['job = x']],
  [' { job = "x" , instance =~ "n.*" , } ', ['job = x', 'instance =~ n.*']],
  ['{a!="",b!~"c|d"}', ['a != ', 'b !~ c|d']],
  ['{"a b"="say \\"x\\"\\n\\\\"}', ['a b = say "x"\n\\']],
  ['{a="},{"}', ['a = },{']],
  ['{}', []],
  ['', []],
])('%j is read', (text, expected) => expect(triples(text)).toEqual(expected))

test.each([
  'up',
  'up{job="x"}',
  '{job}',
  '{job=x}',
  '{job="x"',
  '{a="b" c="d"}',
  '{,}',
  '{a="b",,}',
])('%j is refused with the right form', (text) => {
  expect(() => parseSelector(text)).toThrow(SyntaxError)
  expect(() => parseSelector(text)).toThrow('write {name="value",…}')
})

test('a regex that does not compile is refused', () => {
  expect(() => parseSelector('{a=~"("}')).toThrow('Cannot compile regex "("')
})

test('labels as they are shown select themselves', () => {
  const labels = fc.dictionary(fc.stringMatching(/^[a-z_]{1,5}$/), fc.string({ minLength: 1 }))
  fc.assert(
    fc.property(labels, (given) => {
      const read = parseSelector(formatLabels(given))
      expect(read).toHaveLength(Object.keys(given).length)
      expect(read.every((matcher) => matcher.matches(given))).toBe(true)
    }),
  )
})

test('in a search, matchers and words may stand in any order', () => {
  const { matchers, words } = parseSearch('backup job="x", {zone=~"a|b"} n1')
  expect(matchers.map(({ name }) => name)).toEqual(['job', 'zone'])
  expect(words).toEqual(['backup', 'n1'])
  expect(parseSearch('a,b {c').words).toEqual(['a,b', '{c'])
})
