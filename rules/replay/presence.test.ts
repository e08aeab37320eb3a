import { expect, test } from '@jest/globals'
import { parseSelector } from '#lib/selector'
import type { ReadRule } from './plan.ts'
import { readPresence } from './presence.ts'
import type { Reading } from './reading.ts'
import type { SampleSource } from './world.ts'

const minute = 60_000
const day = 24 * 60 * minute
const endMs = 1_700_000_000_000

const reads = (selector: string, farMs: number) =>
  ({
    readings: [{ matchers: parseSelector(selector), farMs, nearMs: 0 } as unknown as Reading],
  }) as unknown as ReadRule

test('each selector is looked for as far back as somebody reads it, and no farther', async () => {
  const farOf = new Map<string, number>()
  const history: SampleSource = {
    name: 'a server',
    async *range(expr, grid) {
      farOf.set(expr, (endMs - grid.startMs) / minute)
      yield { grid, curves: [] }
    },
    instant: async () => [],
  }
  await readPresence({
    ...{ history, window: { fromMs: endMs - 10 * minute, toMs: endMs } },
    ...{ earliestMs: endMs - 12 * minute, made: new Set<string>(), requestsAtOnce: 1 },
    rules: [
      reads('{__name__="a"}', 0),
      reads('{__name__="b"}', 5 * minute),
      reads('{__name__="b"}', day),
      reads('{__name__="c"}', day),
    ],
    lookbackMs: 5 * minute,
  })
  expect(Object.fromEntries(farOf)).toEqual({
    'group({__name__="up"})': 12,
    'group({__name__="a"})': 12,
    'group({__name__="b"})': 24 * 60 + 10,
    'group({__name__="c"})': 24 * 60 + 10,
  })
})
