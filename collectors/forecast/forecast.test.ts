import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import type { DeviceFacts } from '../facts/device-facts.ts'
import { seriesOf } from '../fake/series.ts'
import { createFamilies } from '../families.ts'
import { openForecast } from './forecast.ts'

const dayMs = 86_400_000
const clock = createManualClock()

const factsOf = (days: number, percent: number): DeviceFacts =>
  ({
    model: 'ACME S1',
    serial: 'A1',
    kind: 'sata-ssd',
    powerOnHours: 5000 + 24 * days,
    bytesWritten: undefined,
    healthPassed: true,
    wear: { nvme: undefined, devstat: percent, scsi: undefined },
    attributes: [],
  }) as unknown as DeviceFacts // Only what forecasts read.

/** Half a point a day, read every day from `from` until `until`; the samples of the last day. */
async function live(disk: FakeDisk, { from, until }: { from: number; until: number }) {
  const forecast = await openForecast({ clock, log: silentLog, disk, folder: '/wear' })
  let families = createFamilies()
  for (let day = from; day <= until; day += 1) {
    families = createFamilies()
    forecast.onFacts('sda', factsOf(day, Math.floor(10 + day / 2)), families)
    await clock.advance(dayMs)
    await forecast.close()
  }
  return seriesOf(families.list())
}

const median =
  'zstone_device_wear_days_left{bound="median", device="sda", model_version="wear-rate-2"}'
const span = 'zstone_device_wear_history_days{device="sda"}'

test('a forecast begins once there is some history, and its span can be seen', async () => {
  const young = await live(createFakeDisk(), { from: 0, until: 2 })
  expect(young[span]).toBe(2)
  expect(young[median]).toBeUndefined()
  const older = await live(createFakeDisk(), { from: 0, until: 60 })
  expect(older[span]).toBe(60)
  expect(older[median]).toBeGreaterThan(60)
  expect(older[median]).toBeLessThan(180)
})

test('history outlives a crash, whatever became of what was not yet durable', async () => {
  const disk = createFakeDisk()
  await live(disk, { from: 0, until: 30 })
  for (const luck of [0, 0.5, 1]) {
    const after = disk.afterCrash({ bytes: luck, names: luck, garbled: true })
    expect((await live(after, { from: 31, until: 31 }))[span]).toBe(31)
  }
})

test('a crash at any operation of a save leaves the old history or the new one', async () => {
  for (let at = 1; at <= 6; at += 1) {
    const disk = createFakeDisk()
    await live(disk, { from: 0, until: 9 })
    const done = disk.operations()
    disk.failWhen((_, count) => (count > done + at ? diskError('EIO') : undefined))
    await live(disk, { from: 10, until: 10 })
    for (const luck of [0, 1]) {
      const after = disk.afterCrash({ bytes: luck, names: luck, garbled: false })
      expect((await live(after, { from: 11, until: 11 }))[span]).toBe(11)
    }
  }
})

test('a history that cannot be read is put aside, and a new one begins', async () => {
  const disk = createFakeDisk()
  const file = await disk.open('/wear/wear-history.json')
  await file.append(Buffer.from('{"version":1,"drives":{"x":[[1,2]]}}'))
  await file.sync()
  await disk.syncFolder('/wear')
  expect((await live(disk, { from: 0, until: 6 }))[span]).toBe(6)
  expect([...disk.files().keys()]).toContain('/wear/wear-history.json.unreadable')
})

test('a full disk costs the history of later, not the forecast of now', async () => {
  const disk = createFakeDisk()
  disk.failWhen(() => diskError('ENOSPC'))
  expect((await live(disk, { from: 0, until: 30 }))[median]).toBeGreaterThan(30)
})

test('without a folder history lasts as long as the process', async () => {
  const disk = createFakeDisk()
  const forecast = await openForecast({ clock, log: silentLog, disk, folder: undefined })
  const families = createFamilies()
  for (let day = 0; day < 20; day += 1) forecast.onFacts('sda', factsOf(day, 10 + day), families)
  await forecast.close()
  expect(seriesOf(families.list())[median]).toBeGreaterThan(0)
  expect(disk.operations()).toBe(0)
})
