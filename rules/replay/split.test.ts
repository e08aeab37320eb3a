import { expect, test } from '@jest/globals'
import { parse } from '#promql'
import { nameIn } from './plan.ts'
import { split } from './split.ts'

const grid = { startMs: 600_000, endMs: 660_000, stepMs: 15_000 }

/** Names that begin with `made` are made. */
function splitOf(expr: string) {
  const isMade = (matchers: Parameters<typeof nameIn>[0]) =>
    nameIn(matchers)?.startsWith('made') === true
  const { text, parts } = split(parse(expr), { expr, grid, isMade, subqueryStepMs: 60_000 })
  return [text.replaceAll('zstone_replay_part_', '$'), ...parts.map((part) => part.text)]
}

test('the largest parts that read nothing made are asked of the history', () => {
  expect(splitOf('made_x > on (i) sum by (i) (rate(a[5m])) / 2')).toEqual([
    'made_x > on (i) $0',
    'sum by (i) (rate(a[5m])) / 2',
  ])
  expect(splitOf('a{i="1"} offset 5m and (made_x or b)')).toEqual([
    '$0 and (made_x or $1)',
    'a{i="1"} offset 5m',
    'b',
  ])
})

test('numbers stay, and what is a number to the rest is one again', () => {
  expect(splitOf('made_x * 100 > scalar(max(a)) + time()')).toEqual([
    'made_x * 100 > scalar($0)',
    'scalar(max(a)) + time()',
  ])
})

test('within a subquery it is asked at the steps of that', () => {
  const expr = 'max_over_time((made_x / a)[5m:1m])'
  const isMade = (matchers: Parameters<typeof nameIn>[0]) => nameIn(matchers) === 'made_x'
  const { parts } = split(parse(expr), { expr, grid, isMade, subqueryStepMs: 30_000 })
  expect(parts[0]?.grid).toEqual({ startMs: 300_000, endMs: 660_000, stepMs: 60_000 })
})

test('a range of the history beside what is made cannot be taken apart', () => {
  expect(() => splitOf('quantile_over_time(scalar(made_x), a[5m])')).toThrow('a[5m] stands beside')
})

test('what reads nothing made is asked as a whole', () => {
  expect(splitOf('a > 1')).toEqual(['$0', 'a > 1'])
})
