import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { matchesAll } from '#lib/matcher'
import { format } from './format.ts'
import { parseSelector } from './parse.ts'
import { scenario } from './scenario.conformance.ts'

const selectorOf = (text: string) => parseSelector(text).matchers

const two = `
  a{x="1"} 0+1x10
  a{x="2"} 0+2x10`

describe('time', () => {
  test('a selector takes the newest sample that is at most five minutes old', () => {
    const { answers } = scenario('a 1 2')
    expect(answers('a', '6m')).toEqual(['{__name__="a"} 2'])
    expect(answers('a', '6m1s')).toEqual([])
    expect(answers('a', '59s')).toEqual(['{__name__="a"} 1'])
  })

  test('a stale marker ends a series at once, and ranges do not show it', () => {
    const { answers } = scenario('a 1 2 stale _ 5')
    expect(answers('a', '2m')).toEqual([])
    expect(answers('a', '1m59s')).toEqual(['{__name__="a"} 2'])
    expect(answers('a', '4m')).toEqual(['{__name__="a"} 5'])
    expect(answers('count_over_time(a[4m])', '4m')).toEqual(['{} 3'])
    expect(answers('absent(a)', '3m')).toEqual(['{} 1'])
  })

  test('both bounds belong to a range', () => {
    const { answers } = scenario('a 1 2 3 4')
    expect(answers('count_over_time(a[2m])', '3m')).toEqual(['{} 3'])
    expect(answers('sum_over_time(a[2m] offset 1m)', '3m')).toEqual(['{} 6'])
    expect(answers('sum_over_time(a[1m] @ 60)', '3m')).toEqual(['{} 3'])
  })

  test('a range query pins start() and end() to its own bounds', () => {
    const { curves } = scenario('a 0+1x10')
    expect(curves('a @ end() - a @ start()', '2m', '1m')).toEqual(['{} 2@0 2@60 2@120'])
  })

  test('steps of a subquery stand at multiples of its step', () => {
    const { answers } = scenario('a 0+1x10')
    expect(answers('sum_over_time(a[3m:2m])', '5m30s')).toEqual(['{} 4'])
    expect(answers('sum_over_time(a[4m:2m])', '6m')).toEqual(['{} 12'])
  })
})

test('the series of a range, and of a range vector, stand by label and value', () => {
  const { curves, matrix } = scenario(
    'a{b="10"} 1\na{b="2"} 1\na{b="1"} 1\na{ab="x"} 1\na{b="1",c="d"} 1',
  )
  const names = ['ab="x"', 'b="1"', 'b="1", c="d"', 'b="10"', 'b="2"']
  expect(curves('a + 0', '0s', '1m')).toEqual(names.map((text) => `{${text}} 1@0`))
  expect(matrix('a[1m]', '0s')).toEqual(names.map((text) => `{__name__="a", ${text}}`))
})

test('a chain of two thousand operators is answered', () => {
  const { answers } = scenario('a 1')
  expect(answers(`${'a + '.repeat(1999)}a`, '0s')).toEqual(['{} 2000'])
})

describe('origin', () => {
  const { elements } = scenario(`${two}
    b{x="1"} 0+1x5
    b{x="2"} 0+1x10`)
  const originOf = (query: string) => elements(query, '10m')[0]?.origin

  test('is that of the sample, through functions of one element', () => {
    expect(originOf('abs(a{x="1"})')).toBe('a{x="1"}#10')
    expect(originOf('label_replace(a{x="1"}, "y", "z", "x", ".*")')).toBe('a{x="1"}#10')
    expect(originOf('-a{x="1"} * 2 > bool 1')).toBe('a{x="1"}#10')
  })

  test('is that of the newest sample of a range', () => {
    expect(originOf('rate(a{x="1"}[5m])')).toBe('a{x="1"}#10')
    expect(originOf('max_over_time(a{x="1"}[5m] offset 2m)')).toBe('a{x="1"}#8')
    expect(originOf('avg_over_time(rate(a{x="1"}[2m])[5m:1m])')).toBe('a{x="1"}#10')
  })

  test('is that of the left side, or of the right where the left has none', () => {
    expect(originOf('a{x="1"} + b{x="1"}')).toBe('a{x="1"}#10')
    expect(originOf('vector(1) + on() b{x="2"}')).toBe('b{x="2"}#10')
    expect(originOf('vector(0) or on() a')).toBeUndefined()
  })

  test('is that of the member with the newest sample, and says how old the value is', () => {
    expect(originOf('sum(b)')).toBe('b{x="2"}#10')
    expect(originOf('sum(b offset 30s)')).toBe('b{x="2"}#9')
    const [element] = elements('sum(b{x="1"})', '10m')
    expect(element).toMatchObject({ sampledAtMs: 300_000, origin: 'b{x="1"}#5' })
  })
})

describe('reasons', () => {
  test('a watcher sees the value of every expression inside', () => {
    const seen: string[] = []
    scenario(two).elements('sum(a) > 10', '4m', (expression, atMs, value) => {
      const text = value.type === 'vector' ? value.elements.map((e) => e.value).join() : value.type
      seen.push(`${format(expression)} at ${atMs}: ${text}`)
    })
    expect(seen).toEqual([
      'a at 240000: 4,8',
      'sum(a) at 240000: 12',
      '10 at 240000: scalar',
      'sum(a) > 10 at 240000: 12',
    ])
  })
})

describe('refusals', () => {
  const { answers } = scenario(`${two}
    b{x="1",y="1"} 1
    b{x="1",y="2"} 1`)

  test.each([
    ['a * on() a', /found duplicate series for a match group on the right hand-side/],
    ['b * on(x) a', /many-to-one matching must be explicit/],
    ['b * on(x) group_left(y) a', /grouping labels must ensure unique matches/],
    ['label_replace(a, "x", "same", "", "")', /same labelset/],
    ['abs({__name__=~"a|b"}) + rate({__name__=~".+",y=""}[1m])', undefined],
    ['count_values("no-label", a)', /invalid label name/],
    ['sum_over_time(vector(1)[400d:1ms])', /too many samples/],
  ])('%s', (query, reason) => {
    if (reason === undefined) expect(() => answers(query, '1m')).not.toThrow()
    else expect(() => answers(query, '1m')).toThrow(reason)
  })
})

describe('laws', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 20 })

  test('the sum of the sums of groups is the sum of all', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 6 }), (series) => {
        const lines = series.map((v, i) => `a{g="${i % 2}",i="${i}"} ${v.join(' ')}`).join('\n')
        const { answers } = scenario(lines, '15s')
        expect(answers('sum(sum by (g) (a))', '1m')).toEqual(answers('sum(a)', '1m'))
      }),
      { numRuns: 50 },
    )
  })

  test('a counter never has a negative rate, whatever resets it', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 15, max: 600 }), (counts, seconds) => {
        const { elements } = scenario(`a ${counts.join(' ')}`, '15s')
        for (const at of ['30s', '1m', '4m'])
          for (const { value } of elements(`rate(a[${seconds}s])`, at))
            expect(value).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  test('a range answers at each step what an instant answers there', () => {
    fc.assert(
      fc.property(values, (numbers) => {
        const { curves, answers } = scenario(`a ${numbers.join(' ')}`, '30s')
        const query = 'max_over_time(a[1m]) + sum_over_time(a[2m:30s])'
        const [curve = ''] = curves(query, '3m', '1m')
        const points = ['0s', '1m', '2m', '3m'].flatMap((at, i) =>
          answers(query, at).map((answer) => `${answer.slice(3)}@${i * 60}`),
        )
        expect(curve).toBe(`{} ${points.join(' ')}`)
      }),
      { numRuns: 50 },
    )
  })

  test('the index selects what the matchers say', () => {
    const { samples } = scenario(`${two}
      b{y="1"} 1
      c{x="1",y="2"} 1`)
    const matcher = fc.constantFrom('x="1"', 'x!="1"', 'y=~"1|2"', 'y!~"1"', 'x=""', 'x=~".*"')
    fc.assert(
      fc.property(fc.array(matcher, { minLength: 1, maxLength: 3 }), (texts) => {
        const matchers = selectorOf(`{__name__=~".+",${texts.join(',')}}`)
        const all = samples.select(selectorOf('{__name__=~".+"}'))
        const wanted = all.filter(({ labels }) => matchesAll(matchers, labels))
        expect(new Set(samples.select(matchers))).toEqual(new Set(wanted))
      }),
    )
  })
})
