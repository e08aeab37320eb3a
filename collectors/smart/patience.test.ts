import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createPatience } from './patience.ts'

/** A device whose answers are given by hand. */
function create() {
  const clock = createManualClock()
  const waiting: { give: (value: string) => void; fail: (error: Error) => void }[] = []
  const read = createPatience<string, string>({
    ...{ clock, lateMs: 3000, ageMsMax: 60_000, keyOf: (device) => device },
    read: () => new Promise((give, fail) => void waiting.push({ give, fail })),
    late: (device, reason) => new Error(`${device}: ${reason}`),
  })
  return { clock, waiting, read }
}

test('an answer in time is given', async () => {
  const { waiting, read } = create()
  const answer = read('sda')
  waiting[0]?.give('well')
  expect(await answer).toBe('well')
})

test('a device that is late for the first time is lost; its answer counts in the next reading', async () => {
  const { clock, waiting, read } = create()
  const first = read('sda')
  const refused = expect(first).rejects.toThrow('sda: it has not answered within 3s')
  await clock.advance(3000)
  await refused
  waiting[0]?.give('late')
  await Promise.resolve()
  const second = read('sda')
  await clock.advance(3000)
  expect(await second).toBe('late')
  expect(waiting).toHaveLength(2)
})

test('one that is asked is not asked again, and what it said before is served up to its age', async () => {
  const { clock, waiting, read } = create()
  const first = read('sda')
  waiting[0]?.give('before')
  await first
  const second = read('sda')
  await clock.advance(3000)
  expect(await second).toBe('before')
  await clock.advance(60_000)
  const third = read('sda')
  const refused = expect(third).rejects.toThrow('still waited for')
  await clock.advance(3000)
  await refused
  expect(waiting).toHaveLength(2)
})

test('a failure is an answer', async () => {
  const { waiting, read } = create()
  const answer = read('sda')
  waiting[0]?.fail(new Error('no such device'))
  await expect(answer).rejects.toThrow('no such device')
})
