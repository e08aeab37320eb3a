import { expect, test } from '@jest/globals'
import { fingerprint, type Labels } from '#lib/labels'
import type { FlushedAlert } from '../flush/flush.ts'
import { type Ack, createAckIndex, stateOf } from './acks.ts'
import { endingsOf } from './endings.ts'

const atMs = 1_800_000_000_000
const ackedAtMs = atMs - 60_000
const before = ackedAtMs - 1000
const after = ackedAtMs + 1000

const warning = { alertname: 'Slow', node: 'n1', severity: 'warning' }

function fires(labels: Labels, beganMs = before, more: Partial<FlushedAlert> = {}): FlushedAlert {
  const alert = {
    fingerprint: fingerprint(labels),
    labels,
    annotations: {},
    generatorUrl: '',
    startsAtMs: beganMs,
    endsAtMs: atMs + 60_000,
    updatedAtMs: beganMs,
    endIsGuess: false,
  }
  return { alert, resolved: false, changedAtMs: [beganMs], ...more }
}

const ackOf = (labels: Labels): Ack => ({
  id: 'ack',
  fingerprint: fingerprint(labels),
  labels,
  createdAtMs: ackedAtMs,
  createdBy: 'test',
  comment: 'on it',
  expiresAtMs: atMs + 1,
})

function reasonsFor(alerts: readonly FlushedAlert[]): readonly string[] {
  const index = createAckIndex()
  index.put(ackOf(warning), ackedAtMs)
  // The group says no more than when it is flushed.
  const group = { atMs } as Parameters<typeof endingsOf>[0]['group']
  return endingsOf({ group, alerts }, index).map(({ because }) => because)
}

const critical = { ...warning, severity: 'critical' }
const other = { ...warning, node: 'n2' }

test.each<[string, readonly FlushedAlert[], readonly string[]]>([
  ['an alert that goes on firing stays acknowledged', [fires(warning)], []],
  ['one that is resolved does not', [fires(warning, before, { resolved: true })], ['resolved']],
  ['one that fires again does not', [fires(warning, after)], ['fired again']],
  ['nor when another joins its group', [fires(warning), fires(other, after)], ['others joined']],
  ['one that was there already does not matter', [fires(warning), fires(other)], []],
  [
    'nor does one that is held back',
    [fires(warning), fires(other, after, { heldBy: 'silence' })],
    [],
  ],
  ['nor one that is over', [fires(warning), fires(other, after, { resolved: true })], []],
  ['a higher severity ends it', [fires(warning), fires(critical, after)], ['severity rose']],
  ['also in a group of its own', [fires(critical, after)], ['severity rose']],
  ['not when it was there already', [fires(critical)], []],
  ['a lower one does not', [fires({ ...warning, severity: 'info' }, after)], []],
])('%s', (_, alerts, expected) => {
  expect(reasonsFor(alerts)).toEqual(expected)
})

test('an acknowledgement expires, and is replaced by the next one of its alert', () => {
  const index = createAckIndex()
  const ack = ackOf(warning)
  index.put(ack, ackedAtMs)
  expect(index.of(ack.fingerprint, atMs)).toBe(ack)
  expect(stateOf(ack, ack.expiresAtMs)).toBe('expired')
  const next = { ...ack, id: 'next', expiresAtMs: atMs + 100 }
  index.put(next, atMs)
  index.put({ ...ack, ended: { atMs, because: 'replaced' } }, atMs)
  expect(index.of(ack.fingerprint, atMs + 50)).toBe(next)
  expect(index.ofFamily(critical, atMs)).toEqual([next])
  expect(index.of(ack.fingerprint, atMs + 100)).toBeUndefined()
  expect(index.size).toBe(0)
})
