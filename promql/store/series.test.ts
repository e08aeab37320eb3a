import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { labelSet } from '../label-set.ts'
import { Memory } from './memory.ts'
import { Series } from './series.ts'

const make = () => new Series(labelSet([['__name__', 'a']]), new Memory(1e12))

/** Undefined is a stale marker. */
const someSamples = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constant(15), fc.integer({ min: 1, max: 100 }), fc.constant(2 ** 33)),
      fc.option(fc.oneof(fc.nat(100), fc.double()), { nil: undefined, freq: 20 }),
    ),
    { minLength: 1, maxLength: 300 },
  )
  .map((steps) => {
    let atMs = 1_700_000_000_000
    return steps.map(([step, value]) => {
      atMs += step
      return { atMs, value }
    })
  })

test('windows and values are those of all samples, however they lie in memory', () => {
  fc.assert(
    fc.property(someSamples, fc.nat(310), fc.nat(310), (samples, one, other) => {
      const series = make()
      const taken = samples.filter(({ atMs, value }) => {
        const result = value === undefined ? series.markStale(atMs) : series.append(atMs, value)
        return result === 'appended'
      })
      const at = (i: number) => samples[Math.min(i, samples.length - 1)]!.atMs
      const [fromMs, toMs] = [Math.min(at(one), at(other)), Math.max(at(one), at(other))]
      const inside = taken.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
      const live = inside.filter(({ value }) => value !== undefined)
      const window = series.window(fromMs, toMs)
      expect([...(window?.times.slice(window.from, window.to) ?? [])]).toEqual(
        live.map(({ atMs }) => atMs),
      )
      expect([...(window?.values.slice(window.from, window.to) ?? [])]).toEqual(
        live.map(({ value }) => value),
      )
      const newest = taken.findLast(({ atMs }) => atMs <= toMs)
      expect(series.at(toMs, 0)?.value).toBe(newest?.value)
      expect(series.at(toMs, toMs)?.sampledAtMs).toBe(
        newest?.atMs === toMs && newest.value !== undefined ? toMs : undefined,
      )
      expect(series.oldestMs).toBe(taken[0]?.atMs)
      if (inside.length > 0) expect(series.overlaps(fromMs, toMs)).toBe(true)
    }),
    { numRuns: 400 },
  )
})

test('what was taken out as chunks and put back is the same', () => {
  fc.assert(
    fc.property(someSamples, (samples) => {
      const series = make()
      for (const { atMs, value } of samples)
        if (value === undefined) series.markStale(atMs)
        else series.append(atMs, value)
      const again = make()
      for (const { bytes, endMs } of series.chunks()) again.restore(bytes, endMs)
      again.restoreHead(Buffer.from(series.head()!))
      const [one, other] = [series, again].map((of) => of.window(0, 1e15))
      expect(other?.times.slice(other.from, other.to)).toEqual(one?.times.slice(one.from, one.to))
      expect(other?.values.slice(other.from, other.to)).toEqual(one?.values.slice(one.from, one.to))
      expect([again.newestMs, again.isStale]).toEqual([series.newestMs, series.isStale])
    }),
    { numRuns: 200 },
  )
})
