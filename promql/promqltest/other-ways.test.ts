import { describe, expect, test } from '@jest/globals'
import { prometheus3 } from '../dialect.ts'
import { parse } from '../parse.ts'
import { pinnedQuestions, seesTheRange } from './other-ways.ts'

describe('the other ways to ask', () => {
  const textsOf = (text: string) =>
    new Set(pinnedQuestions(parse(text, prometheus3), 60_000).map((question) => question.text))

  test.each([
    ['a', 'a @ 60.000'],
    ['a offset 5m', 'a @ 60.000 offset 5m'],
    ['a @ 7', 'a @ 7.000'],
    ['a @ start()', 'a @ 60.000'],
    ['rate(a[5m])', 'rate(a[5m] @ 60.000)'],
    ['max_over_time(rate(a[1m])[5m:1m])', 'max_over_time(rate(a[1m])[5m:1m] @ 60.000)'],
    [
      '-(a + topk(scalar(b), c)) or 1 * d',
      '-(a @ 60.000 + topk(scalar(b @ 60.000), c @ 60.000)) or 1 * d @ 60.000',
    ],
    ['sum by (x) (a)', 'sum by (x) (a @ 60.000)'],
    ['"text"', '"text"'],
  ])('write the time into %s', (text, pinned) => {
    expect(textsOf(text)).toEqual(new Set([pinned]))
  })

  test('are not there for what depends on when it is asked', () => {
    for (const text of ['time()', 'sum(timestamp(a))', 'a * hour()', 'vector(start())'])
      expect(textsOf(text).size).toBe(0)
  })

  test('ask long before, long after and at the time itself', () => {
    const at = (ms: number) => pinnedQuestions(parse('a'), ms).map(({ atMs }) => atMs)
    expect(at(0)).toEqual([-1000, 0, 1000])
    expect(at(101)).toEqual([-1010, 0, 20, 101, 1010])
  })

  test('leave out the middle of a range where the range is seen', () => {
    expect(seesTheRange('a[step()]')).toBe(true)
    expect(seesTheRange('a @ end()')).toBe(true)
    expect(seesTheRange('a')).toBe(false)
  })
})
