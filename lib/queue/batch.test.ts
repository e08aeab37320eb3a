import { expect, test } from '@jest/globals'
import { createBatches } from './batch.ts'

function createGate() {
  const sent: number[][] = []
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = []
  const send = (items: readonly number[]) => {
    sent.push([...items])
    return new Promise<void>((resolve, reject) => answers.push({ resolve, reject }))
  }
  return { sent, answers, send }
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

test('one batch is on its way while the next gathers', async () => {
  const { sent, answers, send } = createGate()
  const batches = createBatches<number>({ queue: 'q', send, batchMax: 10, waitingMax: 10 })
  const first = batches.add(1)
  await settle()
  const rest = [batches.add(2), batches.add(3)]
  await settle()
  expect(sent).toEqual([[1]])
  answers[0]?.resolve()
  await first
  await settle()
  expect(sent).toEqual([[1], [2, 3]])
  answers[1]?.resolve()
  await Promise.all(rest)
})

test('adds of one tick are one batch, cut at its limit', async () => {
  const { sent, answers, send } = createGate()
  const batches = createBatches<number>({ queue: 'q', send, batchMax: 2, waitingMax: 10 })
  const all = [batches.add(1), batches.add(2), batches.add(3)]
  await settle()
  answers[0]?.resolve()
  await settle()
  answers[1]?.resolve()
  await Promise.all(all)
  expect(sent).toEqual([[1, 2], [3]])
})

test('a batch that fails fails its own adds only', async () => {
  const { answers, send } = createGate()
  const batches = createBatches<number>({ queue: 'q', send, batchMax: 1, waitingMax: 10 })
  const bad = batches.add(1)
  const good = batches.add(2)
  await settle()
  answers[0]?.reject(new Error('down'))
  await expect(bad).rejects.toThrow('down')
  await settle()
  answers[1]?.resolve()
  await good
  await batches.settled()
})

test('what gathers is bounded', async () => {
  const { send } = createGate()
  const batches = createBatches<number>({ queue: 'q', send, batchMax: 1, waitingMax: 2 })
  void batches.add(1)
  await settle()
  void batches.add(2)
  void batches.add(3)
  await expect(batches.add(4)).rejects.toMatchObject({ code: 'QUEUE_FULL', status: 429 })
})
