import { expect, test } from '@jest/globals'
import { createWearHistory } from './history.ts'

const point = (powerOnHours: number) => ({
  ...{ powerOnHours, percent: 1 },
  ...{ bytesWritten: undefined, atMs: 0 },
})

test('about a point a day is kept, by the hours of the disk itself', () => {
  const history = createWearHistory()
  const taken = [0, 5, 19, 20, 39, 45].filter((hours) => history.note('A/1', point(hours)))
  expect(taken).toEqual([0, 20, 45])
})

test('years stay within a bound, spread over the whole time', () => {
  const history = createWearHistory()
  for (let day = 0; day < 3000; day += 1) history.note('A/1', point(24 * day))
  const points = history.all().get('A/1') ?? []
  expect(points.length).toBe(128)
  expect(points[0]?.powerOnHours).toBe(0)
  expect(points.at(-1)?.powerOnHours).toBe(24 * 2999)
  const gaps = points.map(
    ({ powerOnHours }, i) => powerOnHours - (points[i - 1]?.powerOnHours ?? 0),
  )
  expect(Math.max(...gaps)).toBeLessThan(24 * 120)
})

test('a counter that runs backwards begins a new history', () => {
  const history = createWearHistory()
  for (const hours of [100, 200, 300, 10, 40]) history.note('A/1', point(hours))
  expect(history.all().get('A/1')).toEqual([point(10), point(40)])
})

test('of very many drives those are forgotten that were longest unheard of', () => {
  const history = createWearHistory()
  for (let drive = 0; drive < 600; drive += 1) {
    history.note(`A/${drive}`, point(0))
    history.note('A/0', point(24 * drive))
  }
  expect(history.all().size).toBe(512)
  expect(history.all().has('A/0')).toBe(true)
  expect(history.all().has('A/1')).toBe(false)
})
