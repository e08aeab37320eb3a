import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createInventory } from './inventory.ts'

const sda = { name: '/dev/sda', type: 'sat' }
const sdb = { name: '/dev/sdb', type: 'scsi' }
const hourMs = 3_600_000

test('a scan is due at first and then every ten minutes, with a fixed list never', async () => {
  const clock = createManualClock()
  const inventory = createInventory(clock)
  expect(inventory.isScanDue()).toBe(true)
  inventory.take([sda])
  expect(inventory.isScanDue()).toBe(false)
  await clock.advance(600_000)
  expect(inventory.isScanDue()).toBe(true)
  expect(createInventory(clock, [sda]).isScanDue()).toBe(false)
})

test('a device that leaves the scan stays known for a day', async () => {
  const clock = createManualClock()
  const inventory = createInventory(clock)
  inventory.take([sda, sdb])
  await clock.advance(23 * hourMs)
  inventory.take([sdb])
  expect(inventory.devices()).toEqual([sda, sdb])
  await clock.advance(2 * hourMs)
  inventory.take([sdb])
  expect(inventory.devices()).toEqual([sdb])
})

test('a device that failed has its turn after those that were read', () => {
  const inventory = createInventory(createManualClock(), [sda, sdb])
  inventory.note(sda, 'failed')
  expect(inventory.devices()).toEqual([sdb, sda])
  inventory.note(sda, 'read')
  expect(inventory.devices()).toEqual([sda, sdb])
})
