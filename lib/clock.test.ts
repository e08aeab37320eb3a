import { expect, test } from '@jest/globals'
import { createManualClock, sleep } from '#lib/clock'

test('a manual clock runs what falls due in order, at its time', async () => {
  const clock = createManualClock(0)
  const seen: number[] = []
  clock.after(20, () => seen.push(clock.nowMs()))
  clock.after(10, () => {
    seen.push(clock.nowMs())
    clock.after(5, () => seen.push(clock.nowMs()))
  })
  clock.after(12, () => seen.push(-1)).cancel()
  await clock.advance(30)
  expect(seen).toEqual([10, 15, 20])
  expect(clock.nowMs()).toBe(30)
})

test('sleep ends at its time, or at once when it is aborted', async () => {
  const clock = createManualClock(0)
  let woke = 0
  const wake = () => {
    woke += 1
  }
  const stop = new AbortController()
  void sleep(clock, 100).then(wake)
  void sleep(clock, 1_000_000, stop.signal).then(wake)
  await clock.advance(99)
  expect(woke).toBe(0)
  await clock.advance(1)
  expect(woke).toBe(1)
  stop.abort()
  await clock.advance(0)
  expect(woke).toBe(2)
})
