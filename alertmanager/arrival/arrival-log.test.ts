import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { silentLog } from '#lib/log'
import { createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import type { Alert } from '../alert.ts'
import { createArrivalLog } from './arrival-log.ts'

const alert = (name: string, annotation = ''): Alert => ({
  fingerprint: name,
  labels: { alertname: name },
  annotations: { annotation },
  generatorUrl: '',
  startsAtMs: 1,
  endsAtMs: 2,
  updatedAtMs: 3,
  endIsGuess: false,
})
const logOn = (disk: FakeDisk) => createArrivalLog({ folder: '/log', disk, log: silentLog })

async function readAll(disk: FakeDisk): Promise<readonly Alert[]> {
  const found: Alert[] = []
  await logOn(disk).open((alerts) => {
    found.push(...alerts)
    return 0
  })
  return found
}

const nothing = { bytes: 0, names: 0, garbled: false }

test('what was appended is there after a crash, in order', async () => {
  const disk = createFakeDisk()
  const log = logOn(disk)
  await log.open(() => 0)
  await log.append([alert('a'), alert('b', 'ä "\n')], 2)
  await log.append([alert('c')], 3)
  expect(await readAll(disk.afterCrash(nothing))).toEqual([
    alert('a'),
    alert('b', 'ä "\n'),
    alert('c'),
  ])
})

test('appends that come together are one write and one sync', async () => {
  const disk = createFakeDisk()
  const log = logOn(disk)
  await log.open(() => 0)
  await log.append([alert('a')], 1)
  const before = disk.operations()
  await Promise.all([...'bcdefgh'].map((name, i) => log.append([alert(name)], i + 2)))
  // The first of them goes alone, because nothing is under way; the others share the next.
  expect(disk.operations() - before).toBe(4)
})

test('nothing to append waits for what is under way', async () => {
  const disk = createFakeDisk()
  const log = logOn(disk)
  await log.open(() => 0)
  let done = false
  const first = log.append([alert('a')], 1).then(() => {
    done = true
  })
  await log.append([], 1)
  expect(done).toBe(true)
  await first
})

test('a disk that is full refuses, and takes again when it has room', async () => {
  const disk = createFakeDisk()
  const log = logOn(disk)
  await log.open(() => 0)
  await log.append([alert('a')], 1)
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  await expect(log.append([alert('b')], 2)).rejects.toMatchObject({ code: 'ALERT_LOG_BROKEN' })
  disk.failWhen(() => undefined)
  await log.append([alert('c')], 3)
  const names = (await readAll(disk.afterCrash(nothing))).map(({ fingerprint }) => fingerprint)
  expect(names).toEqual(['a', 'c'])
})

test('a file goes when the store has all that it holds, and what is replayed stays until then', async () => {
  const disk = createFakeDisk()
  const first = logOn(disk)
  await first.open(() => 0)
  await first.append([alert('a')], 1)
  await first.close()
  const second = logOn(disk)
  await second.open(() => 7)
  await second.append([alert('b')], 8)
  second.release(6)
  await second.close()
  expect((await readAll(disk)).map(({ fingerprint }) => fingerprint)).toEqual(['a', 'b'])
  const third = logOn(disk)
  await third.open(() => 7)
  third.release(7)
  await third.close()
  expect(await readAll(disk)).toEqual([])
})

test('whenever it crashes, all that was acknowledged is read and nothing that was never written', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 30 }),
      fc.record({
        bytes: fc.double({ min: 0, max: 1, noNaN: true }),
        names: fc.double({ min: 0, max: 1, noNaN: true }),
        garbled: fc.boolean(),
      }),
      async (failAt, luck) => {
        const disk = createFakeDisk()
        const log = logOn(disk)
        await log.open(() => 0)
        disk.failWhen((_, count) => (count === failAt ? diskError('EIO') : undefined))
        const acknowledged: string[] = []
        for (const [i, name] of [...'abcdefghij'].entries())
          await log
            .append([alert(name)], i + 1)
            .then(() => acknowledged.push(name))
            .catch(() => {})
        const found = (await readAll(disk.afterCrash(luck))).map(({ fingerprint }) => fingerprint)
        expect(acknowledged.filter((name) => !found.includes(name))).toEqual([])
        expect(new Set(found).size).toBe(found.length)
        expect(found.filter((name) => !'abcdefghij'.includes(name))).toEqual([])
      },
    ),
  )
})
