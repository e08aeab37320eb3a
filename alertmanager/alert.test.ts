import { expect, test } from '@jest/globals'
import { type Alert, isUnchanged, mergeAlerts } from './alert.ts'

const alert = (startsAtMs: number, endsAtMs: number, more: Partial<Alert> = {}): Alert => ({
  fingerprint: 'f',
  labels: { alertname: 'x' },
  annotations: {},
  generatorUrl: '',
  updatedAtMs: 0,
  endIsGuess: false,
  ...more,
  startsAtMs,
  endsAtMs,
})
const guess = { endIsGuess: true }

test.each<[string, Alert, Alert, number, [startsAtMs: number, endsAtMs: number]]>([
  ['the earliest start stays', alert(10, 100), alert(20, 120), 50, [10, 120]],
  ['activity that does not overlap replaces', alert(10, 20), alert(30, 90), 50, [30, 90]],
  ['a resolve ends it', alert(10, 100), alert(10, 50), 60, [10, 50]],
  ['a named later end rules over an earlier one', alert(10, 100), alert(10, 80), 50, [10, 100]],
  ['a guessed later end does not', alert(10, 100, guess), alert(20, 80), 50, [10, 80]],
  ['of two ends in the past the later rules', alert(10, 40), alert(10, 30), 50, [10, 40]],
  ['a re-sent alert is prolonged', alert(10, 100), alert(10, 160), 60, [10, 160]],
])('%s', (_, stored, arrived, nowMs, expected) => {
  const merged = mergeAlerts(stored, arrived, nowMs)
  expect([merged.startsAtMs, merged.endsAtMs]).toEqual(expected)
})

test('a re-sent alert is written when half of what its end promised has passed', () => {
  const stored = alert(0, 240, { updatedAtMs: 0 })
  const resent = (nowMs: number) => {
    const merged = mergeAlerts(stored, alert(0, nowMs + 240, { updatedAtMs: nowMs }), nowMs)
    return isUnchanged(stored, merged, nowMs)
  }
  expect([60, 119, 121, 180].map(resent)).toEqual([true, true, false, false])
})

test.each<[string, Partial<Alert>]>([
  ['another annotation', { annotations: { summary: 'new' } }],
  ['another source', { generatorUrl: 'http://x' }],
  ['an end that is named now', { endIsGuess: true }],
])('%s is a change', (_, more) => {
  expect(isUnchanged(alert(0, 240), alert(0, 240, more), 10)).toBe(false)
})

test('new annotations of an alert win', () => {
  const [old, fresh] = [{ annotations: { a: '1' } }, { annotations: { b: '2' } }]
  expect(mergeAlerts(alert(0, 90, old), alert(10, 95, fresh), 50).annotations).toEqual({ b: '2' })
})
