import { expect, test } from '@jest/globals'
import type { Alert } from '../alert.ts'
import { transitionOf } from './transition.ts'

const alert = (more: Partial<Alert>): Alert => ({
  fingerprint: 'f',
  labels: { alertname: 'Disk' },
  annotations: { summary: 'ill' },
  generatorUrl: 'http://rules/1',
  startsAtMs: 0,
  endsAtMs: 300_000,
  updatedAtMs: 1000,
  endIsGuess: true,
  ...more,
})
const fires = alert({})
const later = alert({ updatedAtMs: 60_000, endsAtMs: 360_000 })
const ended = alert({ updatedAtMs: 60_000, endsAtMs: 59_000 })
const timeOf = (ms: number) => new Date(ms).toISOString()

test.each([
  ['a new one fires', undefined, fires, { kind: 'fired', atMs: 1000, fingerprint: 'f' }],
  ['it is only prolonged', fires, later, undefined],
  [
    'its end is reported',
    fires,
    ended,
    { kind: 'resolved', atMs: 60_000, fingerprint: 'f', details: { endsAt: timeOf(59_000) } },
  ],
  [
    'nobody knew it before it had ended',
    undefined,
    ended,
    { kind: 'resolved', atMs: 60_000, fingerprint: 'f', details: { endsAt: timeOf(59_000) } },
  ],
  ['its end is reported again', ended, { ...ended, updatedAtMs: 70_000 }, undefined],
  [
    'it fires again',
    ended,
    alert({ updatedAtMs: 90_000, startsAtMs: 90_000, endsAtMs: 390_000 }),
    {
      kind: 'fired',
      atMs: 90_000,
      fingerprint: 'f',
      details: { again: true, endedAt: timeOf(59_000) },
    },
  ],
  [
    'it fires again after an end that nobody reported',
    fires,
    alert({ updatedAtMs: 400_000, startsAtMs: 400_000, endsAtMs: 700_000 }),
    {
      kind: 'fired',
      atMs: 400_000,
      fingerprint: 'f',
      details: { again: true, endedAt: timeOf(300_000) },
    },
  ],
  [
    'it says something else',
    fires,
    { ...later, annotations: { summary: 'worse', runbook: 'x' } },
    {
      kind: 'changed',
      atMs: 60_000,
      fingerprint: 'f',
      details: { annotations: { summary: 'worse', runbook: 'x' } },
    },
  ],
  [
    'it says less, from elsewhere',
    fires,
    { ...later, annotations: {}, generatorUrl: 'http://rules/2' },
    {
      kind: 'changed',
      atMs: 60_000,
      fingerprint: 'f',
      details: { annotations: { summary: null }, generatorURL: 'http://rules/2' },
    },
  ],
])('%s', (_, before, now, event) => {
  expect(transitionOf(before, now)).toEqual(event)
})
