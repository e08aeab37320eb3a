import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readNumber } from './number.ts'

function read(text: string): number | undefined {
  const bytes = Buffer.from(`7${text} 8`)
  return readNumber(bytes, 1, 1 + text.length)
}

test('any number comes back as it was, however it is written', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), fc.nat(20), (value, places) => {
      const texts = [
        String(value),
        value.toExponential(),
        value.toPrecision(1 + places),
        Math.abs(value) < 1e21 ? value.toFixed(places) : String(value),
      ]
      for (const text of texts)
        if (Number.isFinite(Number(text)))
          expect({ text, value: read(text) }).toEqual({ text, value: Number(text) })
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['+1', 1],
  ['-0', -0],
  ['.5', 0.5],
  ['5.', 5],
  ['1e3', 1000],
  ['1E+03', 1000],
  ['123456789012345678', 123456789012345680],
  ['2.2250738585072014e-308', 2.2250738585072014e-308],
  ['1e23', 1e23],
  ['+Inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
])('%s is a number', (text, value) => {
  expect(read(text)).toBe(value)
})

test.each(['', '-', '.', 'e3', '1e', '1e+', '1x', '1.2.3', '0x1p3', '1_000', '+NaN', '1e999', 'x'])(
  '"%s" is none',
  (text) => {
    expect(read(text)).toBeUndefined()
  },
)
