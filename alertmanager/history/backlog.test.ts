import { expect, test } from '@jest/globals'
import { createHistoryBacklog } from './backlog.ts'

const event = (atMs: number) => ({ kind: 'delivered' as const, atMs })
const timesOf = ({ events }: ReturnType<typeof createHistoryBacklog>) =>
  events.map(({ atMs }) => atMs)

test('what was read is forgotten, and what came while it was written stays', () => {
  const backlog = createHistoryBacklog()
  backlog.add(event(1))
  expect(backlog.events).toEqual([{ kind: 'delivered', atMs: 1, details: { fromMemory: true } }])
  backlog.add(event(2))
  backlog.clear()
  expect(timesOf(backlog)).toEqual([2])
})

test('what was read and not written is read again', () => {
  const backlog = createHistoryBacklog()
  backlog.add(event(1))
  expect(timesOf(backlog)).toEqual([1])
  expect(timesOf(backlog)).toEqual([1])
})

test('where there is too much, the oldest goes', () => {
  const backlog = createHistoryBacklog(8)
  for (let i = 0; i < 10; i++) backlog.add(event(i))
  expect(timesOf(backlog)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
})
