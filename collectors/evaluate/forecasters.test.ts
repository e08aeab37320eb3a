import { expect, test } from '@jest/globals'
import { bestRate, noChange, ours, theilSen, toldBytes } from './forecasters.ts'
import { trialOf } from './wear-series.ts'

type Point = [hours: number, percent: number | null, bytes: number | null]

/** A month of 720 hours between points. */
const trial = (
  percents: readonly (number | null)[],
  terabytes: readonly (number | null)[] = [],
) => {
  const points = percents.map((percent, i): Point => {
    const tera = terabytes[i] ?? null
    return [7200 + i * 720, percent, tera === null ? null : tera * 1e12]
  })
  return trialOf({ model: 'ACME S1', points })!
}

test('a drive that wears evenly is forecast by its slope, and by no change short of it', () => {
  const even = trial([20, 22, 24, 26])
  expect(noChange(even).percent).toBe(24)
  expect(theilSen(even).percent).toBe(26)
  expect(ours(even).percent).toBe(26)
})

test('told that a drive comes to write three times as much, three times the wear is forecast', () => {
  const growth = (bytes: readonly (number | null)[]) =>
    toldBytes(trial([20, 22, 24, 30], bytes)).percent - 24
  expect(growth([100, 110, 120, 130])).toBe(2)
  expect(growth([100, 110, 120, 150])).toBe(6)
})

test('bytes that are unknown or run backwards tell nothing', () => {
  const expected = ours(trial([20, 22, 24, 30])).percent
  expect(toldBytes(trial([20, 22, 24, 30])).percent).toBe(expected)
  const anew = trial([20, 22, 24, 30], [100, 110, 1, 90])
  expect(toldBytes(anew).percent).toBe(ours(anew).percent)
})

test('the best rate is that of a lifetime, of the history or of late, whichever comes true', () => {
  const percents = [10, 12, 20]
  for (const [rate, truth] of [
    ['of a lifetime', 22],
    ['of the history', 25],
    ['of late', 28],
  ] as const)
    expect([rate, bestRate(trial([...percents, truth])).percent]).toEqual([rate, truth])
})

test('a history of one point, or of none that is whole, is no trial', () => {
  const points: Point[] = [
    [100, 1, null],
    [200, null, null],
    [300, 2, null],
  ]
  expect(trialOf({ model: 'ACME S1', points })).toBeUndefined()
})
