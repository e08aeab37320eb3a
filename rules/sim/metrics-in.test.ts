import { expect, test } from '@jest/globals'
import { parse } from '#promql'
import { metricsIn } from './metrics-in.ts'

function metric(name: string, expr: string) {
  const found = metricsIn([parse(expr)]).find((one) => one.name === name)
  return {
    labels: [...(found?.labels ?? [])].sort(),
    uses: [...(found?.uses ?? [])],
    levels: [...(found?.levels ?? [])],
    selections: [...(found?.selections.keys() ?? [])],
  }
}

test('a metric has the labels that matchers, groupings and partners name', () => {
  const expr = 'sum by (pool) (used{device="sda"}) / on (pool) group_left (kind) info > 0.9'
  expect(metric('used', expr).labels).toEqual(['device', 'pool'])
  expect(metric('info', expr).labels).toEqual(['kind', 'pool'])
})

test('what pairs up by all labels has the same', () => {
  expect(metric('b', 'a{x="1"} / b').labels).toEqual(['x'])
  expect(metric('b', 'a{x="1"} / ignoring (x) b{y="1"}').labels).toEqual(['x', 'y'])
  expect(metric('b', 'a{x="1"} / on () b').labels).toEqual([])
})

test('what one expression names, a partner in another has too', () => {
  const found = metricsIn(['a / b', 'b / c', 'c{x="1"}'].map((expr) => parse(expr)))
  expect(found.map(({ labels }) => [...labels])).toEqual([['x'], ['x'], ['x']])
})

test('it is compared with numbers, those that are reckoned included', () => {
  expect(metric('a', 'a * 2 > 7 * 24 * 60 and a < -1').levels).toEqual([10_080, -1])
})

test('its use says how its values go', () => {
  expect(metric('a', 'rate(a[5m]) > 1').uses).toEqual(['counter'])
  expect(metric('a', 'predict_linear(a[1h], 60) < 0').uses).toEqual(['trend'])
  expect(metric('a', 'time() - a > 60').uses).toEqual(['time'])
  expect(metric('a_bucket', 'histogram_quantile(0.9, rate(a_bucket[5m])) > 1').uses).toEqual([
    'bucket',
    'counter',
  ])
})

test('each way to select it is kept', () => {
  expect(metric('a', 'a{x="1"} or a{x=~"2|3",y!=""} or a').selections).toEqual([
    'x=1',
    'x=~2|3,y!=',
    '',
  ])
})
