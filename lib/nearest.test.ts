import { expect, test } from '@jest/globals'
import { nearest } from './nearest.ts'

const names = ['DiskFailing', 'DiskHot', 'NodeSilent']

test('a slip of the keyboard leads to the name that was meant', () => {
  expect(nearest('DiskFailng', names)).toBe('DiskFailing')
  expect(nearest('NodesSilent', names)).toBe('NodeSilent')
})

test('what resembles nothing leads nowhere', () => {
  expect(nearest('Watchdog', names)).toBeUndefined()
  expect(nearest('', names)).toBeUndefined()
})
