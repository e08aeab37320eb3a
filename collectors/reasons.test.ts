import { expect, test } from '@jest/globals'
import { silentLog } from '#lib/log'
import { createReasons } from './reasons.ts'

test('a reason is there as long as it holds', () => {
  const reasons = createReasons(silentLog, 'device')
  reasons.tell('sda', 'Cannot open it')
  expect(reasons.labelOf('sda')).toBe('Cannot open it')
  expect(reasons.labelOf('sdb')).toBeUndefined()
  reasons.tell('sda', undefined)
  expect(reasons.labelOf('sda')).toBeUndefined()
})

test('as a label it is one short line', () => {
  const reasons = createReasons(silentLog, 'device')
  reasons.tell('sda', `It says:\n\t${'x'.repeat(1000)}`)
  expect(reasons.labelOf('sda')).toMatch(/^It says: x{150}…$/)
})

test('reasons that never end make a bounded number of labels', () => {
  const reasons = createReasons(silentLog, 'device')
  const labels = new Set<string | undefined>()
  for (let i = 0; i < 100; i++) {
    reasons.tell('sda', `Cannot open it: request ${i}`)
    labels.add(reasons.labelOf('sda'))
  }
  expect(labels.size).toBe(9)
  expect([...labels].at(-1)).toBe('It varies; the log has each reason')
})
