import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parallel } from './parallel.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

test('every item is run once, never more than the slots at a time, results in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3), { maxLength: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (turns, slots) => {
        let running = 0
        let runningMax = 0
        const results = await parallel(turns, slots, async (count) => {
          runningMax = Math.max(runningMax, ++running)
          for (let i = 0; i < count; i++) await turn()
          running--
          return count * 2
        })
        expect(results).toEqual(turns.map((count) => count * 2))
        expect(runningMax).toBeLessThanOrEqual(slots)
      },
    ),
    { numRuns: 50 },
  )
})

test('an error ends the whole with that error', async () => {
  const run = async (item: number) => {
    if (item === 2) throw new Error('two')
    return item
  }
  await expect(parallel([1, 2, 3], 2, run)).rejects.toThrow('two')
})
