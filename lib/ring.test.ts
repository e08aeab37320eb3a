import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ownerOf, rank } from '#lib/ring'

const members = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 12 })

test('every member computes the same owner, whatever the order of the list', () => {
  fc.assert(
    fc.property(members, fc.string(), (names, id) => {
      expect(ownerOf(id, [...names].reverse())).toBe(ownerOf(id, names))
    }),
  )
})

test('a member that leaves hands its ids to the second in rank and moves no other', () => {
  fc.assert(
    fc.property(members, fc.string(), fc.nat(), (names, id, pick) => {
      const gone = names[pick % names.length]
      const rest = names.filter((name) => name !== gone)
      const before = rank(id, names)
      expect(ownerOf(id, rest)).toBe(before[0] === gone ? before[1] : before[0])
    }),
  )
})

test('ids spread evenly', () => {
  const names = ['a', 'b', 'c', 'd']
  const counts = new Map<string, number>()
  for (let i = 0; i < 8000; i++) {
    const owner = ownerOf(`id-${i}`, names) ?? ''
    counts.set(owner, (counts.get(owner) ?? 0) + 1)
  }
  for (const name of names) expect(Math.abs((counts.get(name) ?? 0) - 2000)).toBeLessThan(200)
})

test('nobody owns anything where there is no member', () => {
  expect(ownerOf('x', [])).toBeUndefined()
})
