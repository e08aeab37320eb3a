import { expect, test } from '@jest/globals'
import { createManualClock } from './clock.ts'
import { within } from './timeout.ts'

test('an answer in time is passed on, and so is an error', async () => {
  const patience = { clock: createManualClock(), afterMs: 100, what: 'wait' }
  expect(await within(patience, Promise.resolve(7))).toBe(7)
  await expect(within(patience, Promise.reject(new Error('no')))).rejects.toThrow('no')
})

test('an answer that does not come is given up', async () => {
  const clock = createManualClock()
  const waiting = within({ clock, afterMs: 100, what: 'add to the queue' }, new Promise(() => {}))
  const refused = expect(waiting).rejects.toThrow('Cannot add to the queue: no answer after 100 ms')
  await clock.advance(100)
  await refused
})
