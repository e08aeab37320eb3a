import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Alerts, type Found, nextAlerts, resolvedRetentionMs } from './alert-state.ts'

const seen: ReadonlyMap<string, Found> = new Map([
  ['a', { labels: { alertname: 'A' }, annotations: {}, value: 1 }],
])
const nothing: ReadonlyMap<string, Found> = new Map()

/** Evaluates every 15 s: `1` is found true, `0` is not. Gives `state@seconds` for each change. */
function live(pattern: string, { forS = 0, keepS = 0, from = new Map() as Alerts } = {}): string {
  let alerts = from
  const story: string[] = []
  for (const [i, found] of [...pattern].entries()) {
    const atMs = i * 15_000
    const timing = { atMs, forMs: forS * 1000, keepFiringForMs: keepS * 1000 }
    const next = nextAlerts(alerts, found === '1' ? seen : nothing, timing)
    alerts = next.alerts
    for (const { kind } of next.changes) story.push(`${kind}@${i * 15}`)
  }
  return story.join(' ')
}

test.each([
  ['fires at once without for', '110', {}, 'began@0 fired@0 resolved@30'],
  ['is pending for as long as for says', '11110', { forS: 30 }, 'began@0 fired@30 resolved@60'],
  [
    'is forgotten when it ends while pending',
    '1010',
    { forS: 30 },
    'began@0 gone@15 began@30 gone@45',
  ],
  [
    'is kept firing, and resolves after',
    '10000',
    { keepS: 30 },
    'began@0 fired@0 held@15 resolved@45',
  ],
  [
    'is kept anew after it was true again',
    '101000',
    { keepS: 30 },
    'began@0 fired@0 held@15 held@30 held@45 resolved@75',
  ],
  ['begins anew after it was resolved', '101', {}, 'began@0 fired@0 resolved@15 began@30 fired@30'],
])('an alert %s', (_, pattern, timing, story) => {
  expect(live(pattern, timing)).toBe(story)
})

test('a resolved alert is remembered for fifteen minutes', () => {
  const pattern = `1${'0'.repeat(resolvedRetentionMs / 15_000 + 3)}`
  expect(live(pattern)).toBe('began@0 fired@0 resolved@15 gone@930')
})

test.each(['pending', 'firing'] as const)(
  'a restored %s alert is kept until its data is back',
  (state) => {
    const from: Alerts = new Map([
      [
        'a',
        {
          labels: {},
          annotations: {},
          state,
          value: 1,
          activeAtMs: -60_000,
          unseenUntilMs: 45_000,
        },
      ],
    ])
    expect(live('000', { forS: 30, from })).toBe('')
    expect(live('0010', { forS: 30, from })).toBe(
      state === 'pending' ? 'fired@30 resolved@45' : 'resolved@45',
    )
    expect(live('0000', { forS: 30, from })).toBe(state === 'pending' ? 'gone@45' : 'resolved@45')
  },
)

test('only what was true for long enough fires, and all of it ends', () => {
  const steps = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 90 }), (found, forS) => {
      const pattern = found.map((is) => (is ? '1' : '0')).join('')
      const needed = Math.ceil(forS / 15) + 1
      const story = live(`${pattern}${'0'.repeat(70)}`, { forS })
      const runs = pattern.match(/1+/g) ?? []
      expect(story.match(/fired/g)?.length ?? 0).toBe(
        runs.filter((run) => run.length >= needed).length,
      )
      expect(story.match(/fired/g)?.length).toBe(story.match(/resolved/g)?.length)
    }),
  )
})
