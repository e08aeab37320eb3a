import { expect, test } from '@jest/globals'
import { decide, type Reason } from './decision.ts'

const hourMs = 3_600_000
const atMs = 1_000 * hourMs

interface Row {
  readonly told?: readonly [firing: string, resolved: string, agoMs: number]
  readonly firing: string
  readonly resolved?: string
  readonly sendResolved?: boolean
  readonly expected: Reason | undefined
}

const set = (letters: string) => new Set(letters)

test.each<Row>([
  { firing: '', expected: undefined },
  { firing: 'a', expected: 'first' },
  { firing: '', resolved: 'a', expected: undefined },
  { firing: 'a', resolved: 'b', expected: 'first' },
  { told: ['a', '', 0], firing: 'a', expected: undefined },
  { told: ['a', '', 0], firing: 'ab', expected: 'new alerts' },
  { told: ['ab', '', 0], firing: 'a', expected: undefined },
  { told: ['', 'a', 0], firing: 'a', expected: 'new alerts' },
  { told: ['a', '', 0], firing: '', resolved: 'a', expected: 'all resolved' },
  { told: ['a', '', 0], firing: '', resolved: 'a', sendResolved: false, expected: 'all resolved' },
  { told: ['', 'a', 0], firing: '', resolved: 'a', expected: undefined },
  { told: ['', 'a', 0], firing: '', resolved: 'ab', expected: undefined },
  { told: ['', '', 9 * hourMs], firing: '', resolved: 'a', expected: undefined },
  { told: ['ab', '', 0], firing: 'a', resolved: 'b', expected: 'new resolved' },
  { told: ['ab', '', 0], firing: 'a', resolved: 'b', sendResolved: false, expected: undefined },
  { told: ['a', 'b', 0], firing: 'a', resolved: 'b', expected: undefined },
  { told: ['a', 'bc', 0], firing: 'a', resolved: 'b', expected: undefined },
  { told: ['a', '', 4 * hourMs], firing: 'a', expected: undefined },
  { told: ['a', '', 4 * hourMs + 1], firing: 'a', expected: 'repeat' },
  { told: ['a', '', 9 * hourMs], firing: 'ab', expected: 'new alerts' },
  { told: ['a', 'b', 9 * hourMs], firing: 'a', sendResolved: false, expected: 'repeat' },
])('told $told, firing "$firing", resolved "$resolved": $expected', (row) => {
  const reason = decide({
    told: row.told && {
      firing: set(row.told[0]),
      resolved: set(row.told[1]),
      atMs: atMs - row.told[2],
    },
    firing: set(row.firing),
    resolved: set(row.resolved ?? ''),
    sendResolved: row.sendResolved ?? true,
    repeatIntervalMs: 4 * hourMs,
    nowMs: atMs,
  })
  expect(reason).toBe(row.expected)
})
