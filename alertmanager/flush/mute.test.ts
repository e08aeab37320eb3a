import { expect, test } from '@jest/globals'
import { parseConfig } from '../config/config.ts'
import type { Flush, FlushedAlert } from './flush.ts'
import { mute, mutedBy } from './mute.ts'

const config = (route: string) =>
  parseConfig(
    `
route: { receiver: r, routes: [{ matchers: [a=b], routes: [{ matchers: [c=d] }], ${route} }] }
receivers: [{ name: r }]
time_intervals:
- name: office
  time_intervals: [{ times: [{ start_time: "09:00", end_time: "17:00" }] }]
- name: weekend
  time_intervals: [{ weekdays: [saturday] }, { weekdays: [sunday] }]
- name: never
  time_intervals: []
`,
    'am.yml',
  )

const friday = { noon: Date.parse('2026-03-06T12:00Z'), night: Date.parse('2026-03-06T22:00Z') }
const saturday = { noon: Date.parse('2026-03-07T12:00Z'), night: Date.parse('2026-03-07T22:00Z') }

const reasons = (route: string) => {
  const [child] = config(route).root.routes
  if (child === undefined) throw new Error('the file has a child')
  return [friday.noon, friday.night, saturday.noon, saturday.night].map(
    (atMs) => mutedBy(child, atMs)?.split(' ')[0],
  )
}

test.each([
  ['continue: false', [undefined, undefined, undefined, undefined]],
  ['mute_time_intervals: [office]', ['mute', undefined, 'mute', undefined]],
  ['mute_time_intervals: [office, weekend]', ['mute', undefined, 'mute', 'mute']],
  ['active_time_intervals: [office]', [undefined, 'active', undefined, 'active']],
  ['active_time_intervals: [office, weekend]', [undefined, 'active', undefined, undefined]],
  [
    'active_time_intervals: [office], mute_time_intervals: [weekend]',
    [undefined, 'active', 'mute', 'active'],
  ],
  ['mute_time_intervals: [never]', [undefined, undefined, undefined, undefined]],
  ['active_time_intervals: [never]', ['active', 'active', 'active', 'active']],
])('a route with %s', (route, expected) => {
  expect(reasons(route)).toEqual(expected)
})

test('hours are not handed down', () => {
  const [child] = config('mute_time_intervals: [office], active_time_intervals: [weekend]').root
    .routes
  expect(child?.routes[0]).toMatchObject({ muteTimes: [], activeTimes: [] })
})

test('alerts of a group that is muted are held back, unless something else holds them', async () => {
  const { root } = config('mute_time_intervals: [office]')
  // All that the stage reads of alerts and groups.
  const given: unknown = [{}, { heldBy: 'inhibition' }, { resolved: true }]
  const alerts = given as FlushedAlert[]
  const flush = (route: unknown): Flush => ({ group: { route }, alerts }) as unknown as Flush
  const run = (atMs: number) => mute({ nowMs: atMs }).run([flush(root.routes[0]), flush(root)])
  const heldBy = (flushes: readonly Flush[]) =>
    flushes.map((each) => each.alerts.map((entry) => entry.heldBy))
  expect(heldBy(await run(friday.noon))).toEqual([
    ['mute time interval', 'inhibition', 'mute time interval'],
    [undefined, 'inhibition', undefined],
  ])
  expect(await run(friday.night)).toEqual([flush(root.routes[0]), flush(root)])
})
