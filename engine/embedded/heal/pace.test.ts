import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createPace } from './pace.ts'

test('work goes at its rate, and at half of it while clients are busy', async () => {
  const clock = createManualClock()
  let busy = false
  const pace = createPace({ clock, bytesPerSecond: 1000, isBusy: () => busy })
  let takenBytes = 0
  const work = async () => {
    for (let i = 0; i < 40; i++) {
      await pace.take(100)
      takenBytes += 100
    }
  }
  const done = work()
  await clock.advance(1000)
  expect(takenBytes).toBeGreaterThanOrEqual(1000)
  expect(takenBytes).toBeLessThanOrEqual(1200)
  busy = true
  const before = takenBytes
  await clock.advance(1000)
  expect(takenBytes - before).toBeGreaterThanOrEqual(400)
  expect(takenBytes - before).toBeLessThanOrEqual(600)
  busy = false
  await clock.advance(5000)
  await done
  expect(takenBytes).toBe(4000)
})
