import { expect, test } from '@jest/globals'
import { createCoalescer } from './coalesce.ts'

const limits = { name: 'numbers', batchSizeMax: 10, waitingMax: 10 }

function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

test('what arrives while a batch is worked on is the next batch', async () => {
  const batches: (readonly number[])[] = []
  const { open, opened } = gate()
  const { submit } = createCoalescer<number, number>({
    ...limits,
    async run(batch) {
      batches.push(batch)
      if (batch.includes(1)) await opened
      return batch.map((item) => item * 10)
    },
  })
  const first = submit(1)
  await Promise.resolve()
  await Promise.resolve()
  const rest = [2, 3, 4].map(submit)
  open()
  expect(await Promise.all([first, ...rest])).toEqual([10, 20, 30, 40])
  expect(batches).toEqual([[1], [2, 3, 4]])
})

test('one bad item fails nobody but itself', async () => {
  const { submit } = createCoalescer<number, number>({
    ...limits,
    isItemsFault: () => true,
    async run(batch) {
      if (batch.includes(3)) throw new Error('three')
      return batch
    },
  })
  const results = await Promise.allSettled([1, 2, 3, 4].map(submit))
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
})

test('a store that is down is asked once for the whole batch', async () => {
  let asked = 0
  const { submit } = createCoalescer<number, number>({
    ...limits,
    isItemsFault: () => false,
    async run() {
      asked++
      throw new Error('down')
    },
  })
  const results = await Promise.allSettled([1, 2, 3].map(submit))
  expect(results.every(({ status }) => status === 'rejected')).toBe(true)
  expect(asked).toBe(1)
})

test('batches keep to their size, and too many waiting are refused', async () => {
  const sizes: number[] = []
  const { submit, idle } = createCoalescer<number, number>({
    name: 'numbers',
    batchSizeMax: 3,
    waitingMax: 5,
    async run(batch) {
      sizes.push(batch.length)
      return batch
    },
  })
  const results = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(submit))
  await idle()
  expect(sizes).toEqual([3, 2])
  expect(results.at(-1)).toMatchObject({
    reason: { code: 'ALERT_QUEUE_FULL', message: expect.stringContaining('numbers') },
  })
})

test('what runs between batches sees none under way', async () => {
  const events: string[] = []
  const { submit, between } = createCoalescer<string, string>({
    ...limits,
    async run(batch) {
      events.push(`begin ${batch}`)
      await Promise.resolve()
      events.push(`end ${batch}`)
      return batch
    },
  })
  const a = submit('a')
  const alone = between(async () => void events.push('alone'))
  const b = alone.then(() => submit('b'))
  await Promise.all([a, alone, b])
  expect(events).toEqual(['begin a', 'end a', 'alone', 'begin b', 'end b'])
})
