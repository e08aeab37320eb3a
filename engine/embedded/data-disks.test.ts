import { expect, test } from '@jest/globals'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { seededRandom } from '#lib/random'
import { until } from '#test/until'
import { racksOfDisks } from '../engine.conformance.ts'
import { type DataDisk, isSound, type PoolSpec } from '../engine.ts'
import { createMemoryFileSystem, type MemoryFileSystem } from './device/fake/memory-file-system.ts'
import { type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded-engine.ts'

const gold: PoolSpec = { name: 'gold', copies: 3, faultDomain: 'rack', placementGroups: 8 }

function createDisk(seed = 1): MemoryFileSystem {
  return createMemoryFileSystem(seededRandom(seed))
}

function openOn(fileSystem: MemoryFileSystem, options: Partial<EmbeddedEngineOptions> = {}) {
  return openEmbeddedEngine({
    dataDisks: racksOfDisks(3, 1),
    clock: systemClock,
    random: seededRandom(7),
    log: silentLog,
    fileSystem,
    probeEveryMs: 10,
    segmentBytes: 64 * 1024,
    ...options,
  })
}

const refusal = (code: string, message?: string) =>
  expect.objectContaining({ code, ...(message === undefined ? {} : { message }) })

test('a folder that holds something else is refused by name, and nothing is written to any', async () => {
  const disk = createDisk()
  await disk.makeFolder('/disks/r2-n1')
  await disk.replaceFile('/disks/r2-n1/holiday.jpg', Buffer.from('x'))
  await expect(openOn(disk)).rejects.toEqual(
    refusal(
      'DATA_DISK_NOT_EMPTY',
      'Cannot format data disk "r2-n1" at /disks/r2-n1: the folder holds holiday.jpg; empty it or name another',
    ),
  )
  expect(disk.paths('/disks')).toEqual(['/disks/r2-n1/holiday.jpg'])
})

test('a disk of another engine is refused', async () => {
  const disk = createDisk()
  const [first, ...rest] = racksOfDisks(3, 1)
  await (await openOn(disk, { dataDisks: [first!] })).close()
  await (await openOn(disk, { dataDisks: rest, random: seededRandom(8) })).close()
  await expect(openOn(disk)).rejects.toEqual(refusal('DATA_DISK_FOREIGN'))
})

test('swapped paths are refused, and say what stands where', async () => {
  const disk = createDisk()
  const dataDisks = racksOfDisks(3, 1)
  await (await openOn(disk)).close()
  const swapped = dataDisks.map((each, i) => ({ ...each, path: dataDisks[(i + 1) % 3]!.path }))
  await expect(openOn(disk, { dataDisks: swapped })).rejects.toEqual(
    refusal(
      'DATA_DISK_MISMATCHED',
      'Cannot open data disk "r1-n1" at /disks/r2-n1: its superblock says it is "r2-n1"; put the paths right',
    ),
  )
})

test.each<[string, Partial<DataDisk>]>([
  ['a relative path', { path: 'disks/x' }],
  ['an id twice', { id: 'r2-n1' }],
  ['a path twice', { path: '/disks/r2-n1' }],
  ['a size of nothing', { sizeBytes: 0 }],
  ['an id with a slash', { id: 'a/b' }],
])('%s is refused', async (_, wrong) => {
  const dataDisks = racksOfDisks(3, 1).with(0, { ...racksOfDisks(3, 1)[0]!, ...wrong })
  await expect(openOn(createDisk(), { dataDisks })).rejects.toEqual(refusal('DATA_DISK_INVALID'))
})

test('a minority of the disks does not open, because a newer map may lie elsewhere', async () => {
  const disk = createDisk()
  await (await openOn(disk, { pools: [gold] })).close()
  disk.vanish('/disks/r1-n1')
  disk.vanish('/disks/r3-n1')
  await expect(openOn(disk)).rejects.toEqual(
    refusal(
      'ENGINE_NO_QUORUM',
      'Cannot decide on the map: 1 of 3 data disks answer, 2 are needed; bring the others back',
    ),
  )
})

test('with an engine id given, blank disks are not taken for a new engine', async () => {
  const disk = createDisk()
  const first = await openOn(disk, { pools: [gold] })
  const { engineId } = first.status()
  await first.close()
  await expect(openOn(createDisk(), { engineId })).rejects.toEqual(refusal('ENGINE_NOT_FOUND'))
  await (await openOn(disk, { engineId })).close()
})

test('a known disk whose folder is blank is failed, never formatted anew', async () => {
  const disk = createDisk()
  const first = await openOn(disk, { pools: [gold] })
  await first.put('gold', 'k', Buffer.from('x'))
  await first.close()
  disk.wipe('/disks/r3-n1')
  const engine = await openOn(disk)
  expect(engine.status().dataDisks.find(({ id }) => id === 'r3-n1')).toMatchObject({
    state: 'failed',
    up: false,
  })
  expect(disk.paths('/disks/r3-n1')).toEqual([])
  expect((await engine.get('gold', 'k'))?.bytes.toString()).toBe('x')
  await engine.close()
})

test('a disk that was away while its objects changed serves nothing old after a restart', async () => {
  const disk = createDisk()
  const first = await openOn(disk, { pools: [gold] })
  await first.put('gold', 'changed', Buffer.from('old'))
  await first.put('gold', 'deleted', Buffer.from('old'))
  disk.vanish('/disks/r3-n1')
  await first.put('gold', 'changed', Buffer.from('new'))
  await first.delete('gold', 'deleted')
  await first.close()
  disk.restore('/disks/r3-n1')
  const engine = await openOn(disk)
  expect((await engine.get('gold', 'changed'))?.bytes.toString()).toBe('new')
  expect(await engine.get('gold', 'deleted')).toBeUndefined()
  await until(() => engine.status().pools[0]!.groups.clean === 8)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  await engine.close()
})

test('when only a stale disk is left, its objects are unavailable rather than old', async () => {
  const disk = createDisk()
  const engine = await openOn(disk, { pools: [{ ...gold, copies: 2, copiesMin: 1 }] })
  const keys = Array.from({ length: 20 }, (_, i) => `k${i}`)
  for (const key of keys) await engine.put('gold', key, Buffer.from('old'))
  disk.vanish('/disks/r3-n1')
  for (const key of keys) await engine.put('gold', key, Buffer.from('new'))
  await until(() => engine.status().recovery.groupsLeft === 0)
  disk.vanish('/disks/r2-n1')
  await until(() => engine.status().dataDisks.filter(({ up }) => up).length === 1)
  for (const key of keys) await engine.put('gold', key, Buffer.from('newer'))
  disk.restore('/disks/r3-n1')
  disk.restore('/disks/r2-n1')
  disk.vanish('/disks/r1-n1')
  for (const key of keys) {
    const found = await engine.get('gold', key).catch(({ code }) => code)
    expect(['newer', 'OBJECT_UNAVAILABLE']).toContain(found.bytes?.toString() ?? found)
  }
  disk.restore('/disks/r1-n1')
  await until(() => engine.status().dataDisks.every(({ up }) => up))
  for (const key of keys) expect((await engine.get('gold', key))?.bytes.toString()).toBe('newer')
  await engine.close()
})

test('a write that only a lost disk got, and nobody was told of, goes when that disk is back', async () => {
  const disk = createDisk()
  const first = await openOn(disk, { pools: [gold], probeEveryMs: 60_000 })
  await first.put('gold', 'k', Buffer.from('acknowledged'))
  for (const id of ['r1-n1', 'r2-n1']) disk.fail(`/disks/${id}`, 'write', 'EIO')
  await expect(first.put('gold', 'k', Buffer.from('never was'))).rejects.toMatchObject({
    status: 503,
  })
  await first.close()
  for (const id of ['r1-n1', 'r2-n1']) disk.fail(`/disks/${id}`, 'write', undefined)
  disk.vanish('/disks/r3-n1')
  const engine = await openOn(disk)
  const read = async () => (await engine.get('gold', 'k'))?.bytes.toString()
  expect(await read()).toBe('acknowledged')
  disk.restore('/disks/r3-n1')
  await until(() => engine.status().pools[0]!.groups.clean === 8)
  for (let i = 0; i < 3; i++) expect(await read()).toBe('acknowledged')
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  await engine.close()
})

test('a disk that vanishes is noticed without any client, and its open files do not fool anybody', async () => {
  const disk = createDisk()
  const engine = await openOn(disk, { pools: [gold], dataDisks: racksOfDisks(4, 1) })
  await engine.put('gold', 'k', Buffer.from('x'))
  disk.vanish('/disks/r1-n1')
  await until(() => engine.status().dataDisks[0]!.state === 'failed')
  expect(engine.status().dataDisks[0]).toMatchObject({ up: false })
  expect(engine.status().dataDisks[0]!.reason).toContain('ENOENT')
  expect(engine.status().dataDisks[0]!.errors).not.toEqual({})
  await engine.close()
})

test('a disk that hangs is given up, and what waited for it is acknowledged by the others', async () => {
  const disk = createDisk()
  const hanging = { isOn: false }
  const slow = {
    ...disk,
    async open(path: string, how: 'create' | 'edit' | 'read') {
      const file = await disk.open(path, how)
      const sync = () =>
        hanging.isOn && path.startsWith('/disks/r2-n1/') ? new Promise<void>(() => {}) : file.sync()
      return { ...file, sync }
    },
  }
  const engine = await openOn(slow, { pools: [gold], ioTimeoutMs: 50 })
  await engine.put('gold', 'k', Buffer.from('x'))
  hanging.isOn = true
  await engine.put('gold', 'k', Buffer.from('y'))
  expect(engine.status().dataDisks[1]).toMatchObject({ state: 'failed', up: false })
  expect((await engine.get('gold', 'k'))?.bytes.toString()).toBe('y')
  hanging.isOn = false
  await engine.close()
})

test('a second process that takes the disks silences the first', async () => {
  const disk = createDisk()
  const first = await openOn(disk, { pools: [gold] })
  await first.put('gold', 'k', Buffer.from('first'))
  const second = await openOn(disk)
  await second.put('gold', 'k', Buffer.from('second'))
  await expect(first.put('gold', 'k', Buffer.from('late'))).rejects.toMatchObject({ status: 503 })
  await until(() =>
    first.get('gold', 'k').then(
      () => false,
      ({ code }) => code === 'ENGINE_CLOSED',
    ),
  )
  expect((await second.get('gold', 'k'))?.bytes.toString()).toBe('second')
  await first.close()
  expect(isSound(await second.verifyPool('gold'))).toBe(true)
  await second.close()
})

test('flipped bits are found by a read, never returned, and mended', async () => {
  const disk = createDisk()
  const engine = await openOn(disk, { pools: [gold] })
  const bytes = Buffer.alloc(5000, 'abc')
  await engine.put('gold', 'k', bytes)
  for (const id of ['r1-n1', 'r2-n1']) flipIn(disk, id, 'abcabc')
  expect(await engine.verifyPool('gold')).toMatchObject({ corrupt: 2, copies: 1 })
  for (let i = 0; i < 6; i++) expect((await engine.get('gold', 'k'))?.bytes).toEqual(bytes)
  await until(async () => isSound(await engine.verifyPool('gold')))
  expect(engine.status().pools[0]).toMatchObject({ scrubErrors: 2, scrubRepaired: 2 })
  await engine.close()
})

test('a scrub finds flipped bits that nobody reads, and mends them', async () => {
  const disk = createDisk()
  const engine = await openOn(disk, { pools: [gold] })
  for (let i = 0; i < 20; i++) await engine.put('gold', `k${i}`, Buffer.from(`payload-${i}-end`))
  flipIn(disk, 'r1-n1', 'payload-3-')
  flipIn(disk, 'r3-n1', 'payload-7-')
  flipIn(disk, 'r2-n1', 'payload-7-')
  expect(await engine.scrubPool('gold')).toMatchObject({ corrupt: 3 })
  expect(engine.status().pools[0]).toMatchObject({ scrubErrors: 3, scrubRepaired: 3 })
  const proof = await engine.verifyPool('gold')
  expect(proof).toMatchObject({ objects: 20, copies: 60 })
  expect(isSound(proof)).toBe(true)
  await engine.close()
})

test('an object whose every copy is damaged is unavailable, until it is put again', async () => {
  const disk = createDisk()
  const engine = await openOn(disk, { pools: [gold] })
  await engine.put('gold', 'k', Buffer.from('the only truth'))
  for (const { id } of racksOfDisks(3, 1)) flipIn(disk, id, 'the only truth')
  await expect(engine.get('gold', 'k')).rejects.toEqual(refusal('OBJECT_UNAVAILABLE'))
  await engine.put('gold', 'k', Buffer.from('a new truth'))
  expect((await engine.get('gold', 'k'))?.bytes.toString()).toBe('a new truth')
  await engine.close()
})

test('a full disk refuses puts with its figures, still deletes, and takes puts again after', async () => {
  const disk = createDisk()
  const dataDisks = racksOfDisks(3, 1, 4 * 1024 * 1024)
  const engine = await openOn(disk, { pools: [gold], dataDisks })
  const large = Buffer.alloc(400_000, 1)
  let refused: { code?: string; status?: number } = {}
  let count = 0
  for (; refused.code === undefined && count < 40; count++)
    await engine.put('gold', `k${count}`, large).catch((error) => {
      refused = error
    })
  expect(refused).toMatchObject({ code: 'POOL_FULL', status: 507 })
  expect(count).toBeGreaterThan(7)
  for (let i = 0; i < count - 1; i++) expect(await engine.delete('gold', `k${i}`)).toBe(true)
  await until(() =>
    engine.put('gold', 'again', large).then(
      () => true,
      () => false,
    ),
  )
  await engine.close()
})

test('more writes than may wait are refused as busy', async () => {
  const engine = await openOn(createDisk(), { pools: [gold], waitingBytesMax: 10_000 })
  const puts = Array.from({ length: 5 }, (_, i) => engine.put('gold', `k${i}`, Buffer.alloc(6000)))
  const results = await Promise.allSettled(puts)
  const refused = results.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBe(4)
  expect(refused[0]).toMatchObject({ reason: { code: 'ENGINE_BUSY', status: 429 } })
  await engine.close()
})

test('a disk that dies in the middle of its drain: the drain ends, nothing is lost', async () => {
  const disk = createDisk()
  const dataDisks = racksOfDisks(3, 2)
  const engine = await openOn(disk, { pools: [gold], dataDisks, recoveryBytesPerSecond: 100_000 })
  for (let i = 0; i < 60; i++) await engine.put('gold', `k${i}`, Buffer.alloc(5000, i))
  await engine.drain('r1-n1')
  await until(() => engine.status().recovery.objectsCopied > 3)
  disk.vanish('/disks/r1-n1')
  await until(() => engine.status().dataDisks[0]!.state === 'failed')
  const during = await engine.drainProgress('r1-n1')
  expect(during.done).toBe(false)
  expect(during.objectsLeft).toBeGreaterThan(0)
  await until(async () => (await engine.drainProgress('r1-n1')).done)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  await engine.retire('r1-n1')
  for (let i = 0; i < 60; i++)
    expect((await engine.get('gold', `k${i}`))?.bytes).toEqual(Buffer.alloc(5000, i))
  await engine.close()
})

test('clients write while disks come and go, and every acknowledged byte is there', async () => {
  const disk = createDisk()
  const dataDisks = racksOfDisks(3, 2)
  const engine = await openOn(disk, { pools: [gold], dataDisks })
  const acknowledged = new Map<string, string>()
  let isStopping = false
  const write = async (writer: number) => {
    for (let i = 0; !isStopping; i++) {
      const key = `w${writer}/${i % 30}`
      const value = `${writer} ${i} `.repeat(20)
      try {
        await engine.put('gold', key, Buffer.from(value))
        acknowledged.set(key, value)
      } catch {
        acknowledged.delete(key) // Either is right from here on.
      }
      await new Promise(setImmediate)
    }
  }
  const writers = [0, 1, 2, 3].map(write)
  for (const id of ['r1-n1', 'r2-n2', 'r3-n1', 'r1-n2']) {
    const stateIs = (state: string) => () =>
      engine.status().dataDisks.find((each) => each.id === id)?.state === state
    disk.vanish(`/disks/${id}`)
    await until(stateIs('failed'))
    disk.restore(`/disks/${id}`)
    await until(stateIs('in'))
  }
  await engine.drain('r2-n1')
  await until(async () => (await engine.drainProgress('r2-n1')).done)
  isStopping = true
  await Promise.all(writers)
  await until(() => engine.status().recovery.groupsLeft === 0)
  expect(isSound(await engine.verifyPool('gold'))).toBe(true)
  expect(acknowledged.size).toBeGreaterThan(50)
  for (const [key, value] of acknowledged)
    expect((await engine.get('gold', key))?.bytes.toString()).toBe(value)
  await engine.close()
})

/** Flips one bit of the payload, wherever the log of the disk holds it. */
function flipIn(disk: MemoryFileSystem, id: string, payload: string): void {
  const holds = (path: string) => disk.read(path).indexOf(payload)
  const path = disk.paths(`/disks/${id}/segments`).find((each) => holds(each) >= 0)
  if (path === undefined) throw new Error(`${payload} is not on ${id}`)
  disk.flipBit(path, holds(path) + 2)
}
