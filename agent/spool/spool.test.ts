import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import type { Disk } from '#lib/disk'
import { silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { createFakeDisk, diskError } from '#test/fake-disk'
import { openSpool, type Spool } from './spool.ts'

const clock = createManualClock()
const open = (disk: Disk, limits: { sizeBytesMax?: number; ageMsMax?: number } = {}) =>
  openSpool({
    disk,
    folder: '/spool',
    sizeBytesMax: 1024 * 1024,
    ageMsMax: 3_600_000,
    clock,
    log: silentLog,
    ...limits,
  })
const tick = (name: number, atMs = clock.nowMs()) => ({ atMs, text: Buffer.from(`tick ${name}\n`) })
/** What a small tick takes of the disk. */
const spaceBytes = 8192

async function drain(spool: Spool): Promise<number[]> {
  const names: number[] = []
  for (;;) {
    const waiting = await spool.first()
    if (waiting === undefined) return names
    names.push(Number(/\d+/.exec(String(waiting.tick.text))))
    await spool.remove(waiting.entry, 'delivered')
  }
}

const lostIn = (spool: Spool) =>
  Object.values(spool.state().dropped).reduce((sum, count) => sum + count, 0)

test('ticks come out as they went in, with their times, also after a restart', async () => {
  const disk = createFakeDisk()
  const spool = await open(disk)
  const atMs = clock.nowMs()
  for (const name of [1, 2, 3]) await spool.append(tick(name, atMs + name))
  const again = await open(disk)
  expect(again.state()).toMatchObject({ ticks: 3, oldestAtMs: atMs + 1, sizeBytes: 3 * spaceBytes })
  expect((await again.first())?.tick).toEqual(tick(1, atMs + 1))
  await again.append(tick(4))
  expect(await drain(again)).toEqual([1, 2, 3, 4])
  expect(disk.files().size).toBe(0)
})

test('a spool that is full drops the oldest first, and counts', async () => {
  const spool = await open(createFakeDisk(), { sizeBytesMax: 3 * spaceBytes })
  for (const name of [1, 2, 3, 4, 5]) await spool.append(tick(name))
  expect(spool.state()).toMatchObject({ ticks: 3, added: 5, dropped: { size: 2 } })
  expect(await drain(spool)).toEqual([3, 4, 5])
})

test('a tick that is larger than the spool is lost alone', async () => {
  const spool = await open(createFakeDisk(), { sizeBytesMax: 2 * spaceBytes })
  await spool.append(tick(1))
  await spool.append({ atMs: 1, text: Buffer.from(seededRandom(1).hex(40_000)) })
  expect(spool.state()).toMatchObject({ ticks: 1, added: 2, dropped: { size: 1 } })
  expect(await drain(spool)).toEqual([1])
})

test('what is too old is dropped, and counted', async () => {
  const spool = await open(createFakeDisk(), { ageMsMax: 60_000 })
  const startMs = clock.nowMs()
  await spool.append(tick(1, startMs - 59_000))
  await spool.append(tick(2, startMs))
  await clock.advance(2000)
  expect(await drain(spool)).toEqual([2])
  expect(spool.state().dropped).toMatchObject({ age: 1 })
})

test('a damaged file is lost alone, whatever byte of it changed', async () => {
  const reference = createFakeDisk()
  await (await open(reference)).append(tick(1))
  const [[path, whole]] = [...reference.files()] as [[string, Buffer]]
  for (let at = 0; at < whole.length; at++) {
    const disk = createFakeDisk()
    const file = await disk.open(path)
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 0x10
    await file.append(damaged)
    const spool = await open(disk)
    await spool.append(tick(2))
    expect(await drain(spool)).toEqual([2])
    expect(spool.state()).toMatchObject({ delivered: 1, dropped: { damaged: 1 } })
  }
})

test('on a disk that others filled the oldest gives way to the newest', async () => {
  const disk = createFakeDisk()
  const spool = await open(disk)
  for (const name of [1, 2, 3]) await spool.append(tick(name))
  let failures = 2
  disk.failWhen((operation) =>
    operation === 'append' && failures-- > 0 ? diskError('ENOSPC') : undefined,
  )
  await spool.append(tick(4))
  expect(spool.state().dropped).toMatchObject({ disk_full: 2 })
  expect(await drain(spool)).toEqual([3, 4])
})

test('a disk that refuses everything costs ticks, never the program', async () => {
  const disk = createFakeDisk()
  const spool = await open(disk)
  disk.failWhen(() => diskError('EIO'))
  await spool.append(tick(1))
  expect(spool.state()).toMatchObject({ ticks: 0, added: 1, dropped: { disk_error: 1 } })
  disk.failWhen(() => undefined)
  await spool.append(tick(2))
  expect(await drain(spool)).toEqual([2])
})

test('files of others in the folder are left alone', async () => {
  const disk = createFakeDisk()
  await (await disk.open('/spool/lock')).append(Buffer.from('1'))
  const spool = await open(disk)
  await spool.append(tick(1))
  expect(await drain(spool)).toEqual([1])
  expect([...disk.files().keys()]).toEqual(['/spool/lock'])
})

type Crash = Parameters<ReturnType<typeof createFakeDisk>['afterCrash']>[0]

/** A spool that is used, and what must be true of it after each step. */
async function openWatched(crash: Crash, failAt: number) {
  const sizeBytesMax = 6 * spaceBytes
  let disk = createFakeDisk()
  let spool = await open(disk, { sizeBytesMax })
  let found = 0
  let name = 0
  /** Acknowledged, and neither taken nor lost: must come out. */
  let owed: number[] = []
  const append = async () => {
    await spool.append(tick(++name))
    owed = [...owed, name].slice(-spool.state().ticks) // What was lost were the oldest.
  }
  const failing = async (code: 'ENOSPC' | 'EIO') => {
    let count = 0
    disk.failWhen(() => (++count === failAt ? diskError(code) : undefined))
    await spool.append(tick(++name))
    disk.failWhen(() => undefined)
    owed = [] // Which are lost depends on where it failed; the books are still right.
  }
  const take = async () => {
    const waiting = await spool.first()
    if (waiting === undefined) return
    const taken = Number(/\d+/.exec(String(waiting.tick.text)))
    owed = owed.filter((each) => each !== taken)
    await spool.remove(waiting.entry, 'delivered')
  }
  const restart = async () => {
    disk = disk.afterCrash(crash)
    spool = await open(disk, { sizeBytesMax })
    found = spool.state().ticks
  }
  return {
    steps: { append, take, restart, full: () => failing('ENOSPC'), broken: () => failing('EIO') },
    check() {
      const { ticks, added, delivered, sizeBytes } = spool.state()
      expect(found + added).toBe(ticks + delivered + lostIn(spool))
      expect(sizeBytes).toBeLessThanOrEqual(sizeBytesMax)
    },
    async end() {
      const rest = await drain(spool)
      expect(rest).toEqual([...rest].sort((a, b) => a - b))
      expect(rest).toEqual(expect.arrayContaining(owed))
    },
  }
}

test('whatever fails and whenever it crashes: order, bounds and books are kept', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant('append' as const) },
    { weight: 3, arbitrary: fc.constant('take' as const) },
    {
      weight: 3,
      arbitrary: fc.constantFrom('full' as const, 'broken' as const, 'restart' as const),
    },
  )
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const crash = fc.record({ bytes: share, names: share, garbled: fc.boolean() })
  const failAt = fc.integer({ min: 1, max: 7 })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), crash, failAt, async (names, ...world) => {
      const watched = await openWatched(...world)
      for (const each of names) {
        await watched.steps[each]()
        watched.check()
      }
      await watched.end()
    }),
    { numRuns: 300 },
  )
})
