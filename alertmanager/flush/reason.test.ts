import { expect, test } from '@jest/globals'
import { flappingName } from '../damping/flapping.ts'
import type { Reason } from './decision.ts'
import type { FlushedAlert } from './flush.ts'
import { isHeld, reasonOf } from './reason.ts'

const alert: FlushedAlert['alert'] = {
  fingerprint: 'a',
  labels: { alertname: 'a' },
  annotations: {},
  generatorUrl: '',
  startsAtMs: 0,
  endsAtMs: 1,
  updatedAtMs: 0,
  endIsGuess: false,
}
const fires: FlushedAlert = { alert, resolved: false }
const acked: FlushedAlert = { ...fires, ack: 'id' }
const over: FlushedAlert = { ...fires, resolved: true }
const worse: FlushedAlert = { ...fires, isWorse: true }
const a = flappingName('a')

test.each<[string, Reason | undefined, string[], string[], string | undefined]>([
  ['what upstream decides, goes', 'new alerts', ['a'], [], 'new alerts'],
  ['nothing is nothing', undefined, ['a'], ['a'], undefined],
  ['that it flaps is why', 'new alerts', [a], ['a'], 'flapping'],
  ['also at first', 'first', [a], [], 'flapping'],
  ['a repeat of it is a repeat', 'repeat', [a], [a], 'repeat'],
  ['other news while it flaps is other news', 'new alerts', [a, 'b'], [a], 'new alerts'],
  ['when it fires for good', 'new alerts', ['a'], [a], 'flapping ended'],
  ['when it is resolved for good', 'all resolved', [], [a], 'flapping ended'],
])('%s', (_, decided, firing, told, expected) => {
  expect(reasonOf(decided, { visible: [fires], firing, told: { firing: told } })).toBe(expected)
})

test('what has become worse is told, news or not', () => {
  const news = { visible: [fires, worse], firing: ['a'], told: { firing: ['a'] } }
  expect(reasonOf(undefined, news)).toBe('worsened')
  expect(reasonOf('repeat', news)).toBe('worsened')
})

test('a repeat is held where all that fires is acknowledged, and nothing else ever is', () => {
  expect(isHeld('repeat', [acked, acked])).toBe(true)
  expect(isHeld('repeat', [acked, over])).toBe(true)
  expect(isHeld('repeat', [acked, fires])).toBe(false)
  for (const reason of ['first', 'new alerts', 'new resolved', 'all resolved', 'owed'] as const)
    expect(isHeld(reason, [acked])).toBe(false)
  expect(isHeld(undefined, [acked])).toBe(false)
})
