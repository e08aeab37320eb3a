/** Groups with a TTL: how they age, end, and what tells of it. */
import { afterEach, expect, test } from '@jest/globals'
import { createManualClock, type ManualClock } from '#lib/clock'
import { createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import { createBooks } from '../books/books.ts'
import { openTestGateway, type Sent, type TestGateway } from '../fake/gateway.ts'
import { createNameIndex } from '../store/name-index.ts'
import { createStore } from '../store/store.ts'

interface Aged {
  readonly gateway: TestGateway
  readonly clock: ManualClock
  readonly disk: FakeDisk
  push(job: string, sent?: Sent): Promise<number>
  /** What /metrics tells of the age and the end of groups. */
  marks(): Promise<readonly string[]>
  /** Jobs that are shown. */
  jobs(): Promise<readonly string[]>
}

const opened: TestGateway[] = []
afterEach(async () => {
  for (const gateway of opened.splice(0)) await gateway.close()
})

async function open(
  flags: readonly string[],
  { disk = createFakeDisk(), clock = createManualClock() } = {},
): Promise<Aged> {
  const gateway = await openTestGateway({ flags, disk, clock })
  opened.push(gateway)
  const lines = async () => (await gateway.send('GET', '/metrics')).body.split('\n')
  return {
    gateway,
    clock,
    disk,
    push: async (job, sent = { body: 'a 1\n' }) =>
      (await gateway.send('PUT', `/metrics/job/${job}`, sent)).status,
    marks: async () => (await lines()).filter((line) => line.startsWith('zstone_push_group_')),
    jobs: async () =>
      (await lines()).flatMap((line) => /^a\{instance="",job="(.*)"\}/.exec(line)?.[1] ?? []),
  }
}

const minute = 60_000
const stale = (job: string) => `zstone_push_group_stale{instance="",job="${job}"} 1`
const gone = (job: string, reason: string) =>
  expect.stringMatching(
    `^zstone_push_group_deleted_timestamp_seconds{instance="",job="${job}",reason="${reason}"} 1\\.7\\d*e\\+09$`,
  )

test('a group that is not pushed any more is marked, then dropped, and leaves a tombstone', async () => {
  const { clock, push, marks, jobs } = await open(['--push.ttl=10m', '--push.ttl-grace=5m'])
  await push('x')
  await push('y')
  await clock.advance(9 * minute)
  await push('y')
  expect(await marks()).toEqual([])
  await clock.advance(minute + 1000)
  expect(await marks()).toEqual([stale('x')])
  expect(await jobs()).toEqual(['x', 'y'])
  await clock.advance(5 * minute + 1000)
  expect(await marks()).toEqual([gone('x', 'expired')])
  expect(await jobs()).toEqual(['y'])
})

test('a push takes the mark and the tombstone away', async () => {
  const { clock, push, marks, jobs } = await open(['--push.ttl=10m', '--push.ttl-grace=5m'])
  await push('x')
  await clock.advance(11 * minute)
  expect(await marks()).toEqual([stale('x')])
  await push('x')
  expect(await marks()).toEqual([])
  await clock.advance(16 * minute)
  expect(await marks()).toEqual([gone('x', 'expired')])
  await push('x')
  expect(await marks()).toEqual([])
  expect(await jobs()).toEqual(['x'])
  await clock.advance(11 * minute)
  expect(await marks()).toEqual([stale('x')])
})

test('a refused push is no sign of life', async () => {
  const { gateway, clock, push, marks } = await open(['--push.ttl=10m', '--push.ttl-grace=5m'])
  await push('x')
  await clock.advance(6 * minute)
  expect(await push('x', { body: 'a 1 1234\n' })).toBe(400)
  await clock.advance(5 * minute)
  expect(await marks()).toEqual([stale('x')])
  expect(await push('x', { body: 'a 1 1234\n' })).toBe(400)
  expect(await marks()).toEqual([stale('x')])
  await clock.advance(6 * minute)
  expect(await marks()).toEqual([gone('x', 'expired')])
  expect(gateway.gateway.groups()).toEqual([])
})

test('a group that only ever refused pushes ends too', async () => {
  const { gateway, clock, push } = await open(['--push.ttl=10m', '--push.ttl-grace=5m'])
  await push('x', { body: 'a 1 1234\n' })
  expect(gateway.gateway.groups()).toHaveLength(1)
  await clock.advance(16 * minute)
  expect(gateway.gateway.groups()).toHaveLength(0)
})

test('the header beats the rules, the first rule that fits beats the others and the server', async () => {
  const { clock, push, marks } = await open([
    '--push.ttl=1h',
    '--push.ttl-for={job=~"batch-.*"}=10m',
    '--push.ttl-for=job=~"batch-slow.*"=2h',
    '--push.ttl-for=job="forever"=0',
    '--push.ttl-grace=1d',
  ])
  for (const job of ['batch-1', 'batch-slow', 'forever', 'other']) await push(job)
  await push('batch-2', { headers: { 'X-Pushgateway-TTL': '90s' } })
  await push('batch-3', { headers: { 'X-Pushgateway-TTL': '0' } })
  await clock.advance(91_000)
  expect(await marks()).toEqual([stale('batch-2')])
  await clock.advance(10 * minute)
  expect(await marks()).toEqual([stale('batch-1'), stale('batch-2'), stale('batch-slow')])
  await clock.advance(60 * minute)
  expect(await marks()).toEqual(['batch-1', 'batch-2', 'batch-slow', 'other'].map(stale))
})

test('a POST keeps the TTL that an earlier push gave, a PUT begins anew', async () => {
  const { gateway, clock, marks } = await open([])
  const send = (method: string, job: string, headers = {}) =>
    gateway.send(method, `/metrics/job/${job}`, { body: 'a 1\n', headers })
  for (const job of ['x', 'y']) await send('PUT', job, { 'X-Pushgateway-TTL': '90s' })
  await send('POST', 'x')
  await send('PUT', 'y')
  await clock.advance(2 * minute)
  expect(await marks()).toEqual([stale('x')])
})

test('a header that is no duration is refused and says so', async () => {
  const { gateway } = await open([])
  const headers = { 'X-Pushgateway-TTL': 'soon' }
  const reply = await gateway.send('PUT', '/metrics/job/x', { body: 'a 1\n', headers })
  expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('"soon"') })
})

test('without a TTL nothing ends, and deletions leave nothing behind', async () => {
  const { gateway, clock, push, marks, jobs } = await open(['--web.enable-admin-api'])
  for (const job of ['x', 'y', 'z']) await push(job)
  await clock.advance(60 * 60_000)
  await gateway.send('DELETE', '/metrics/job/x')
  expect(await marks()).toEqual([])
  expect(await jobs()).toEqual(['y', 'z'])
  await gateway.send('PUT', '/api/v1/admin/wipe')
  expect(await marks()).toEqual([])
  const { body } = await gateway.send('GET', '/metrics')
  expect(body).not.toContain('zstone_push_group')
})

test('a tombstone says who ended the group, and that somebody knows', async () => {
  const flags = ['--push.ttl=10m', '--push.ttl-grace=5m', '--web.enable-admin-api']
  const { gateway, clock, push, marks } = await open(flags)
  for (const job of ['x', 'y', 'z']) await push(job)
  await gateway.send('DELETE', '/metrics/job/y')
  expect(await marks()).toEqual([gone('y', 'deleted')])
  await clock.advance(8 * minute)
  await push('z')
  await clock.advance(9 * minute)
  expect(await marks()).toEqual([gone('x', 'expired'), gone('y', 'deleted')])
  await gateway.send('DELETE', '/metrics/job/x')
  await gateway.send('PUT', '/api/v1/admin/wipe')
  expect(await marks()).toEqual([gone('x', 'deleted'), gone('y', 'deleted'), gone('z', 'wiped')])
})

test('tombstones go when they are old', async () => {
  const { gateway, clock, push, marks } = await open(['--push.ttl=1d'])
  await push('x')
  await gateway.send('DELETE', '/metrics/job/x')
  await clock.advance(60 * minute)
  expect(await marks()).toEqual([gone('x', 'deleted')])
  await clock.advance(2000)
  expect(await marks()).toEqual([])
})

test.each([{ logSizeMax: 4096 }, { logSizeMax: 1 << 20 }])(
  'a crash loses no TTL, no deletion and no tombstone (log of $logSizeMax)',
  async ({ logSizeMax }) => {
    const flags = [
      '--push.ttl=1d',
      '--push.ttl-grace=5m',
      `--persistence.log-size-max=${logSizeMax}`,
    ]
    const first = await open(flags)
    const headers = { 'X-Pushgateway-TTL': '10m' }
    await first.push('short', { body: 'a 1\n', headers })
    await first.push('later', { body: 'a 1\n', headers: { 'X-Pushgateway-TTL': '20m' } })
    for (const job of ['old', 'again']) {
      await first.push(job)
      await first.gateway.send('DELETE', `/metrics/job/${job}`)
    }
    await first.clock.advance(16 * minute)
    for (let i = 0; i < 60; i++) await first.push('again')
    const before = await first.marks()
    expect(before).toEqual([gone('old', 'deleted'), gone('short', 'expired')])
    const files = [...first.disk.files().keys()]
    expect(files.some((name) => name.endsWith('.snapshot'))).toBe(logSizeMax === 4096)

    const disk = first.disk.afterCrash({ bytes: 0, names: 0, garbled: false })
    const { clock, marks, jobs } = await open(flags, { disk, clock: first.clock })
    expect(await marks()).toEqual(before)
    expect(await jobs()).toEqual(['again', 'later'])
    await clock.advance(5 * minute)
    expect(await marks()).toEqual([...before, stale('later')])
  },
)

test('after a long pause pushers have their grace before anything is dropped', async () => {
  const flags = ['--push.ttl=10m', '--push.ttl-grace=5m']
  const first = await open(flags)
  for (const job of ['x', 'y']) await first.push(job)
  const disk = first.disk.afterCrash({ bytes: 1, names: 1, garbled: false })
  const clock = createManualClock(first.clock.nowMs() + 24 * 60 * minute)
  const { push, marks, jobs } = await open(flags, { disk, clock })
  await clock.advance(1000)
  expect(await marks()).toEqual([stale('x'), stale('y')])
  await clock.advance(4 * minute)
  await push('y')
  await clock.advance(2 * minute)
  expect(await jobs()).toEqual(['y'])
})

test('a group that cannot be dropped because the disk is full stays marked until it can', async () => {
  const { clock, disk, push, marks, jobs } = await open(['--push.ttl=10m', '--push.ttl-grace=5m'])
  await push('x')
  disk.failWhen((operation) => (operation === 'append' ? diskError('ENOSPC') : undefined))
  await clock.advance(20 * minute)
  expect(await marks()).toEqual([stale('x')])
  expect(await jobs()).toEqual(['x'])
  disk.failWhen(() => undefined)
  await clock.advance(1000)
  expect(await marks()).toEqual([gone('x', 'expired')])
})

test('a push that comes while its group is being dropped is kept', async () => {
  const index = createNameIndex(() => new Map())
  const store = createStore({ index, books: createBooks(), checks: true })
  const pairs = [['job', 'x']] as const
  const plain = { pairs, families: [], traceparent: undefined }
  store.publish(store.admit({ kind: 'replace', ...plain, atMs: 1 }))
  const onlyIf = store.group(pairs)!.visible!
  const pushed = store.admit({ kind: 'merge', ...plain, atMs: 2 })
  const dropped = store.admit({ kind: 'delete', ...plain, atMs: 3, reason: 'expired', onlyIf })
  expect(dropped.after).toBe(pushed.after)
  store.publish(pushed)
  store.publish(dropped)
  expect(store.group(pairs)?.visible?.pushedAtMs).toBe(2)
})

test('a label of the group that is called reason is not lost', async () => {
  const { gateway, marks } = await open(['--push.ttl=10m'])
  await gateway.send('PUT', '/metrics/job/x/reason/y/exported_reason/z', { body: 'a 1\n' })
  await gateway.send('DELETE', '/metrics/job/x/reason/y/exported_reason/z')
  const [line = ''] = await marks()
  expect(line).toContain(
    '{exported_exported_reason="y",exported_reason="z",instance="",job="x",reason="deleted"}',
  )
})

test('marks are for the evaluator in this process, too, and no push can set them', async () => {
  const { gateway, clock, push } = await open(['--push.ttl=10m'])
  await push('x', { body: 'a 1\nzstone_push_group_stale 7\n' })
  const found = () =>
    [...gateway.gateway.samples()].filter(({ name }) => name === 'zstone_push_group_stale')
  expect(found()).toEqual([])
  await clock.advance(11 * minute)
  expect(found()).toEqual([
    { name: 'zstone_push_group_stale', labels: { instance: '', job: 'x' }, value: 1 },
  ])
})
