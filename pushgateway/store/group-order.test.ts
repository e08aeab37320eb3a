import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createGroupOrder } from './group-order.ts'

interface Group {
  readonly labelText: string
  visible: object | undefined
}

test('whatever comes and goes between readings, each reading is what sorting gives', () => {
  const step = fc.record({ which: fc.nat(9), isSeen: fc.boolean(), reads: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const order = createGroupOrder<Group>()
      const groups = Array.from({ length: 10 }, (_, i): Group => {
        return { labelText: `job="${(i * 7) % 10}"`, visible: undefined }
      })
      for (const { which, isSeen, reads } of steps) {
        const group = groups[which]!
        if ((group.visible !== undefined) !== isSeen) {
          group.visible = isSeen ? {} : undefined
          order.changed(group)
        }
        if (reads) expect(order.sorted()).toEqual(sorted(groups))
      }
      expect(order.sorted()).toEqual(sorted(groups))
    }),
  )
})

function sorted(groups: readonly Group[]): readonly Group[] {
  return groups
    .filter(({ visible }) => visible !== undefined)
    .toSorted((a, b) => (a.labelText < b.labelText ? -1 : 1))
}

test('a list that was read stays as it is', () => {
  const order = createGroupOrder<Group>()
  const group: Group = { labelText: 'job="a"', visible: {} }
  order.changed(group)
  const before = order.sorted()
  group.visible = undefined
  order.changed(group)
  expect(before).toHaveLength(1)
  expect(order.sorted()).toEqual([])
})
