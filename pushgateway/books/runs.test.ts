import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Runs } from './runs.ts'

test('no number is in two runs, and what is given back is given out again', () => {
  const steps = fc.array(fc.record({ length: fc.nat(40), takes: fc.boolean() }))
  fc.assert(
    fc.property(steps, (wanted) => {
      const runs = new Runs()
      const out: { first: number; length: number }[] = []
      for (const { length, takes } of wanted) {
        if (takes) out.push({ first: runs.take(length), length })
        else for (const { first, length } of out.splice(0, 1)) runs.giveBack(first, length)
        const numbers = out.flatMap(({ first, length }) =>
          Array.from({ length }, (_, i) => first + i),
        )
        expect(new Set(numbers).size).toBe(numbers.length)
      }
    }),
  )
})

test('one that grows by one each time takes no more than four times its length', () => {
  const runs = new Runs()
  let most = 0
  for (let length = 1; length <= 1000; length++) {
    const first = runs.take(length)
    most = Math.max(most, first + length)
    runs.giveBack(first, length)
  }
  expect(most).toBeLessThan(4000)
})
