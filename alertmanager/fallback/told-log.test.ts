import { expect, test } from '@jest/globals'
import { silentLog } from '#lib/log'
import { createFakeDisk, diskError } from '#test/fake-disk'
import type { ToldFromMemory } from './slots.ts'
import { createToldLog } from './told-log.ts'

const folder = '/arrivals'

const told = (group_id: string): ToldFromMemory => ({
  group_id,
  integration: 'webhook',
  integration_index: 0,
  group_key: '{}',
  receiver: 'r',
  sent_at: new Date(1_000),
  expires_at: new Date(2_000),
  firing: ['a'],
  resolved: [],
  held: [],
})

async function openLog(disk = createFakeDisk()) {
  await disk.makeFolder(folder)
  return { disk, log: createToldLog({ disk, folder, log: silentLog }) }
}

test('what was added outlives a crash, times included, and is gone once the store has it', async () => {
  const first = await openLog()
  await first.log.add(told('g1'))
  await first.log.add(told('g2'))
  const second = await openLog(first.disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(await second.log.read()).toEqual([told('g1'), told('g2')])
  await second.log.add(told('g3'))
  await second.log.clear()
  const third = await openLog(second.disk.afterCrash({ bytes: 1, names: 1, garbled: false }))
  expect(await third.log.read()).toEqual([])
})

test('what is told after a torn line is kept all the same', async () => {
  const first = await openLog()
  await first.log.add(told('g1'))
  let count = 0
  first.disk.failWhen((operation) =>
    operation === 'append' && count++ === 0 ? diskError('EIO') : undefined,
  )
  await first.log.add(told('lost'))
  await first.log.add(told('g2'))
  expect(await first.log.read()).toEqual([told('g1'), told('g2')])
})

test('a disk that takes nothing holds nobody up', async () => {
  const { disk, log } = await openLog()
  disk.failWhen(() => diskError('ENOSPC'))
  await log.add(told('g1'))
  disk.failWhen(() => undefined)
  await log.add(told('g2'))
  expect(await log.read()).toEqual([told('g2')])
})
