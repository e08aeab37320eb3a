/** For tests: alerts, routes and integrations that explanations are of. */
import { fingerprint, type Labels } from '#lib/labels'
import type { Alert } from '../alert.ts'
import type { Route } from '../arrival/routing.ts'
import type { SlotFact } from './facts.ts'

export const minutes = 60_000

/** On one certain night. */
export const at = (time: string) => Date.parse(`2026-11-21T${time}Z`)

export const alertOfLabels = (labels: Labels, more: Partial<Alert> = {}): Alert => ({
  fingerprint: fingerprint(labels),
  labels,
  annotations: {},
  generatorUrl: '',
  startsAtMs: at('03:00'),
  endsAtMs: at('03:09'),
  updatedAtMs: at('03:04'),
  endIsGuess: true,
  ...more,
})

export const routeOf = (more: Partial<Route>): Route => ({
  id: 'route',
  key: '{}',
  receiver: 'ops',
  groupBy: ['alertname'],
  groupWaitMs: 30_000,
  groupIntervalMs: 5 * minutes,
  repeatIntervalMs: 4 * 60 * minutes,
  matchers: [],
  continues: false,
  activeTimes: [],
  muteTimes: [],
  labels: {},
  routes: [],
  ...more,
})

export const integration = (name: string, index = 0): SlotFact => ({
  name,
  index,
  sendResolved: true,
})
