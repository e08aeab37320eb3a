/** A rule reads what it names, and no more of the past than it needs: it is asked all the time. */
import { expect, test } from '@jest/globals'
import { type Expression, parse } from '#promql'
import { loadRules } from './load.ts'

const dayMs = 86_400_000
const rangeMsMax = 7 * dayMs
const stepsMax = 100

type Leaf = Extract<Expression, { kind: 'selector' | 'range' | 'subquery' }>

const isExpression = (value: unknown): value is Expression =>
  typeof value === 'object' && value !== null && 'kind' in value && 'span' in value

function leavesOf(node: Expression): readonly Leaf[] {
  if (node.kind === 'selector' || node.kind === 'range') return [node]
  const parts = Object.values(node).flat().filter(isExpression).flatMap(leavesOf)
  return node.kind === 'subquery' ? [node, ...parts] : parts
}

/** What a rule recorded has few series, and may be looked at for long. */
const isRecorded = (name: string | undefined) => name?.includes(':') === true

function faultOf(leaf: Leaf): string | undefined {
  if (leaf.kind === 'selector')
    return leaf.name === undefined ? 'does not name its metric' : undefined
  if (leaf.kind === 'subquery')
    return leaf.rangeMs / (leaf.stepMs ?? 15_000) > stepsMax ? 'has too many steps' : undefined
  const { selector, rangeMs } = leaf
  if (selector.name === undefined) return 'does not name its metric'
  return rangeMs > rangeMsMax && !isRecorded(selector.name) ? 'looks back too far' : undefined
}

test('no rule scans everything', async () => {
  const groups = await loadRules(['rules/*.rules.yml'], () => undefined)
  const leaves = groups.flatMap(({ rules }) =>
    rules.flatMap(({ name, expr }) => leavesOf(parse(expr)).map((leaf) => ({ name, leaf }))),
  )
  expect(leaves.length).toBeGreaterThan(300)
  const faults = leaves.flatMap(({ name, leaf }) => {
    const fault = faultOf(leaf)
    return fault === undefined ? [] : [`${name} ${fault}`]
  })
  expect(faults).toEqual([])
})
