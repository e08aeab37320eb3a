import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatDuration, parseDurationMs } from '#lib/duration'
import { escapeValue, fingerprint, formatLabels, labelsKey, unescapeValue } from '#lib/labels'
import { createMatcher, matchesAll } from '#lib/matcher'

test('a duration that was written is read back as itself', () => {
  fc.assert(fc.property(fc.nat(4e11), (ms) => expect(parseDurationMs(formatDuration(ms))).toBe(ms)))
})

test.each([
  ['1h30m', 5_400_000],
  ['0', 0],
  ['15s', 15_000],
  ['1d', 86_400_000],
  ['100ms', 100],
  ['', undefined],
  ['15', undefined],
  ['1m1h', undefined],
  ['-1s', undefined],
  ['1.5h', undefined],
])('the duration %j is %j ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms))

test('label sets are the same whatever the order, and an empty value is an absent one', () => {
  expect(labelsKey({ b: '2', a: '1', c: '' })).toBe(labelsKey({ a: '1', b: '2' }))
  expect(fingerprint({ b: '2', a: '1' })).toBe(fingerprint({ a: '1', b: '2' }))
  expect(fingerprint({ a: '1' })).not.toBe(fingerprint({ a: '2' }))
})

test('labels are shown sorted and quoted', () => {
  expect(formatLabels({ b: 'say "x"\n', a: 'c:\\' })).toBe('{a="c:\\\\", b="say \\"x\\"\\n"}')
})

test('an escaped value is read back as itself, and what is no escape stays', () => {
  const value = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'n', 'é') })
  fc.assert(fc.property(value, (text) => expect(unescapeValue(escapeValue(text))).toBe(text)))
  expect(unescapeValue('a\\.b\\')).toBe('a\\.b\\')
})

test.each([
  ['=', 'sda', 'sda', true],
  ['!=', 'sda', 'sdb', true],
  ['=~', 'sd[ab]', 'sdb', true],
  ['=~', 'sd', 'sdb', false],
  ['!~', 'sd.*', 'nvme0', true],
  ['=~', '', undefined, true],
  ['=', '', undefined, true],
] as const)('device %s %j against %j is %j', (operator, value, device, expected) => {
  const labels: Record<string, string> = device === undefined ? {} : { device }
  expect(createMatcher('device', operator, value).matches(labels)).toBe(expected)
})

test('a regex that does not compile says which', () => {
  expect(() => createMatcher('a', '=~', '(')).toThrow('Cannot compile regex "("')
})

test('a regex cannot be made to run for ever', () => {
  const slow = createMatcher('a', '=~', '(a+)+b')
  expect(slow.matches({ a: 'a'.repeat(5000) })).toBe(false)
})

test('all matchers must hold', () => {
  const both = [createMatcher('a', '=', '1'), createMatcher('b', '=', '2')]
  expect(matchesAll(both, { a: '1', b: '2' })).toBe(true)
  expect(matchesAll(both, { a: '1' })).toBe(false)
})
