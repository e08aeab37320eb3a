import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { seededRandom } from '#lib/random'
import { backoffMs, retry } from '#lib/retry'

const policy = { attempts: 4, firstDelayMs: 10, delayMsMax: 40 }

test('what fails and then holds gives its result', async () => {
  const clock = createManualClock(0)
  let tries = 0
  const result = retry(policy, { clock, random: seededRandom(1) }, async () => {
    tries += 1
    if (tries < 3) throw new Error('not yet')
    return 'held'
  })
  await clock.advance(1000)
  expect(await result).toBe('held')
})

test('the last error passes through when the attempts are used up', async () => {
  const clock = createManualClock(0)
  const result = retry(policy, { clock, random: seededRandom(1) }, async (attempt) => {
    throw new Error(`try ${attempt}`)
  })
  const seen = expect(result).rejects.toThrow('try 4')
  await clock.advance(1000)
  await seen
})

test('an error that does not pass is not tried again', async () => {
  const world = { clock: createManualClock(0), random: seededRandom(1) }
  const firm = { ...policy, isPassing: () => false }
  await expect(
    retry(firm, world, async (attempt) => {
      throw new Error(`try ${attempt}`)
    }),
  ).rejects.toThrow('try 1')
})

test('a pause lies between half and the whole of its exponential bound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), fc.integer(), (attempt, seed) => {
      const bound = Math.min(40, 10 * 2 ** (attempt - 1))
      const pause = backoffMs(policy, attempt, seededRandom(seed))
      expect(pause).toBeGreaterThanOrEqual(bound / 2)
      expect(pause).toBeLessThanOrEqual(bound)
    }),
  )
})
