/** What the disk may do, and what must hold all the same. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { type CrashLuck, createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import { createBooks } from '../books/books.ts'
import { createTombstones } from '../expiry/tombstones.ts'
import { createTtlPolicy } from '../expiry/ttl.ts'
import { createOwnMetrics, unknownBuild } from '../own-metrics.ts'
import { createNameIndex } from '../store/name-index.ts'
import { createStore, type Store, type Write } from '../store/store.ts'
import { renderPush } from '../text/render.ts'
import { parseText } from '../text/text-parser.ts'
import { type Committer, createCommitter } from './commit.ts'
import { recover } from './recovery.ts'
import { openWriteLog, type WriteLog } from './write-log.ts'

interface Opened {
  readonly store: Store
  readonly log: WriteLog
  readonly committer: Committer
  readonly cutBytes: number
}

const folder = '/gateway'

async function open(disk: FakeDisk, logSizeMax = 700): Promise<Opened> {
  const index = createNameIndex(() => new Map())
  const ttls = createTtlPolicy({ ttlMs: 1000, ttlFor: [] })
  const tombstones = createTombstones(createBooks(), ttls)
  const store = createStore({ index, books: createBooks(), checks: true, tombstones })
  const metrics = createOwnMetrics(createMetrics(), { build: unknownBuild, clock: systemClock }).log
  const { end, snapshotBytes, cutBytes } = await recover({ disk, folder }, store)
  const place = { disk, folder, onSync: metrics.synced, clock: systemClock }
  const log = await openWriteLog(place, end)
  const world = { store, log, disk, folder, metrics, clock: systemClock, logSizeMax }
  const committer = createCommitter({ ...world, journal: silentLog, snapshotBytes })
  return { store, log, committer, cutBytes }
}

/** What `write` makes a write of. A store keeps what it is given: each gets writes of its own. */
type Ask = readonly [kind: Write['kind'], job: string, value: number]

/** Every push carries its number in two families: a half-applied one would show. */
function write(kind: Write['kind'], job: string, value: number): Write {
  const pairs = [['job', job]] as const
  const body = `a ${value}\nb{of="${kind}"} ${value}\n${kind === 'merge' ? `c${value} 1\n` : ''}`
  const { families } = parseText(Buffer.from(kind === 'delete' ? '' : body))
  const group = { pairs, addsInstance: true }
  const rendered = renderPush(families, { group, pushedAtMs: value, headOf: (head) => head })
  const ttlMs = value % 2 === 0 ? value : undefined
  return { kind, pairs, families: rendered, atMs: value, traceparent: `trace ${value}`, ttlMs }
}

function shown(store: Store): string {
  const deleted = store.tombstones
    .all()
    .map(({ pairs, reason, atMs }) => `${pairs} ${reason} ${atMs}`)
  const groups = store.groups().flatMap(({ labelText, visible }) => {
    const texts = (visible?.families ?? []).map((family) => family.bytes().toString())
    const said = `${visible?.pushedAtMs} ${visible?.ttlMs} ${visible?.traceparent}`
    return [`${labelText} ${said}`, ...texts]
  })
  return [...groups, ...deleted].join('\n')
}

async function openEmpty(): Promise<Store> {
  return (await open(createFakeDisk())).store
}

/** What a gateway shows after the first 0, 1, 2 … of `writes`. */
async function historyOf(writes: readonly Ask[]): Promise<string[]> {
  const store = await openEmpty()
  const states = [shown(store)]
  for (const one of writes) {
    store.publish(store.admit(write(...one)))
    states.push(shown(store))
  }
  return states
}

/** Gives the writes in waves of three, as concurrent clients would; counts the acknowledged. */
async function give(committer: Committer, writes: readonly Ask[]): Promise<number> {
  let acknowledged = 0
  for (let i = 0; i < writes.length; i += 3) {
    const wave = writes.slice(i, i + 3).map((one) => committer.commit(write(...one)))
    const results = await Promise.allSettled(wave)
    acknowledged += results.filter(({ status }) => status === 'fulfilled').length
  }
  await committer.idle()
  return acknowledged
}

const someWrites = fc
  .array(
    fc.tuple(
      fc.constantFrom('replace', 'merge', 'merge', 'delete'),
      fc.constantFrom('x', 'y', 'z'),
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((given) => given.map(([kind, job], i): Ask => [kind as Write['kind'], job, i + 1]))

const someLuck: fc.Arbitrary<CrashLuck> = fc.record({
  bytes: fc.constantFrom(0, 0.3, 0.6, 0.95, 1),
  names: fc.constantFrom(0, 0.5, 1),
  garbled: fc.boolean(),
})

test('a crash at any disk operation loses no acknowledged push and leaves none half', async () => {
  await fc.assert(
    fc.asyncProperty(someWrites, someLuck, async (writes, luck) => {
      const states = await historyOf(writes)
      const rehearsal = createFakeDisk()
      await give((await open(rehearsal)).committer, writes)
      for (let cut = 1; cut <= rehearsal.operations() + 1; cut++) {
        const disk = createFakeDisk()
        disk.failWhen((_, count) => (count >= cut ? new Error('the power is gone') : undefined))
        const opened = await open(disk).catch(() => undefined)
        const acknowledged = opened === undefined ? 0 : await give(opened.committer, writes)
        const next = await open(disk.afterCrash(luck))
        const found = states.lastIndexOf(shown(next.store))
        expect({ cut, keptAll: found >= acknowledged }).toEqual({ cut, keptAll: true })
      }
    }),
    { numRuns: 40 },
  )
})

test('a gateway that crashed twice still knows everything', async () => {
  await fc.assert(
    fc.asyncProperty(someWrites, someWrites, someLuck, async (first, second, luck) => {
      const disk = createFakeDisk()
      await give((await open(disk)).committer, first)
      const torn = createTorn(disk)
      const again = torn.afterCrash(luck)
      await give((await open(again)).committer, second)
      const last = await open(again.afterCrash(luck))
      const states = await historyOf([...first, ...second])
      expect(shown(last.store)).toBe(states.at(-1))
    }),
    { numRuns: 60 },
  )
})

/** Leaves a few bytes of a frame behind that nobody was told of. */
function createTorn(disk: FakeDisk): FakeDisk {
  disk.failWhen((operation) => (operation === 'append' ? new Error('torn') : undefined))
  return disk
}

test('a torn tail is cut off at the next start and said', async () => {
  const disk = createFakeDisk()
  const { committer } = await open(disk)
  await committer.commit(write('replace', 'x', 1))
  let cut = false
  disk.failWhen((operation) => {
    cut ||= operation === 'append'
    return cut ? new Error('the power is gone') : undefined
  })
  await expect(committer.commit(write('replace', 'x', 2))).rejects.toThrow('not safe')
  const next = await open(disk.afterCrash({ bytes: 1, names: 1, garbled: false }))
  expect(next.cutBytes).toBeGreaterThan(0)
  expect(shown(next.store)).toContain('a{instance="",job="x"} 1')
})

test('a full disk is 507, the group stays as it was, and space lets pushes in again', async () => {
  const disk = createFakeDisk()
  const { committer, store } = await open(disk)
  await committer.commit(write('replace', 'x', 1))
  const before = shown(store)
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  const refused = [write('merge', 'x', 2), write('replace', 'new', 3), write('delete', 'x', 4)]
  for (const result of await Promise.allSettled(refused.map((one) => committer.commit(one)))) {
    expect(result).toMatchObject({ reason: { status: 507, code: 'PUSHGATEWAY_DISK_FULL' } })
  }
  expect(shown(store)).toBe(before)
  disk.failWhen(() => undefined)
  await committer.commit(write('replace', 'new', 5))
  const now = shown(store)
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(shown(next.store)).toBe(now)
  expect(now).toContain('a{instance="",job="new"} 5')
})

test('a withdrawn push frees the names that it had reserved', async () => {
  const disk = createFakeDisk()
  const { committer } = await open(disk)
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  await expect(committer.commit(write('replace', 'x', 1))).rejects.toThrow('is full')
  disk.failWhen(() => undefined)
  const pairs = [['job', 'y']] as const
  const { families } = parseText(Buffer.from('# TYPE a counter\na 1\n'))
  const group = { pairs, addsInstance: true }
  const rendered = renderPush(families, { group, pushedAtMs: 2, headOf: (head) => head })
  const other: Write = { ...write('replace', 'y', 2), families: rendered }
  expect((await committer.commit(other)).refusal).toBeUndefined()
})

test('after a failed sync nothing is taken before a restart, whatever the disk says', async () => {
  const disk = createFakeDisk()
  const { committer, store, log } = await open(disk)
  await committer.commit(write('replace', 'x', 1))
  const before = shown(store)
  disk.failWhen((operation) => (operation === 'sync' ? diskError('EIO') : undefined))
  await expect(committer.commit(write('replace', 'x', 2))).rejects.toMatchObject({ status: 503 })
  disk.failWhen(() => undefined)
  await expect(committer.commit(write('replace', 'x', 3))).rejects.toMatchObject({
    code: 'PUSHGATEWAY_LOG_BROKEN',
  })
  expect(shown(store)).toBe(before)
  expect(log.broken()).toContain('EIO')
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(shown(next.store)).toBe(before)
})

test('the log stays small: snapshots replace it while pushes go on', async () => {
  const disk = createFakeDisk()
  const { committer, store } = await open(disk)
  for (let i = 1; i <= 300; i++) await committer.commit(write('replace', `job${i % 3}`, i))
  await committer.idle()
  const sizeBytes = [...disk.files().values()].reduce((sum, { length }) => sum + length, 0)
  expect(sizeBytes).toBeLessThan(4000)
  const next = await open(disk)
  expect(shown(next.store)).toBe(shown(store))
})

test('a snapshot that finds the disk full leaves the log, and a later one succeeds', async () => {
  const disk = createFakeDisk()
  const { committer, store } = await open(disk)
  let isSnapshot = false
  disk.failWhen((operation) => {
    if (operation === 'remove') isSnapshot = true
    if (operation === 'sync') isSnapshot = false
    return isSnapshot && operation === 'append' ? diskError('ENOSPC') : undefined
  })
  for (let i = 1; i <= 40; i++)
    await committer.commit(write('replace', 'x', i)).catch(() => undefined)
  await committer.idle()
  disk.failWhen(() => undefined)
  for (let i = 41; i <= 80; i++) await committer.commit(write('replace', 'x', i))
  await committer.idle()
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(shown(next.store)).toBe(shown(store))
  expect([...disk.files().keys()].some((name) => name.endsWith('.part'))).toBe(false)
})

test('damage inside a finished file is refused at the start, naming the file', async () => {
  const disk = createFakeDisk()
  const { committer } = await open(disk)
  for (let i = 1; i <= 30; i++) await committer.commit(write('replace', 'x', i))
  await committer.idle()
  const snapshot = [...disk.files()].find(([name]) => name.endsWith('.snapshot'))!
  snapshot[1][40]! ^= 0xff
  await expect(open(disk)).rejects.toMatchObject({ code: 'PUSHGATEWAY_LOG_CORRUPT' })
  await expect(open(disk)).rejects.toThrow(snapshot[0])
})

test('a file of another version is left alone and refused', async () => {
  const disk = createFakeDisk()
  const file = await disk.open(`${folder}/0000000001.log`)
  await file.append(Buffer.from('ZSTPUSH\u0003 and what that version wrote'))
  await expect(open(disk)).rejects.toThrow('was not written by this version')
})
