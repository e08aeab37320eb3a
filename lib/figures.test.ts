import { expect, test } from '@jest/globals'
import { ageText, bytesText, countText, percentText, timeText } from '#lib/figures'

test('figures are written in one unit', () => {
  expect([0, 90_000, 600_000, 1e7, 1e9].map(ageText)).toEqual([
    '0 s',
    '90 s',
    '10 min',
    '3 h',
    '12 d',
  ])
  expect([0, 1023, 1536, 5e12].map(bytesText)).toEqual(['0 B', '1023 B', '1.5 KiB', '4.5 TiB'])
  expect(percentText(1, 0)).toBe('size unknown')
})

test('counts are grouped, and times are in UTC', () => {
  expect([0, 999, 1_234_567].map(countText)).toEqual(['0', '999', '1,234,567'])
  expect(timeText(1_700_000_000_123)).toBe('2023-11-14 22:13:20 UTC')
})
