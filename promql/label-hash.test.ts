import { expect, test } from '@jest/globals'
import { lotOf, xxh64 } from './label-hash.ts'
import { labelSet } from './label-set.ts'

test.each([
  ['', 0xef46db3751d8e999n],
  ['a', 0xd24ec4f1a98c6e5bn],
  ['abc', 0x44bc2cf5ad770999n],
  ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
])('%j has the hash that all agree on', (text, hash) => {
  expect(xxh64(Buffer.from(text))).toBe(hash)
})

test('lots lie evenly, and a long value is no trouble', () => {
  const lots = Array.from({ length: 1000 }, (_, i) => lotOf(labelSet([['disk', `${i}`]])))
  expect(lots.filter((lot) => lot < 0.5).length).toBeGreaterThan(440)
  expect(lots.filter((lot) => lot < 0.5).length).toBeLessThan(560)
  expect(lotOf(labelSet([['x', 'y'.repeat(70_000)]]))).toBeGreaterThan(0)
})
