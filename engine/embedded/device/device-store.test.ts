import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { seededRandom } from '#lib/random'
import { compact } from './compact.ts'
import { CorruptRecord, DeviceStore } from './device-store.ts'
import { createMemoryFileSystem, type MemoryFileSystem } from './fake/memory-file-system.ts'
import { everyGroup, preparePut } from './record.ts'

const folder = '/disk/segments'
const place = (key: string, group = 0) => ({ pool: 1, group, key })

function createDisk(seed = 1): MemoryFileSystem {
  return createMemoryFileSystem(seededRandom(seed))
}

function openStore(fileSystem: MemoryFileSystem, confirm = async () => {}) {
  const clock = createManualClock()
  return DeviceStore.open({ fileSystem, folder, clock, segmentBytes: 4096, confirm })
}

function putOf(key: string, version: number, payload: string, group = 0) {
  const bytes = Buffer.from(payload)
  return preparePut(place(key, group), { version, writtenAtMs: 1, payload: bytes })
}

async function contentOf(store: DeviceStore, keys: readonly string[]) {
  const content = new Map<string, string>()
  for (const key of keys) {
    const entry = store.entry(place(key))
    if (entry === undefined || entry.deleted !== undefined) continue
    content.set(key, (await store.read(place(key), entry)).toString())
  }
  return content
}

test('what was written is read, also after the store was opened anew', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 1, 'one'))
  await store.put(putOf('a', 2, 'two'))
  await store.put(putOf('b', 3, ''))
  await store.erase(place('b'), 4)
  expect(await contentOf(store, ['a', 'b'])).toEqual(new Map([['a', 'two']]))
  await store.close()
  const { store: again, report } = await openStore(disk)
  expect(await contentOf(again, ['a', 'b'])).toEqual(new Map([['a', 'two']]))
  expect(again.entry(place('b'))).toMatchObject({ version: 4 })
  expect(report).toEqual({ records: 4, tornBytes: 0, lostBytes: 0 })
})

test('an older version never takes the place of a newer one, whatever the order in the log', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await Promise.all([store.put(putOf('a', 5, 'new')), store.put(putOf('a', 4, 'old'))])
  expect(await contentOf(store, ['a'])).toEqual(new Map([['a', 'new']]))
  await store.close()
  const { store: again } = await openStore(disk)
  expect(await contentOf(again, ['a'])).toEqual(new Map([['a', 'new']]))
})

test('writes that wait together share one sync', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  let syncs = 0
  disk.onMutation((operation) => {
    if (operation === 'sync') syncs++
  })
  await store.put(putOf('first', 1, 'x'))
  syncs = 0
  const many = Array.from({ length: 100 }, (_, i) => store.put(putOf(`k${i}`, i + 2, 'x')))
  await Promise.all(many)
  expect(syncs).toBeLessThanOrEqual(2)
})

test('a torn tail is cut, reported, and does not come back', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 1, 'whole'))
  await store.close()
  const path = `${folder}/00000001.seg`
  const file = await disk.open(path, 'edit')
  const torn = putOf('b', 2, 'torn')
  await file.write([torn.headBytes, torn.payload.subarray(0, 2)], disk.read(path).length)
  const { store: again, report } = await openStore(disk)
  expect(report).toMatchObject({ records: 1, tornBytes: torn.headBytes.length + 2, lostBytes: 0 })
  await again.put(putOf('c', 3, 'after'))
  expect(await contentOf(again, ['a', 'b', 'c'])).toEqual(
    new Map([
      ['a', 'whole'],
      ['c', 'after'],
    ]),
  )
})

test('one damaged head costs one record; what lies behind it is found', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  for (const key of ['a', 'b', 'c']) await store.put(putOf(key, 1, key.repeat(500)))
  const path = `${folder}/00000001.seg`
  const { offset } = store.entry(place('b'))!
  await store.close()
  disk.flipBit(path, offset + 10)
  const { store: again, report } = await openStore(disk)
  expect([...(await contentOf(again, ['a', 'b', 'c'])).keys()]).toEqual(['a', 'c'])
  expect(report.lostBytes).toBeGreaterThan(500)
  await again.close()
  expect((await openStore(disk)).report.lostBytes).toBe(0)
})

test('wrong bytes are never returned', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 1, 'x'.repeat(1000)))
  const entry = store.entry(place('a'))!
  disk.flipBit(`${folder}/00000001.seg`, entry.offset + 500)
  await expect(store.read(place('a'), entry)).rejects.toThrow(CorruptRecord)
  await store.put(putOf('a', 1, 'x'.repeat(1000)))
  expect((await contentOf(store, ['a'])).get('a')).toBe('x'.repeat(1000))
})

test('after one failed write nothing more is taken, because what is on the disk is unknown', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  disk.fail('/disk', 'sync', 'EIO')
  await expect(store.put(putOf('a', 1, 'x'))).rejects.toThrow('EIO')
  disk.fail('/disk', 'sync', undefined)
  await expect(store.put(putOf('b', 2, 'x'))).rejects.toThrow('EIO')
})

test('a write is not acknowledged once the disk at the path is another', async () => {
  const disk = createDisk()
  let isHere = true
  const { store } = await openStore(disk, async () => {
    if (!isHere) throw new Error('gone')
  })
  await store.put(putOf('a', 1, 'x'))
  isHere = false
  await expect(store.put(putOf('b', 2, 'x'))).rejects.toThrow('gone')
})

test('a read that hangs ends when the disk is given up', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 1, 'x'))
  const entry = store.entry(place('a'))!
  entry.segment.file.read = () => new Promise(() => {})
  const reading = store.read(place('a'), entry)
  store.fail(new Error('given up'))
  await expect(reading).rejects.toThrow('given up')
})

test('a forgotten group is gone for good, and what comes to it later stays', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 5, 'old'))
  await store.put(putOf('b', 6, 'kept', 1))
  await Promise.all([store.forget(1, 0), store.put(putOf('a', 3, 'back with an older version'))])
  const after = await contentOf(store, ['a'])
  expect(after).toEqual(new Map([['a', 'back with an older version']]))
  await store.close()
  const { store: again } = await openStore(disk)
  expect(await contentOf(again, ['a'])).toEqual(after)
  expect(again.group(1, 1).objects).toBe(1)
  await again.forget(1, everyGroup)
  expect([...again.held()]).toEqual([])
})

test('compaction keeps what counts, gives room back, and never brings back what was deleted', async () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('put' as const), key: fc.nat(7), bytes: fc.nat(1500) }),
    fc.record({ do: fc.constant('erase' as const), key: fc.nat(7) }),
    fc.record({ do: fc.constant('forget' as const) }),
    fc.record({ do: fc.constant('compact' as const), share: fc.constantFrom(0, 0.3, 0.5) }),
    fc.record({ do: fc.constant('reopen' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const disk = createDisk()
      const model = new Map<string, string>()
      const keys = Array.from({ length: 8 }, (_, i) => `k${i}`)
      let { store } = await openStore(disk)
      for (const [i, each] of steps.entries()) {
        if (each.do === 'reopen') {
          await store.close()
          store = (await openStore(disk)).store
        } else await run(store, model, { ...each, version: i + 1 })
      }
      expect(await contentOf(store, keys)).toEqual(model)
      await store.close()
      const { store: again } = await openStore(disk)
      expect(await contentOf(again, keys)).toEqual(model)
      for (const segment of again.segments.sealed())
        expect(segment.liveBytes).toBeLessThanOrEqual(segment.sizeBytes)
    }),
    { numRuns: 300, endOnFailure: true },
  )
})

type Step =
  | { do: 'put'; key: number; bytes: number; version: number }
  | { do: 'erase'; key: number; version: number }
  | { do: 'forget'; version: number }
  | { do: 'compact'; share: number; version: number }

async function run(store: DeviceStore, model: Map<string, string>, step: Step): Promise<void> {
  if (step.do === 'compact') {
    await compact(store, { take: async () => {}, garbageShareMin: step.share })
  } else if (step.do === 'forget') {
    model.clear()
    await store.forget(1, 0)
  } else if (step.do === 'erase') {
    model.delete(`k${step.key}`)
    await store.erase(place(`k${step.key}`), step.version)
  } else {
    const value = `${step.version}`.padEnd(step.bytes, '.')
    model.set(`k${step.key}`, value)
    await store.put(putOf(`k${step.key}`, step.version, value))
  }
}

test('overwriting for ever does not fill the disk, and tombstones do not stay for ever', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  const options = { take: async () => {}, garbageShareMin: 0.5 }
  const compactAll = async () => {
    for (let i = 0; i < 200 && (await compact(store, options)); i++);
  }
  for (let version = 1; version <= 6000; version++) {
    const key = `k${version % 3000}`
    if (version <= 3000) await store.put(putOf(key, version, 'x'.repeat(100)))
    else await store.erase(place(key), version)
  }
  await compactAll()
  await compactAll()
  expect(store.objects).toBe(0)
  expect(store.tombstones).toBeLessThan(1100)
  expect(store.usedBytes).toBeLessThan(150_000)
})

test('compaction leaves a segment with a damaged record alone until that was rewritten', async () => {
  const disk = createDisk()
  const { store } = await openStore(disk)
  await store.put(putOf('a', 1, 'a'.repeat(2000)))
  await store.put(putOf('b', 2, 'b'.repeat(3000)))
  await store.put(putOf('b', 3, 'b'))
  const entry = store.entry(place('a'))!
  disk.flipBit(entry.segment.path, entry.offset + 1000)
  const options = { take: async () => {}, garbageShareMin: 0.1 }
  expect(await compact(store, options)).toBe(false)
  expect(store.entry(place('a'))).toBe(entry)
  await store.put(putOf('a', 1, 'a'.repeat(2000)))
  expect(await compact(store, options)).toBe(true)
  expect((await contentOf(store, ['a'])).get('a')).toBe('a'.repeat(2000))
})
