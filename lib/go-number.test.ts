import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatShortest, parseGoFloat, readFloat } from './go-number.ts'

test.each([
  [0, '0'],
  [-0, '-0'],
  [1, '1'],
  [-1.5, '-1.5'],
  [0.1, '0.1'],
  [999_999, '999999'],
  [1_000_000, '1e+06'],
  [123_456_789.5, '1.234567895e+08'],
  [1e21, '1e+21'],
  [1e100, '1e+100'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [1.5e-9, '1.5e-09'],
  [1_700_000_000.123, '1.700000000123e+09'],
  [Number.NaN, 'NaN'],
  [Infinity, '+Inf'],
  [-Infinity, '-Inf'],
])('%p is written %p', (value, text) => {
  expect(formatShortest(value)).toBe(text)
})

test('what is written is read back as the same number', () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const text = formatShortest(value)
      expect(parseGoFloat(text)).toBe(value)
      expect(readFloat(text)).toBe(value)
    }),
  )
})

test.each(['.5', '5.', '+.5E+3', '1e-400', 'inf', '+Inf', '-INFINITY', 'nan', 'NaN', '007'])(
  '%p is a float',
  (text) => {
    expect(parseGoFloat(text)).toBeDefined()
  },
)

test.each([
  '',
  '.',
  '0x10',
  '0b1',
  '1_000',
  '1e',
  'e1',
  '1e400',
  '-nan',
  '+NaN',
  'infinit',
  '1 ',
  '1\r',
])('%p is no float', (text) => {
  expect(parseGoFloat(text)).toBeUndefined()
})
