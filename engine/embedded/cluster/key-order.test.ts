import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { KeyOrder } from './key-order.ts'

test('keys come out as a sorted set would give them, whatever was added and deleted', () => {
  const step = fc.record({ add: fc.boolean(), key: fc.string({ maxLength: 3 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.string({ maxLength: 2 }), (steps, from) => {
      const order = new KeyOrder()
      const model = new Set<string>()
      for (const { add, key } of steps) {
        if (add) order.add(key)
        else order.delete(key)
        if (add) model.add(key)
        else model.delete(key)
      }
      expect([...order.from(from)]).toEqual([...model].filter((key) => key >= from).sort())
      expect(order.size).toBe(model.size)
    }),
    { numRuns: 500 },
  )
})

test('runs split and vanish without losing a key', () => {
  const keys = Array.from({ length: 5000 }, (_, i) => String((i * 7919) % 5000).padStart(5, '0'))
  const order = KeyOrder.of(keys.slice(0, 100))
  for (const key of keys) order.add(key)
  expect([...order.from('')]).toEqual([...keys].sort())
  for (const key of keys.slice(0, 4990)) order.delete(key)
  expect([...order.from('')]).toEqual(keys.slice(4990).sort())
})
