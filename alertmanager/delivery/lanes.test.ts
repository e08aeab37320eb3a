import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createLanes, type Verdict } from './lanes.ts'

const settle = () => new Promise((resolve) => setImmediate(resolve))

function blocker() {
  const open: ((verdict?: Verdict) => void)[] = []
  let running = 0
  const run = async () => {
    running++
    const verdict = await new Promise<Verdict>((resolve) =>
      open.push((given = { kind: 'taken' }) => resolve(given)),
    )
    running--
    return verdict
  }
  let named = 0
  const attempt = () => ({ id: `n${++named}`, run })
  return { attempt, open, running: () => running }
}

test('a lane that hangs takes no place from another', async () => {
  const lanes = createLanes({ atOnce: 2, waiting: 1 }, createManualClock())
  const slow = blocker()
  const entered = [1, 2, 3, 4].map(() => lanes.enter('slow', slow.attempt()))
  expect(entered).toEqual([true, true, true, false])
  expect(slow.running()).toBe(2)
  const fast = blocker()
  lanes.enter('fast', fast.attempt())
  expect(fast.running()).toBe(1)
  expect(lanes.waiting).toBe(1)
})

test('who waits runs when a place is free', async () => {
  const lanes = createLanes({ atOnce: 1, waiting: 5 }, createManualClock())
  const work = blocker()
  lanes.enter('lane', work.attempt())
  lanes.enter('lane', work.attempt())
  expect(work.open).toHaveLength(1)
  work.open[0]?.()
  await settle()
  expect(work.open).toHaveLength(2)
  expect(lanes.waiting).toBe(0)
})

test('an attempt that waits or runs is not added twice', () => {
  const lanes = createLanes({ atOnce: 1, waiting: 5 }, createManualClock())
  const work = blocker()
  const [runs, waits] = [work.attempt(), work.attempt()]
  for (const attempt of [runs, waits, runs, waits]) expect(lanes.enter('lane', attempt)).toBe(true)
  expect(lanes.waiting).toBe(1)
  expect(work.running()).toBe(1)
})

test('closing waits for what runs and starts nothing more', async () => {
  const lanes = createLanes({ atOnce: 1, waiting: 5 }, createManualClock())
  const work = blocker()
  lanes.enter('lane', work.attempt())
  lanes.enter('lane', work.attempt())
  const closed = lanes.close()
  work.open[0]?.()
  await closed
  expect(work.open).toHaveLength(1)
  expect(lanes.enter('lane', work.attempt())).toBe(false)
})

test('a receiver that says "too many" is left alone for as long as it asks', async () => {
  const clock = createManualClock()
  const lanes = createLanes({ atOnce: 1, waiting: 5 }, clock)
  const work = blocker()
  lanes.enter('lane', work.attempt())
  lanes.enter('lane', work.attempt())
  work.open[0]?.({ kind: 'too many', pauseMs: 3000 })
  await settle()
  expect(work.open).toHaveLength(1)
  await clock.advance(2999)
  expect(work.open).toHaveLength(1)
  await clock.advance(1)
  expect(work.open).toHaveLength(2)
})

test('a receiver that takes 100 a second gets 2,000 in 25 s, with few refusals', async () => {
  const clock = createManualClock()
  const lanes = createLanes({ atOnce: 256, waiting: 20_000 }, clock)
  let [attempts, taken, second, inSecond] = [0, 0, 0, 0]
  const enter = (id: string) =>
    lanes.enter('lane', {
      id,
      async run() {
        attempts++
        const now = Math.floor(clock.monotonicMs() / 1000)
        if (now !== second) [second, inSecond] = [now, 0]
        if (++inSecond > 100) {
          clock.after(1000, () => enter(id))
          return { kind: 'too many', pauseMs: 1000 }
        }
        taken++
        return { kind: 'taken' }
      },
    })
  for (let i = 0; i < 2000; i++) enter(`n${i}`)
  let tookMs = 0
  for (; taken < 2000 && tookMs < 60_000; tookMs += 5) await clock.advance(5)
  expect(taken).toBe(2000)
  expect(tookMs).toBeLessThanOrEqual(25_000)
  expect(attempts / 2000).toBeLessThanOrEqual(1.2)
})
