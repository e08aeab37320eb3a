import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Labels, labelsKey } from '#lib/labels'
import { matchesAll } from '#lib/matcher'
import { parseMatchers } from '../config/matchers.ts'
import { createInhibition, type InhibitRule } from './inhibition.ts'

const rule = (source: string, target: string, equal: readonly string[] = []): InhibitRule => ({
  source: parseMatchers(source),
  target: parseMatchers(target),
  equal,
})
const named = (labels: Labels) => ({ fingerprint: labelsKey(labels), labels, endsAtMs: 1000 })
function inhibitionOf(rules: readonly InhibitRule[], sources: readonly Labels[]) {
  const inhibition = createInhibition(rules)
  for (const labels of sources) inhibition.put(named(labels))
  return inhibition
}
const isInhibited = (rules: readonly InhibitRule[], target: Labels, ...sources: Labels[]) =>
  inhibitionOf(rules, sources).inhibitorsOf(target, 0).length > 0

const down = rule('severity=critical', 'severity=warning', ['node'])

test.each<[string, boolean, InhibitRule, Labels, Labels[]]>([
  [
    'same node',
    true,
    down,
    { severity: 'warning', node: 'a' },
    [{ severity: 'critical', node: 'a' }],
  ],
  [
    'another node',
    false,
    down,
    { severity: 'warning', node: 'a' },
    [{ severity: 'critical', node: 'b' }],
  ],
  ['both without node', true, down, { severity: 'warning' }, [{ severity: 'critical' }]],
  ['one without node', false, down, { severity: 'warning' }, [{ severity: 'critical', node: 'a' }]],
  ['empty is absent', true, down, { severity: 'warning', node: '' }, [{ severity: 'critical' }]],
  ['no source', false, down, { severity: 'warning' }, []],
  ['not a target', false, down, { severity: 'info' }, [{ severity: 'critical' }]],
  ['by itself', false, rule('a=~.+', 'a=~.+'), { a: '1' }, [{ a: '1' }]],
  ['both on both sides', false, rule('a=~.+', 'a=~.+'), { a: '1' }, [{ a: '2' }]],
  ['a one-sided source', true, rule('a=~.+', 'b=~.+'), { a: '1', b: '1' }, [{ a: '2' }]],
])('%s: %p', (_, expected, given, target, sources) => {
  expect(isInhibited([given], target, ...sources)).toBe(expected)
})

test('it names who inhibits, over all rules', () => {
  const inhibition = inhibitionOf(
    [down, rule('a=b', 'severity=warning')],
    [{ severity: 'critical' }, { a: 'b' }, { a: 'c' }],
  )
  expect(inhibition.inhibitorsOf({ severity: 'warning' }, 0)).toEqual(
    [{ severity: 'critical' }, { a: 'b' }].map(labelsKey).sort(),
  )
})

const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'))
const matcher = fc.constantFrom('a=1', 'a!=1', 'b=2', 'c=~"1|2"', 'b=', 'c!~1')
const rules = fc.array(
  fc
    .tuple(matcher, matcher, fc.subarray(['a', 'b', 'c']))
    .map(([source, target, equal]) => rule(source, target, equal)),
  { maxLength: 3 },
)

test('it agrees with trying every pair', () => {
  fc.assert(
    fc.property(rules, fc.array(labels, { maxLength: 6 }), labels, (given, sources, target) => {
      const naive = given.some(
        ({ source, target: goal, equal }) =>
          matchesAll(goal, target) &&
          sources.some(
            (other) =>
              matchesAll(source, other) &&
              equal.every((name) => (other[name] ?? '') === (target[name] ?? '')) &&
              !(matchesAll(source, target) && matchesAll(goal, other)),
          ),
      )
      expect(isInhibited(given, target, ...sources)).toBe(naive)
    }),
  )
})

test('a source that is resolved, or gone, holds back nothing', () => {
  const source = { severity: 'critical', node: 'a' }
  const target = { severity: 'warning', node: 'a' }
  const inhibition = inhibitionOf([down], [source])
  expect(inhibition.inhibitorsOf(target, 999)).toHaveLength(1)
  expect(inhibition.inhibitorsOf(target, 1000)).toEqual([])
  inhibition.drop(labelsKey(source))
  expect(inhibition.inhibitorsOf(target, 999)).toEqual([])
})
