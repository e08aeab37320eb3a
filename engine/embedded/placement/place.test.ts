import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { groupOf } from './hash.ts'
import { countDomains, domainOf, type Placeable, place } from './place.ts'

const disk = fc.record({
  datacentre: fc.integer({ min: 0, max: 1 }),
  rack: fc.integer({ min: 0, max: 3 }),
  node: fc.integer({ min: 0, max: 3 }),
  weight: fc.integer({ min: 1, max: 8 }),
})

/** Topologies of up to 24 disks; a disk's device is its own. */
const topology = fc
  .array(disk, { minLength: 1, maxLength: 24 })
  .map((list) => list.map((each, i) => placeable({ ...each, id: `d${i}` })))

const rule = fc.record({
  poolId: fc.integer({ min: 1, max: 9 }),
  copies: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 1, max: 4 }),
})

const groups = Array.from({ length: 64 }, (_, i) => i)

test('no two copies ever share a fault domain, and no copy is missing that could be placed', () => {
  fc.assert(
    fc.property(topology, rule, (disks, rule) => {
      const byId = new Map(disks.map((disk) => [disk.id, disk]))
      for (const group of groups) {
        const chosen = place(disks, rule, group)
        const domains = new Set(chosen.map((id) => domainOf(byId.get(id)!, rule.depth)))
        expect(domains.size).toBe(chosen.length)
        expect(chosen.length).toBe(Math.min(rule.copies, countDomains(disks, rule.depth)))
      }
    }),
    { numRuns: 500 },
  )
})

test('placement is the same for the same topology, whatever the order of its disks', () => {
  fc.assert(
    fc.property(topology, rule, (disks, rule) => {
      for (const group of groups)
        expect(place([...disks].reverse(), rule, group)).toEqual(place(disks, rule, group))
    }),
  )
})

test('when a disk leaves, only the copies it held move: the least that is possible', () => {
  fc.assert(
    fc.property(topology, rule, fc.nat(), (disks, rule, pick) => {
      const leaving = disks[pick % disks.length]!
      const rest = disks.filter((disk) => disk !== leaving)
      for (const group of groups) {
        const before = place(disks, rule, group)
        const after = place(rest, rule, group)
        const moved = before.filter((id) => !after.includes(id))
        expect(moved).toEqual(before.includes(leaving.id) ? [leaving.id] : [])
      }
    }),
    { numRuns: 300 },
  )
})

test('when a disk becomes the last resort it is used only where domains would run out', () => {
  fc.assert(
    fc.property(topology, rule, fc.nat(), (disks, rule, pick) => {
      const leaving = disks[pick % disks.length]!
      const marked = disks.map((disk) => (disk === leaving ? { ...disk, lastResort: true } : disk))
      const rest = disks.filter((disk) => disk !== leaving)
      const enough = countDomains(rest, rule.depth) >= rule.copies
      for (const group of groups)
        if (enough) expect(place(marked, rule, group)).toEqual(place(rest, rule, group))
        else expect(place(marked, rule, group).length).toBe(place(disks, rule, group).length)
    }),
  )
})

test('disks get data in the ratio of their weights', () => {
  const disks = Array.from({ length: 12 }, (_, i) =>
    placeable({ id: `d${i}`, datacentre: 0, rack: i, node: 0, weight: i < 6 ? 1 : 2 }),
  )
  const held = new Map<string, number>()
  const rule = { poolId: 1, copies: 1, depth: 2 }
  for (let group = 0; group < 30_000; group++)
    for (const id of place(disks, rule, group)) held.set(id, (held.get(id) ?? 0) + 1)
  for (const disk of disks) {
    const share = held.get(disk.id)! / 30_000
    expect(Math.abs(share - disk.weight / 18)).toBeLessThan(0.01)
  }
})

test('keys spread evenly over the groups, also keys that count up', () => {
  const counts = new Array<number>(64).fill(0)
  for (let i = 0; i < 64_000; i++) counts[groupOf(`backup/2026/${i}`, 64)]!++
  expect(Math.min(...counts)).toBeGreaterThan(850)
  expect(Math.max(...counts)).toBeLessThan(1150)
})

function placeable(at: {
  id: string
  datacentre: number
  rack: number
  node: number
  weight: number
}): Placeable {
  const domains = [`dc${at.datacentre}`, `r${at.rack}`, `n${at.node}`, at.id]
  return { id: at.id, weight: at.weight, domains, lastResort: false }
}
