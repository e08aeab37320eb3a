import { expect, test } from '@jest/globals'
import { tableOf } from './table.ts'

test('columns stand below each other, and no line ends in spaces', () => {
  const rows = [
    ['a', 'long cell', ''],
    ['longer', 'b', 'c'],
  ]
  expect(tableOf(rows)).toEqual(['a       long cell', 'longer  b          c'])
  expect(tableOf([])).toEqual([])
})
