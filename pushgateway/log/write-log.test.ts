/** What each policy of syncing promises. */
import { expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import { fileHeader } from './record.ts'
import { type Fsync, openWriteLog } from './write-log.ts'

const folder = '/gateway'

async function open(fsync: Fsync, disk = createFakeDisk()) {
  const clock = createManualClock()
  const told = { syncs: 0, broken: 0 }
  const place = {
    disk,
    folder,
    clock,
    fsync,
    onSync: () => void told.syncs++,
    onBroken: () => void told.broken++,
  }
  const log = await openWriteLog(place, { number: 1, sizeBytes: 0 })
  return { disk, clock, log, told }
}

/** What a machine finds that lost everything that was not synced. */
function leftBy(disk: FakeDisk, bytes = 0): string {
  const files = disk.afterCrash({ bytes, names: 1, garbled: false }).files()
  return [...files.values()].map((file) => file.subarray(fileHeader.length).toString()).join('|')
}

const text = (word: string) => Buffer.from(word)

test('synced always, what is acknowledged is there after the power was lost', async () => {
  const { disk, log } = await open({ when: 'always' })
  await log.append(text('a'))
  expect(leftBy(disk)).toBe('a')
})

test('synced at intervals, only what came within the last one may be lost', async () => {
  const { disk, clock, log, told } = await open({ when: 'interval', everyMs: 1000 })
  await log.append(text('a'))
  expect(leftBy(disk)).toBe('')
  await clock.advance(999)
  await log.append(text('b'))
  expect(leftBy(disk)).toBe('')
  await clock.advance(1)
  expect(leftBy(disk)).toBe('ab')
  expect(told.syncs).toBe(1)
  await clock.advance(5000)
  expect(told.syncs).toBe(1)
  await log.append(text('c'))
  await clock.advance(1000)
  expect(leftBy(disk)).toBe('abc')
})

test('never synced, it is the kernel that decides, and the process may die all the same', async () => {
  const { disk, clock, log, told } = await open({ when: 'never' })
  await log.append(text('a'))
  await clock.advance(3_600_000)
  expect(told.syncs).toBe(0)
  expect(leftBy(disk)).toBe('')
  expect(leftBy(disk, 1)).toBe('a')
})

test.each<Fsync>([{ when: 'never' }, { when: 'interval', everyMs: 1000 }])(
  'a file that is finished or closed is durable, synced $when',
  async (fsync) => {
    const { disk, clock, log, told } = await open(fsync)
    await log.append(text('a'))
    await log.rotate()
    expect(leftBy(disk)).toBe('a|')
    await log.append(text('b'))
    await log.close()
    expect(leftBy(disk)).toBe('a|b')
    await clock.advance(5000)
    expect(told.syncs).toBe(2)
  },
)

test('after a failed sync that nobody waited for, nothing more is taken', async () => {
  const { disk, clock, log, told } = await open({ when: 'interval', everyMs: 1000 })
  await log.append(text('a'))
  disk.failWhen((operation) => (operation === 'sync' ? diskError('EIO') : undefined))
  await clock.advance(1000)
  disk.failWhen(() => undefined)
  await expect(log.append(text('b'))).rejects.toMatchObject({ code: 'PUSHGATEWAY_LOG_BROKEN' })
  await expect(log.rotate()).rejects.toMatchObject({ code: 'PUSHGATEWAY_LOG_BROKEN' })
  expect(log.broken()).toContain('EIO')
  expect(told.broken).toBe(1)
  await log.close()
})

test('a full disk is cut back to what was whole, however it is synced', async () => {
  const { disk, log } = await open({ when: 'interval', everyMs: 1000 })
  await log.append(text('aa'))
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  await expect(log.append(text('bb'))).rejects.toMatchObject({ status: 507 })
  disk.failWhen(() => undefined)
  await log.append(text('cc'))
  await log.close()
  expect(leftBy(disk)).toBe('aacc')
})
