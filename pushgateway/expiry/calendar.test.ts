import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCalendar } from './calendar.ts'

const step = fc.oneof(
  fc.record({ put: fc.integer({ min: -5000, max: 90_000 }) }),
  fc.record({
    moveMs: fc.integer({ min: -3000, max: 40_000 }),
    countMax: fc.integer({ min: 1, max: 4 }),
  }),
)

test('everything comes out once, when its time has come and not a second later', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const calendar = createCalendar<{ atMs: number }>()
      const inside = new Set<{ atMs: number }>()
      let nowMs = 1_700_000_000_000
      for (const one of steps) {
        if ('put' in one) {
          const item = { atMs: nowMs + one.put }
          inside.add(item)
          calendar.put(item, item.atMs)
          continue
        }
        nowMs += one.moveMs
        const taken = calendar.take(nowMs, one.countMax)
        expect(taken.length).toBeLessThanOrEqual(one.countMax)
        for (const item of taken) expect(inside.delete(item)).toBe(true)
        if (taken.length < one.countMax)
          for (const { atMs } of inside) expect(atMs).toBeGreaterThan(nowMs - 1000)
      }
      const rest = calendar.take(nowMs + 200_000, steps.length)
      expect(new Set(rest)).toEqual(inside)
    }),
  )
})

test('nothing comes before its time', () => {
  const calendar = createCalendar<string>()
  calendar.put('x', 5001)
  expect(calendar.take(5999, 9)).toEqual([])
  expect(calendar.take(6000, 9)).toEqual(['x'])
})
