import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { damp } from '../flush/damp.ts'
import { type Case, planFor } from '../flush/dedup.ts'
import type { FlushedAlert, Plan } from '../flush/flush.ts'
import { type Damping, isFlapping } from './flapping.ts'

const damping: Damping = { changes: 3, windowMs: 100, calmMs: 50 }

test.each<[string, readonly number[], number, boolean]>([
  ['three changes are no flapping', [0, 10, 20], 20, false],
  ['four are', [0, 10, 20, 30], 30, true],
  ['four that do not fit the window are not', [0, 40, 80, 120], 120, false],
  ['it flaps until it has been calm', [0, 10, 20, 30], 79, true],
  ['and then no more', [0, 10, 20, 30], 80, false],
  ['fewer changes than before keep it going', [0, 10, 20, 30, 75, 120, 165], 170, true],
  ['after a calm, the window decides again', [0, 10, 20, 30, 90], 90, true],
  ['a long calm is a new beginning', [0, 10, 20, 30, 190, 200], 200, false],
])('%s', (_, changedAtMs, nowMs, expected) => {
  expect(isFlapping(changedAtMs, nowMs, damping)).toBe(expected)
})

test('0 changes: nothing ever flaps', () => {
  const many = Array.from({ length: 60 }, (_, i) => i)
  expect(isFlapping(many, 60, { ...damping, changes: 0 })).toBe(false)
})

interface Told {
  readonly atMs: number
  readonly reason: string
  readonly state: 'firing' | 'resolved' | 'flapping'
}

/** One alert that changes at these moments, flushed every so often into a receiver that listens. */
async function tell(changes: readonly number[], everyMs: number): Promise<readonly Told[]> {
  const told: Told[] = []
  let log: Case['told']
  const endMs = (changes.at(-1) ?? 0) + 3 * damping.windowMs + 2 * everyMs
  for (let nowMs = 0; nowMs <= endMs; nowMs += everyMs) {
    const seen = changes.filter((ms) => ms <= nowMs)
    if (seen.length === 0) continue
    const plan = await planAt(entryOf(seen), nowMs, log)
    if (plan?.kind !== 'tell') continue
    const [alert] = plan.alerts
    const state =
      alert?.heldBy === 'flapping' ? 'flapping' : alert?.resolved ? 'resolved' : 'firing'
    told.push({ atMs: nowMs, reason: plan.reason, state })
    const { firing, resolved, held } = plan
    log = { firing, resolved, held, sent_at: new Date(nowMs) }
  }
  return told
}

/** As its row would have it: the end that is now is not written. */
function entryOf(seen: readonly number[]): FlushedAlert {
  const resolved = seen.length % 2 === 0
  const lastMs = seen.at(-1) ?? 0
  const alert = {
    fingerprint: 'a',
    labels: { alertname: 'a' },
    annotations: {},
    generatorUrl: '',
    startsAtMs: seen[0] ?? 0,
    endsAtMs: resolved ? lastMs : lastMs + 1e6,
    updatedAtMs: lastMs,
    endIsGuess: false,
  }
  return { alert, resolved, changedAtMs: resolved ? seen.slice(0, -1) : seen }
}

async function planAt(
  entry: FlushedAlert,
  nowMs: number,
  told: Case['told'],
): Promise<Plan | undefined> {
  // Of the group and the route only these are looked at.
  const group = { atMs: nowMs, route: { repeatIntervalMs: 1e9 } } as Case['flush']['group']
  const [flush] = await damp({ damping, nowMs }).run([{ group, alerts: [entry], plans: [] }])
  const slot = { group_id: 'g', integration: 'webhook', integration_index: 0 }
  return (
    flush && planFor({ flush, integration: { sendResolved: true }, slot, told, due: undefined })
  )
}

const pauses = fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 60 })
const at = (gaps: readonly number[]) =>
  gaps.map((_, i) => gaps.slice(0, i + 1).reduce((a, b) => a + b))

test('a flapping alert is told a few times a window, and in the end as it is', async () => {
  const { changes, windowMs, calmMs } = damping
  const most = changes + 1 + 2 * (Math.floor(windowMs / calmMs) + 1) + 1
  await fc.assert(
    fc.asyncProperty(pauses, fc.integer({ min: 1, max: 30 }), async (gaps, everyMs) => {
      const moments = at(gaps)
      const told = await tell(moments, everyMs)
      for (const { atMs } of told)
        expect(
          told.filter((one) => one.atMs > atMs - windowMs && one.atMs <= atMs).length,
        ).toBeLessThanOrEqual(most)
      const isFiring = moments.length % 2 === 1
      const last = told.at(-1)?.state
      // One that came and went between two flushes was never told, and has no end to be told.
      if (last !== undefined) expect(last).toBe(isFiring ? 'firing' : 'resolved')
      else expect(isFiring).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('while it flaps, nothing is told but that, once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 12, maxLength: 60 }),
      async (gaps) => {
        const told = await tell(at(gaps), 5)
        const begins = told.filter(({ reason }) => reason === 'flapping')
        const ends = told.filter(({ reason }) => reason === 'flapping ended')
        expect([begins.length, ends.length]).toEqual([1, 1])
        expect(told.at(-1)?.reason).toBe('flapping ended')
        expect(told.at(-2)?.reason).toBe('flapping')
      },
    ),
  )
})
