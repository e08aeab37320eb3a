import { expect, test } from '@jest/globals'
import { sharedLook } from './shared-look.ts'

function slowLook() {
  const open: (() => void)[] = []
  let begun = 0
  const refresh = sharedLook(async () => {
    begun++
    await new Promise<void>((resolve) => open.push(resolve))
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { refresh, open, begun: () => begun, settle }
}

test('who asks while a look is under way waits for one that begins afterwards, with the others', async () => {
  const { refresh, open, begun, settle } = slowLook()
  const done: string[] = []
  void refresh().then(() => done.push('first'))
  for (const name of ['second', 'third']) void refresh().then(() => done.push(name))
  expect(begun()).toBe(1)
  open[0]?.()
  await settle()
  expect([done, begun()]).toEqual([['first'], 2])
  open[1]?.()
  await settle()
  expect([done, begun()]).toEqual([['first', 'second', 'third'], 2])
})

test('a look that fails fails those who share it, and nobody after them', async () => {
  let fails = true
  const refresh = sharedLook(async () => {
    if (fails) throw new Error('away')
  })
  await expect(refresh()).rejects.toThrow('away')
  fails = false
  await refresh()
})
