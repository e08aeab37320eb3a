import { expect, test } from '@jest/globals'
import type { RuleGroup } from '../rule.ts'
import { rulesOf, type Sides, sidesOf } from './sides.ts'

function group(file: string, name: string, rules: readonly string[] = ['A']): RuleGroup {
  return {
    ...{ file, name, limit: 0 },
    rules: rules.map((rule) => ({
      ...{ kind: 'record', id: `${name}/${rule}`, name: rule, expr: '1', labels: {} },
    })),
  }
}

const running = [
  group('/etc/rules/disks.yml', 'disks'),
  group('/etc/rules/disks.yml', 'wear'),
  group('/etc/rules/nodes.yml', 'nodes'),
].map((one) => ({ group: one, intervalMs: 30_000, phaseMs: 4000 }))

const changedTo = (changed: readonly RuleGroup[], isWhole = false): Sides =>
  sidesOf({ running, changed, server: {}, isWhole })

const names = ({ after }: Sides) => rulesOf(after).map(({ rule }) => rule.id)

test('a file takes the place of the running file of its name, with all its groups', () => {
  const sides = changedTo([group('new/disks.yml', 'disks', ['A', 'B'])])
  expect(names(sides)).toEqual(['nodes/A', 'disks/A', 'disks/B'])
  expect(sides.placements).toEqual([{ file: 'new/disks.yml', inPlaceOf: ['/etc/rules/disks.yml'] }])
})

test('a file of another name takes the place of the groups of its names', () => {
  const sides = changedTo([group('draft.yml', 'wear', ['C'])])
  expect(names(sides)).toEqual(['disks/A', 'nodes/A', 'wear/C'])
})

test('a file of other names comes besides', () => {
  const sides = changedTo([group('more.yml', 'more')])
  expect(names(sides)).toEqual(['disks/A', 'wear/A', 'nodes/A', 'more/A'])
  expect(sides.placements).toEqual([{ file: 'more.yml', inPlaceOf: [] }])
})

test('where the rules to compare with are given, the changed ones are all there are', () => {
  expect(names(changedTo([group('draft.yml', 'wear')], true))).toEqual(['wear/A'])
})

test('a group keeps its times, and has the usual ones where it is new', () => {
  const { after } = changedTo([
    group('draft.yml', 'wear'),
    { ...group('draft.yml', 'new'), intervalMs: 5000 },
  ])
  expect(after.slice(-2).map(({ intervalMs, phaseMs }) => [intervalMs, phaseMs])).toEqual([
    [30_000, 4000],
    [5000, 0],
  ])
})

test('of two folders with a file of one name it is the one that has its groups', () => {
  const more = { group: group('/b/disks.yml', 'tapes'), intervalMs: 30_000, phaseMs: 0 }
  const changed = [group('new/disks.yml', 'tapes', ['T'])]
  const sides = sidesOf({ running: [...running, more], changed, server: {}, isWhole: false })
  expect(names(sides)).toEqual(['disks/A', 'wear/A', 'nodes/A', 'tapes/T'])
})
