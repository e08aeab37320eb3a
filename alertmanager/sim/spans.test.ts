import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { both, covers, lastingFrom, meets, not, type Spans, union, without } from './spans.ts'

const anySpans = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 9 })))
  .map((pairs): Spans => union(pairs.map(([fromMs, size]) => ({ fromMs, toMs: fromMs + size }))))

const holds = (spans: Spans, atMs: number) =>
  spans.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)

test('spans are joined, cut and turned around as sets of instants are', () => {
  fc.assert(
    fc.property(anySpans, anySpans, (a, b) => {
      for (let ms = -1; ms < 55; ms++) {
        const [inA, inB] = [holds(a, ms), holds(b, ms)]
        expect(holds(union(a, b), ms)).toBe(inA || inB)
        expect(holds(both(a, b), ms)).toBe(inA && inB)
        expect(holds(without(a, b), ms)).toBe(inA && !inB)
        expect(holds(not(a), ms)).toBe(!inA)
        expect(meets(a, { fromMs: ms, toMs: ms + 1 })).toBe(inA)
        expect(covers(a, { fromMs: ms, toMs: ms + 1 })).toBe(inA)
      }
    }),
  )
})

test('the first instant at whose back something has lasted is found', () => {
  const spans: Spans = [
    { fromMs: 0, toMs: 10 },
    { fromMs: 20, toMs: 100 },
  ]
  expect(lastingFrom(spans, 0, 5)).toBe(5)
  expect(lastingFrom(spans, 7, 5)).toBe(7)
  expect(lastingFrom(spans, 7, 20)).toBe(40)
  expect(lastingFrom(spans, 0, 90)).toBeUndefined()
})
