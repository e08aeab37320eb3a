import { Buffer } from 'node:buffer'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { truncateBytes, truncateRunes } from './truncate.ts'

test.each([
  ['', 0, '', false],
  ['abc', 3, 'abc', false],
  ['abcd', 3, 'ab…', true],
  ['abcd', 1, '…', true],
  ['abcd', 0, '', true],
  ['😀😀😀', 3, '😀😀😀', false],
  ['😀😀😀😀', 3, '😀😀…', true],
  ['a😀', 2, 'a😀', false],
  ['é日😀x', 3, 'é日…', true],
])('%j in %p runes is %j', (text, most, expected, truncated) => {
  expect(truncateRunes(text, most)).toEqual({ text: expected, truncated })
})

test.each([
  ['', 0, '', false],
  ['abc', 3, 'abc', false],
  ['abcd', 3, '…', true],
  ['abcd', 2, '', true],
  ['abcdef', 5, 'ab…', true],
  ['日本', 6, '日本', false],
  ['日本', 5, '…', true],
  ['日本語', 8, '日…', true],
  ['😀😀', 8, '😀😀', false],
  ['😀😀', 7, '😀…', true],
  ['x😀😀', 7, 'x…', true],
])('%j in %p bytes is %j', (text, most, expected, truncated) => {
  expect(truncateBytes(text, most)).toEqual({ text: expected, truncated })
})

const any = fc.string({ unit: 'binary', maxLength: 40 })
const limit = fc.nat(50)

const measures = [
  { unit: 'runes', truncate: truncateRunes, sizeOf: (text: string) => [...text].length },
  { unit: 'bytes', truncate: truncateBytes, sizeOf: (text: string) => Buffer.byteLength(text) },
]

test.each(measures)(
  'a text fits in $unit, and is whole where it fitted',
  ({ truncate, sizeOf }) => {
    fc.assert(
      fc.property(any, limit, (given, most) => {
        const { text, truncated } = truncate(given, most)
        expect(sizeOf(text)).toBeLessThanOrEqual(most)
        expect(truncated).toBe(sizeOf(given) > most)
        if (!truncated) expect(text).toBe(given)
      }),
    )
  },
)

test.each(measures)('what is cut to $unit is a beginning of whole characters', ({ truncate }) => {
  fc.assert(
    fc.property(any, limit, (given, most) => {
      const { text, truncated } = truncate(given, most)
      if (!truncated) return
      const kept = text.replace(/…$/, '')
      expect(given.startsWith(kept)).toBe(true)
      expect(text.isWellFormed()).toBe(true)
    }),
  )
})

test('half a surrogate pair counts as one character', () => {
  expect(truncateRunes('\ud83dab', 2)).toEqual({ text: '\ud83d…', truncated: true })
  expect(truncateBytes('\ud83dabc', 6)).toEqual({ text: '\ud83dabc', truncated: false })
})
