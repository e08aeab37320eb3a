import { describe, expect, test } from '@jest/globals'
import { parse } from './parse.ts'
import { runRange } from './run.ts'
import { limits, scenario } from './scenario.conformance.ts'
import { stillIn } from './still.ts'

describe('what is pinned', () => {
  const { samples, curves } = scenario('a{x="1"} 0+1x60\na{x="2"} 60-1x60')
  const steps = (query: string, samplesMax: number) =>
    runRange(parse(query), {
      source: samples,
      limits: { ...limits, samplesMax },
      ...{ startMs: 0, endMs: 3_600_000, stepMs: 60_000 },
    })

  test('is evaluated once, however many steps there are', () => {
    // 60 steps of two series cost some 2,000, and what comes of them as much again.
    const once = 5000
    expect(steps('max_over_time(a[1h:1m] @ end())', once)).toHaveLength(2)
    expect(() => steps('max_over_time(a[1h:1m])', once)).toThrow('samples')
  })

  test('chooses the same at every step', () => {
    expect(curves('a and topk(1, max_over_time(a[2m:1m] @ end()))', '2m', '1m')).toEqual([
      '{__name__="a", x="2"} 60@0 59@60 58@120',
    ])
    expect(curves('a + on () group_left () count(a @ 0) * 10', '1m', '1m')).toEqual([
      '{x="1"} 20@0 21@60',
      '{x="2"} 80@0 79@60',
    ])
  })

  test('moves on where a function asks for the time itself', () => {
    expect(curves('predict_linear(a{x="1"}[5m] @ 300, 0)', '2m', '1m')).toEqual([
      '{x="1"} 0@0 1@60 2@120',
    ])
    expect(curves('time() - max(timestamp(a @ 60))', '2m', '1m')).toEqual(['{} -60@0 0@60 60@120'])
  })
})

test('only what reads nothing of its step stands still', () => {
  const textsOf = (query: string) =>
    [...stillIn(parse(query)).keys()].map(({ span: { from, to } }) => query.slice(from, to))
  expect(textsOf('rate(a[5m]) > bool 0.5')).toEqual([])
  expect(textsOf('a + sum(rate(a[5m] @ start()))')).toEqual([
    'rate(a[5m] @ start())',
    'sum(rate(a[5m] @ start()))',
  ])
  expect(textsOf('day_of_week() + hour(a @ 5)')).toEqual(['a @ 5', 'hour(a @ 5)'])
  expect(textsOf('sum_over_time((a - max(a @ 0))[5m:1m])')).toEqual(['a @ 0', 'max(a @ 0)'])
})
