import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { matchesAll } from '#lib/matcher'
import { parseMatchers } from '../config/matchers.ts'
import { createSilenceIndex, type Silence, stateOf } from './silences.ts'

const silence = (id: string, matchers: string, startsAtMs: number, endsAtMs: number): Silence => ({
  id,
  matchers: parseMatchers(matchers),
  startsAtMs,
  endsAtMs,
  updatedAtMs: 0,
  createdBy: 'test',
  comment: '',
})

test('a silence is pending, then active, then expired', () => {
  const one = silence('s', 'a=b', 10, 20)
  expect([9, 10, 19, 20].map((ms) => stateOf(one, ms))).toEqual([
    'pending',
    'active',
    'active',
    'expired',
  ])
})

test('a silence that is changed holds back what it matches now', () => {
  const index = createSilenceIndex()
  index.put(silence('s', 'a=b', 0, 100), 0)
  index.put(silence('s', 'a=c', 0, 100), 0)
  expect(index.matching({ a: 'b' }, 1)).toEqual([])
  expect(index.matching({ a: 'c' }, 1)).toEqual(['s'])
  index.put(silence('s', 'a=c', 0, 2), 3)
  expect(index.matching({ a: 'c' }, 3)).toEqual([])
})

test('the index agrees with trying every silence', () => {
  const matchers = fc.constantFrom('a=1', '{a=1,b=2}', 'a!=1', 'a=~"1|2"', '{b=2,c=~.+}', 'c!~1')
  const times = fc.tuple(fc.nat(20), fc.nat(20))
  const put = fc.tuple(fc.constantFrom('s', 't', 'u', 'v'), matchers, times)
  const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'))
  fc.assert(
    fc.property(fc.array(put), fc.array(labels), fc.array(fc.nat(20)), (puts, alerts, moments) => {
      const index = createSilenceIndex()
      const all = new Map<string, Silence>()
      for (const [id, text, [start, end]] of puts) {
        all.set(id, silence(id, text, start, end))
        index.put(silence(id, text, start, end), 0)
      }
      for (const nowMs of moments.sort((a, b) => a - b))
        for (const alert of alerts) {
          const naive = [...all.values()].filter(
            (one) => stateOf(one, nowMs) === 'active' && matchesAll(one.matchers, alert),
          )
          expect(index.matching(alert, nowMs)).toEqual(naive.map(({ id }) => id).sort())
        }
    }),
  )
})
