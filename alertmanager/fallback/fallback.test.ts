import { expect, test } from '@jest/globals'
import { owedBesides } from './fallback.ts'

const nothing = { firing: [], resolved: [], held: [] }

test('an end that was owed before the store went away is owed after it', () => {
  const now = { ...nothing, firing: ['new'] }
  expect(owedBesides(now, { ...nothing, firing: ['old', 'new'], held: ['silenced'] })).toEqual([
    'old',
    'silenced',
  ])
})

test('what was told from memory owes nothing, also where it flapped before', () => {
  const now = { ...nothing, firing: ['a'], resolved: ['b'], held: ['c'] }
  expect(owedBesides(now, { ...nothing, firing: ['~a', 'b'] })).toEqual(['c'])
  expect(owedBesides(nothing, undefined)).toEqual([])
})
