import { expect, test } from '@jest/globals'
import { timeText } from './notified.ts'

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [500, '1970-01-01T00:00:00.5Z'],
  [120, '1970-01-01T00:00:00.12Z'],
  [7, '1970-01-01T00:00:00.007Z'],
  [10_000, '1970-01-01T00:00:10Z'],
])('%p ms is written as Go writes it', (ms, expected) => {
  expect(timeText(ms)).toBe(expected)
})
