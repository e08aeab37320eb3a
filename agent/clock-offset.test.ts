import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { type ClockOffset, createClockOffset } from './clock-offset.ts'

const own = createManualClock()

/** A gateway whose clock is `aheadMs` ahead, behind a network of so many milliseconds each way. */
async function ask(offset: ClockOffset, given: { aheadMs: number; out: number; back: number }) {
  const askedMs = own.monotonicMs()
  await own.advance(given.out)
  const dateMs = Math.floor((own.nowMs() + given.aheadMs) / 1000) * 1000
  await own.advance(given.back)
  offset.note({ dateMs, askedMs, heardMs: own.monotonicMs() })
}

const valuesOf = (offset: ClockOffset) =>
  offset.families().map(({ samples }) => samples[0]?.value ?? Number.NaN)

test('an offset that nobody measured is absent, and so is one of long ago', async () => {
  const offset = createClockOffset(own)
  expect(offset.families()).toEqual([])
  await ask(offset, { aheadMs: 0, out: 1, back: 1 })
  expect(offset.families().map(({ name }) => name)).toEqual([
    'zstone_agent_clock_offset_seconds',
    'zstone_agent_clock_offset_uncertainty_seconds',
  ])
  await own.advance(11 * 60_000)
  expect(offset.families()).toEqual([])
})

test('a few questions at the right moments tell the offset to some hundredths of a second', async () => {
  for (const aheadMs of [0, 499, -730, 90_000, -3_600_250]) {
    const offset = createClockOffset(own)
    await ask(offset, { aheadMs, out: 2, back: 3 })
    let questions = 0
    for (let wait = offset.nextQuestionMs(); wait !== undefined; wait = offset.nextQuestionMs()) {
      await own.advance(wait)
      await ask(offset, { aheadMs, out: 2, back: 3 })
      questions++
    }
    const [seconds = Number.NaN, uncertainty = Number.NaN] = valuesOf(offset)
    expect(questions).toBeLessThanOrEqual(7)
    expect(uncertainty).toBeLessThan(0.05)
    expect(Math.abs(seconds - aheadMs / 1000)).toBeLessThanOrEqual(uncertainty + 1e-9)
  }
})

test('the true offset is never outside the uncertainty, whatever the network does', async () => {
  const delay = fc.integer({ min: 0, max: 400 })
  const exchange = fc.record({
    out: delay,
    back: delay,
    pauseMs: fc.integer({ max: 30_000, min: 0 }),
  })
  const aheadMs = fc.integer({ min: -5000, max: 5000 })
  await fc.assert(
    fc.asyncProperty(
      aheadMs,
      fc.array(exchange, { minLength: 1, maxLength: 8 }),
      async (ahead, all) => {
        const offset = createClockOffset(own)
        for (const { pauseMs, ...each } of all) {
          await own.advance(pauseMs)
          await ask(offset, { aheadMs: ahead, ...each })
          const [seconds = Number.NaN, uncertainty = Number.NaN] = valuesOf(offset)
          expect(Math.abs(seconds - ahead / 1000)).toBeLessThanOrEqual(uncertainty + 1e-9)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('a clock that is set is believed at the next answer', async () => {
  const offset = createClockOffset(own)
  for (let i = 0; i < 5; i++) await ask(offset, { aheadMs: 0, out: 1, back: 1 })
  await ask(offset, { aheadMs: 7000, out: 1, back: 1 })
  const [seconds = Number.NaN, uncertainty = Number.NaN] = valuesOf(offset)
  expect(Math.abs(seconds - 7)).toBeLessThanOrEqual(uncertainty)
})
