import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Clock, createManualClock } from '#lib/clock'
import { firstBeatMs, startBeat } from './beat.ts'

test('beats are whole intervals after the first, however long a pass takes', async () => {
  const clock = createManualClock(1_000_000)
  const beats: number[] = []
  const beat = startBeat({ clock, everyMs: 1000, firstMs: 1_000_300 }, () => {
    beats.push(clock.nowMs())
  })
  await clock.advance(3500)
  expect(beats).toEqual([1_000_300, 1_001_300, 1_002_300, 1_003_300])
  expect(beat.dueMs()).toBe(1_003_500)
  beat.stop()
  await clock.advance(2000)
  expect(beats).toHaveLength(4)
})

test('a timer that rings a little late is on time, one that is later is not', async () => {
  const manual = createManualClock(1_000_000)
  let lateMs = 0
  const clock: Clock = {
    ...manual,
    nowMs: () => manual.nowMs() + lateMs,
    after: (delayMs, run) => manual.after(delayMs, run),
  }
  const due: number[] = []
  const beat = startBeat({ clock, everyMs: 1000, firstMs: 1_001_000 }, () => {
    due.push(beat.dueMs())
  })
  lateMs = 2
  await manual.advance(1000)
  lateMs = 5
  await manual.advance(1000)
  expect(due).toEqual([1_001_000, 1_002_003])
  beat.stop()
})

test('a timer that rings a little early does not ring twice for one beat', async () => {
  const manual = createManualClock(1_000_000)
  const clock: Clock = { ...manual, after: (delayMs, run) => manual.after(delayMs - 1, run) }
  const due: number[] = []
  const beat = startBeat({ clock, everyMs: 1000, firstMs: 1_001_000 }, () => {
    due.push(beat.dueMs())
  })
  await manual.advance(3500)
  expect(due).toEqual([1_001_000, 1_002_000, 1_003_000])
  beat.stop()
})

test('targets have their places within the interval, each the same one every time', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(1e6), fc.integer({ min: 1, max: 1e5 }), (key, now, every) => {
      const first = firstBeatMs(key, every, now)
      expect(first).toBeGreaterThanOrEqual(now)
      expect(first).toBeLessThan(now + every)
      expect((firstBeatMs(key, every, now + 7 * every + 3) - first) % every).toBe(0)
    }),
  )
  const places = new Set(['a', 'b', 'c', 'd', 'e'].map((key) => firstBeatMs(key, 15_000, 0)))
  expect(places.size).toBe(5)
})
