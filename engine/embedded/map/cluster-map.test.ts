import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type ClusterMap, isQuorum, strikeOff, wantedOf, withDisk } from './cluster-map.ts'

test('two sets of disks that are both a quorum always share a disk', () => {
  const voters = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), {
    minLength: 1,
    maxLength: 9,
  })
  fc.assert(
    fc.property(voters, fc.infiniteStream(fc.boolean()), (voters, coins) => {
      const pick = () => new Set(voters.filter(() => coins.next().value))
      const [a, b] = [pick(), pick()]
      if (isQuorum(voters, a) && isQuorum(voters, b)) expect(a.isDisjointFrom(b)).toBe(false)
    }),
    { numRuns: 1000 },
  )
})

test('a failed disk is struck off a group, but the last holder never is', () => {
  const map = mapOf([['a', 'b', 'c'], ['a', 'b'], ['a']])
  const one = strikeOff(withDisk(map, 'a', { failed: true }))
  expect(one.pools[0]!.groups).toEqual([['b', 'c'], ['b'], ['a']])
  const two = strikeOff(withDisk(one, 'b', { failed: true }))
  expect(two.pools[0]!.groups).toEqual([['c'], ['b'], ['a']])
})

test('disks that fail together stay holders together: no write came between', () => {
  const map = mapOf([['a', 'b']])
  const both = withDisk(withDisk(map, 'a', { failed: true }), 'b', { failed: true })
  expect(strikeOff(both).pools[0]!.groups).toEqual([['a', 'b']])
})

test('a draining disk keeps its group when no other domain is left', () => {
  const map = withDisk(mapOf([['a', 'b', 'c']]), 'b', { intent: 'draining' })
  expect([...wantedOf(map.dataDisks, map.pools[0]!, 0)].sort()).toEqual(['a', 'b', 'c'])
})

function mapOf(groups: string[][]): ClusterMap {
  const disk = (id: string) => ({
    id,
    datacentre: 'dc1',
    rack: `rack-${id}`,
    node: `node-${id}`,
    device: 'sda',
    path: `/${id}`,
    sizeBytes: 1000,
    intent: 'in' as const,
    failed: false,
  })
  return {
    format: 1,
    engineId: 'e',
    epoch: 1,
    votersBefore: [],
    versionsReserved: 0,
    poolIdNext: 2,
    dataDisks: ['a', 'b', 'c'].map(disk),
    pools: [{ id: 1, name: 'gold', copies: 3, copiesMin: 2, faultDomain: 'rack', groups }],
  }
}
