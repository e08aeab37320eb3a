import { expect, test } from '@jest/globals'
import { familyOf, isWorse } from './severity.ts'

test.each([
  ['critical', 'warning', true],
  ['warning', 'critical', false],
  ['warn', 'warning', false],
  ['ERROR', 'info', true],
  ['purple', 'info', false],
  ['critical', 'purple', false],
  ['critical', '', false],
])('%s is worse than %s: %s', (severity, other, expected) => {
  expect(isWorse({ severity }, { severity: other })).toBe(expected)
})

test('alerts that differ in severity alone are one family', () => {
  const a = familyOf({ alertname: 'X', node: 'n', severity: 'warning' })
  expect(familyOf({ node: 'n', alertname: 'X', severity: 'critical' })).toBe(a)
  expect(familyOf({ node: 'n', alertname: 'X' })).toBe(a)
  expect(familyOf({ node: 'm', alertname: 'X', severity: 'warning' })).not.toBe(a)
})
