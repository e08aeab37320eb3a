import { expect, test } from '@jest/globals'
import { createLanes } from './lanes.ts'

function blocker() {
  const open: (() => void)[] = []
  let running = 0
  const run = async () => {
    running++
    await new Promise<void>((resolve) => open.push(resolve))
    running--
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { run, open, running: () => running, settle }
}

test('a lane that hangs takes no place from another', async () => {
  const lanes = createLanes({ atOnce: 2, waiting: 1 })
  const slow = blocker()
  expect([1, 2, 3, 4].map(() => lanes.enter('slow', slow.run))).toEqual([true, true, true, false])
  expect(slow.running()).toBe(2)
  let ran = false
  lanes.enter('fast', async () => {
    ran = true
  })
  expect(ran).toBe(true)
  expect(lanes.waiting).toBe(1)
})

test('who waits runs when a place is free', async () => {
  const lanes = createLanes({ atOnce: 1, waiting: 5 })
  const work = blocker()
  lanes.enter('lane', work.run)
  lanes.enter('lane', work.run)
  expect(work.open).toHaveLength(1)
  work.open[0]?.()
  await work.settle()
  expect(work.open).toHaveLength(2)
  expect(lanes.waiting).toBe(0)
})

test('closing waits for what runs and starts nothing more', async () => {
  const lanes = createLanes({ atOnce: 1, waiting: 5 })
  const work = blocker()
  lanes.enter('lane', work.run)
  lanes.enter('lane', work.run)
  const closed = lanes.close()
  work.open[0]?.()
  await closed
  expect(work.open).toHaveLength(1)
  expect(lanes.enter('lane', work.run)).toBe(false)
})
