import { expect, test } from '@jest/globals'
import { replayJson } from './json.ts'
import type { Life } from './lives.ts'
import { printReplay } from './print.ts'
import type { Replay } from './replay.ts'

const startMs = Date.UTC(2026, 9, 10, 3)
const at = (minutes: number) => startMs + minutes * 60_000

const life = (began: number, fired: number, ended?: number): Life => ({
  ...{ labels: { alertname: 'DiskHot', device: 'sda' }, element: { device: 'sda' } },
  ...{ beganMs: at(began), firedMs: at(fired), isOlder: false },
  ...(ended === undefined ? {} : { endedMs: at(ended) }),
})
const { firedMs: _, ...pending } = life(10, 0, 18)

const told = (minutes: number, integration: string) => ({
  ...{ atMs: at(minutes), receiver: 'ops', integration, reason: 'first' },
  ...{ groupKey: '{}', groupLabels: {}, firing: [{ alertname: 'DiskHot' }], resolved: [] },
})
const counted = { before: { notifications: 1, firing: 1 }, after: { notifications: 0, firing: 0 } }

const replay: Replay = {
  ...{ source: 'http://it', compares: 'rules', window: { fromMs: at(0), toMs: at(60) } },
  placements: [{ file: 'new.yml', inPlaceOf: ['/etc/new.yml'] }],
  changes: [
    {
      ...{ rule: 'disks/DiskHot', name: 'DiskHot', kind: 'changed' },
      fields: [{ field: 'for', before: '5m', after: '10m' }],
    },
    { rule: 'disks/DiskNew', name: 'DiskNew', kind: 'new', fields: [] },
  ],
  totals: [
    {
      name: 'DiskHot',
      before: { fired: 2, firedAgain: 1, firingMs: 600_000 },
      after: { fired: 1, firedAgain: 0, firingMs: 300_000 },
    },
  ],
  differences: [
    { kind: 'gone', labels: life(0, 0).labels, before: [life(10, 15, 18)], after: [pending] },
    { kind: 'moved', labels: life(0, 0).labels, before: [life(30, 35)], after: [life(30, 40)] },
  ],
  notifications: {
    receivers: ['email[0]', 'webhook[0]'].map((integration) => {
      return { receiver: 'ops', integration, ...counted }
    }),
    onlyBefore: [told(15.5, 'email[0]'), told(15.5, 'webhook[0]')],
    onlyAfter: [],
  },
  gaps: [{ fromMs: at(50), toMs: at(55) }],
  unjudged: [
    {
      ...{ rule: 'disks/DiskNew', side: 'after', isChanged: true, failures: [] },
      lacks: [{ fromMs: at(0), toMs: at(20), selectors: ['wear'] }],
    },
  ],
  notes: ['Something to know'],
  evaluated: { before: 1, after: 2 },
}

test('a replay is read from its first line on', () => {
  expect(printReplay(replay)).toBe(`\
Alerts that fire: 1 no more, 1 at other times; notifications: 2 → 0; not everything could be judged
2026-10-10 03:00:00 to 2026-10-10 04:00:00 UTC (1h), http://it
rules evaluated: 1 before, 2 after; else as recorded

Changed rules
  new.yml for /etc/new.yml
  disks/DiskHot  for: 5m → 10m
  disks/DiskNew  new

Alerts
               fired  again within an hour  firing for
  DiskHot      2 → 1  1 → 0                 10m → 5m
  all of them  2 → 1  1 → 0                 10m → 5m

Would fire no more
  DiskHot{device="sda"}
    10-10 03:15:00 .. 10-10 03:18:00 (3m)
    now only pending 10-10 03:10:00 .. 10-10 03:18:00 (8m)

Would fire at other times
  DiskHot{device="sda"}
    before 10-10 03:35:00 .. still (25m)
    after  10-10 03:40:00 .. still (20m): fires 5m later

Notifications
                  notifications  of something that fires
  ops/email[0]    1 → 0          1 → 0
  ops/webhook[0]  1 → 0          1 → 0
  - 10-10 03:15:30  ops/email[0],webhook[0]  DiskHot: 1 firing (first)

Not judged
  everything 10-10 03:50:00 .. 10-10 03:55:00 (5m): the source has no samples
  disks/DiskNew (after) 10-10 03:00:00 .. 10-10 03:20:00 (20m): nothing is there of wear

Notes
  Something to know
`)
})

test('where nothing is otherwise that stands first', () => {
  const { notifications: __, ...same } = replay
  const text = printReplay({ ...same, changes: [], totals: [], differences: [], gaps: [] })
  expect(text).toMatch(/^The same alerts fire; not everything could be judged\n/)
  expect(text).toContain('no rule is another than before')
  expect(text).toContain('none fires, neither before nor after')
})

test('programs get RFC 3339 and seconds', () => {
  const shown = JSON.parse(replayJson(replay))
  expect(shown.window).toEqual({ from: '2026-10-10T03:00:00.000Z', to: '2026-10-10T04:00:00.000Z' })
  expect(shown.differences[0].before[0]).toMatchObject({
    ...{ beganAt: '2026-10-10T03:10:00.000Z', firedAt: '2026-10-10T03:15:00.000Z' },
    endedAt: '2026-10-10T03:18:00.000Z',
  })
  expect(shown.totals[0].before).toEqual({ fired: 2, firedAgain: 1, firingSeconds: 600 })
})
