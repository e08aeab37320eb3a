import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { sortedPairs } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { until } from '#test/until'
import type { ReceivedSample } from '../fake/receiver.ts'
import { samplesOf } from '../scrape/exposed.ts'
import type { Write } from '../store/store.ts'
import { openWorld, startMs, type World, writeOf } from './fake/world.ts'
import { createForwarder } from './forwarder.ts'
import { forwardSettings } from './settings.ts'

/** Waits until the forwarder has heard so too: before, time must not move for its next batch. */
const pending = (world: World, count: number) =>
  until(async () => (await world.metric('samples_pending')) === count)

/** Lets a batch grow old, and waits until so many samples were taken in all. */
async function taken(world: World, count: number): Promise<string[]> {
  const { clock, receiver } = world
  await clock.advance(1000)
  await until(() => receiver.taken().length >= count)
  await pending(world, 0)
  return receiver.taken().map(({ series, value, atMs }) => `${series} ${value} ${atMs - startMs}`)
}

/** Without the two times of each group. */
const pushed = (samples: readonly string[]) => samples.filter((text) => !text.startsWith('push_'))

test('each accepted sample arrives with the time of its push', async () => {
  await using world = await openWorld(['--header=X-Scope-OrgID: a,b'])
  world.push(
    'j',
    '# TYPE h histogram\nh_bucket{a="1",z="2",le="0.5"} 1\nh_bucket{a="1",z="2",le="+Inf"} 2\n' +
      'h_sum{a="1",z="2"} +Inf\nh_count{a="1",z="2"} 2\n' +
      'M{A="x",b="q\\"\\\\\\n,}é"} -1.5e-7\nm NaN\nm2 1e+21\n',
  )
  expect((await taken(world, 9)).sort()).toEqual([
    'M{A="x",b="q"\\\n,}é",job="j"} -1.5e-7 0',
    'h_bucket{a="1",job="j",le="+Inf",z="2"} 2 0',
    'h_bucket{a="1",job="j",le="0.5",z="2"} 1 0',
    'h_count{a="1",job="j",z="2"} 2 0',
    'h_sum{a="1",job="j",z="2"} Infinity 0',
    'm2{job="j"} 1e+21 0',
    'm{job="j"} NaN 0',
    'push_failure_time_seconds{job="j"} 0 0',
    `push_time_seconds{job="j"} ${startMs / 1000} 0`,
  ])
  expect(world.receiver.requests[0]?.headers).toMatchObject({
    'content-encoding': 'snappy',
    'content-type': 'application/x-protobuf',
    'x-prometheus-remote-write-version': '0.1.0',
    'user-agent': 'zstone-pushgateway/1.2',
    'x-scope-orgid': 'a,b',
  })
  await until(async () => (await world.metric('samples_total')) === 9)
  expect(await world.metric('samples_pending')).toBe(0)
  const newest = await world.metric('queue_highest_sent_timestamp_seconds')
  expect(newest).toBe(await world.metric('highest_timestamp_in_seconds'))
})

test('a push adds to what was sent only what it pushed, and what it ended', async () => {
  await using world = await openWorld()
  world.push('j', 'a 1\nb{x="1"} 1\nb{x="2"} 1\nc 1\n')
  await taken(world, 6)
  world.push('j', 'b{x="2"} 5\nb{x="3"} 6\n', { kind: 'merge' })
  const merged = await taken(world, 11)
  expect(pushed(merged.slice(6))).toEqual([
    'b{job="j",x="1"} stale 1000',
    'b{job="j",x="2"} 5 1000',
    'b{job="j",x="3"} 6 1000',
  ])
  world.push('j', 'c 2\n')
  const replaced = await taken(world, 17)
  expect(pushed(replaced.slice(11))).toEqual([
    'a{job="j"} stale 2000',
    'b{job="j",x="2"} stale 2000',
    'b{job="j",x="3"} stale 2000',
    'c{job="j"} 2 2000',
  ])
})

test('a series that moves to a family of another type does not end', async () => {
  await using world = await openWorld()
  world.push('j', '# TYPE s_count gauge\ns_count 1\n')
  await taken(world, 3)
  world.push('j', '# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 3\ns_count 2\n')
  expect(pushed((await taken(world, 8)).slice(3))).toEqual([
    's{job="j",quantile="0.5"} 1 1000',
    's_sum{job="j"} 3 1000',
    's_count{job="j"} 2 1000',
  ])
})

test('a deleted group ends, its times too', async () => {
  await using world = await openWorld()
  world.push('j', 'a 1\n')
  await taken(world, 3)
  world.push('j', '', { kind: 'delete' })
  expect((await taken(world, 6)).slice(3).sort()).toEqual([
    'a{job="j"} stale 1000',
    'push_failure_time_seconds{job="j"} stale 1000',
    'push_time_seconds{job="j"} stale 1000',
  ])
})

test('a series has one value a millisecond, and its time never goes back', async () => {
  await using world = await openWorld()
  for (const value of [1, 2, 3]) world.push('j', `a ${value}\n`)
  world.push('k', 'a 9\n')
  expect(pushed(await taken(world, 6))).toEqual(['a{job="j"} 3 0', 'a{job="k"} 9 0'])
  // The clock goes back by an hour; what was sent for this moment cannot be sent again.
  world.push('j', 'a 4\n', { atMs: startMs - 3_600_000 })
  expect(pushed((await taken(world, 9)).slice(6))).toEqual(['a{job="j"} 4 1'])
})

const someBody = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 's'),
      label: fc.constantFrom('', 'x', 'y', 'z"'),
      value: fc.nat({ max: 5 }),
    }),
    { selector: ({ name, label }) => name + label, maxLength: 6 },
  )
  .map((samples) => {
    const sorted = samples.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    return sorted
      .map(({ name, label, value }) => `${name}{l="${label.replace('"', '\\"')}"} ${value}\n`)
      .join('')
  })

const someWrite = fc.record({
  job: fc.constantFrom('j', 'k'),
  kind: fc.constantFrom<Write['kind']>('replace', 'merge', 'delete'),
  body: someBody,
  laterMs: fc.constantFrom(-5, 0, 0, 1, 1500),
})

test('whatever is pushed, a receiver ends with what the gateway shows', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someWrite, { maxLength: 30 }), async (writes) => {
      await using world = await openWorld()
      let atMs = startMs
      for (const { job, kind, body, laterMs } of writes) {
        atMs += laterMs
        world.push(job, kind === 'delete' ? '' : body, { kind, atMs })
        if (laterMs > 1000) await world.clock.advance(laterMs)
      }
      await world.forwarder.close()
      const held = new Map<string, ReceivedSample>()
      for (const sample of world.receiver.taken()) {
        expect(sample.atMs).toBeGreaterThan(held.get(sample.series)?.atMs ?? 0)
        held.set(sample.series, sample)
      }
      const living = [...held.values()].filter(({ value }) => value !== 'stale')
      const received = living.map(({ series, value }) => `${series} ${value}`)
      const shown = [...samplesOf(world.store.groups())].map(({ name, labels, value }) => {
        const pairs = sortedPairs(labels).map(([label, text]) => `${label}="${text}"`)
        return `${name}{${pairs.join(',')}} ${value}`
      })
      expect(received.sort()).toEqual(shown.sort())
    }),
    { numRuns: 60 },
  )
})

test('many samples travel in several requests, in order', async () => {
  await using world = await openWorld()
  const lines = Array.from({ length: 4500 }, (_, i) => `a{i="${i}"} ${i}\n`)
  world.push('j', lines.join(''))
  const samples = await taken(world, 4502)
  expect(world.receiver.requests.map(({ samples }) => samples.length)).toEqual([2000, 2000, 502])
  expect(new Set(samples).size).toBe(4502)
})

test('a full batch leaves at once, whatever its age', async () => {
  await using world = await openWorld()
  world.push('j', 'a 1\n')
  world.push('k', Array.from({ length: 3000 }, (_, i) => `a{i="${i}"} ${i}\n`).join(''))
  await until(() => world.receiver.taken().length === 3005)
  expect(world.clock.nowMs()).toBe(startMs)
})

test('a receiver that is down or slow delays samples and nothing else', async () => {
  await using world = await openWorld(['--timeout=5s'])
  let answers = 0
  world.receiver.answer = async () => {
    answers++
    if (answers === 1) return { status: 500, words: 'out of\ncheese' }
    if (answers === 2) await new Promise(() => {}) // It never answers.
    return { status: 204 }
  }
  world.push('j', 'a 1\n')
  await world.clock.advance(1000)
  await until(() => answers === 1)
  await until(() => world.logged.length === 1)
  world.push('j', 'a 2\n')
  await until(async () => {
    await world.clock.advance(100)
    return world.receiver.taken().length >= 6
  })
  expect(pushed(world.receiver.taken().map(({ series, value }) => `${series} ${value}`))).toEqual([
    'a{job="j"} 1',
    'a{job="j"} 2',
  ])
  expect(world.clock.nowMs() - startMs).toBeGreaterThanOrEqual(5000)
  expect(await world.metric('samples_retried_total')).toBe(6)
  expect(await world.metric('samples_failed_total')).toBe(0)
  expect(world.logged[0]).toContain('sent again')
  expect(world.logged[0]).toContain('it answered 500: out of cheese')
  expect(world.logged[1]).toContain('Samples are forwarded again')
})

test('nobody at the address is as good as a receiver that is down', async () => {
  await using world = await openWorld()
  await world.receiver.close()
  world.push('j', 'a 1\n')
  await world.clock.advance(1000)
  await until(() => world.logged.length === 1)
  expect(world.logged[0]).toContain('ECONNREFUSED')
})

test.each([
  ['seconds', '120'],
  ['a date', new Date(startMs + 121_000).toUTCString()],
])('who asks for patience in %s gets it', async (_, retryAfter) => {
  await using world = await openWorld()
  world.receiver.answer = () => ({ status: 429, headers: { 'Retry-After': retryAfter } })
  world.push('j', 'a 1\n')
  await world.clock.advance(1000)
  await until(() => world.logged.length === 1)
  world.receiver.answer = () => ({ status: 204 })
  await world.clock.advance(119_000)
  expect(world.receiver.requests).toHaveLength(1)
  expect(await taken(world, 3)).toHaveLength(3)
})

test('what a receiver refuses is counted and told in its words, and the next is sent', async () => {
  await using world = await openWorld()
  world.receiver.answer = () => ({ status: 400, words: 'out of order sample\n' })
  world.push('j', 'a 1\n')
  await world.clock.advance(1000)
  await until(() => world.logged.length === 1)
  expect(world.logged[0]).toContain('it answered 400: out of order sample')
  expect(await world.metric('samples_failed_total')).toBe(3)
  world.receiver.answer = () => ({ status: 204 })
  world.push('j', 'a 2\n')
  expect(pushed(await taken(world, 3))).toEqual(['a{job="j"} 2 1000'])
})

test('a full queue drops the oldest samples and counts them', async () => {
  await using world = await openWorld(['--queue-samples-max=9'])
  world.receiver.answer = () => ({ status: 503 })
  world.push('first', 'a 0\n')
  await world.clock.advance(1000)
  await until(() => world.logged.length === 1)
  for (const job of ['b', 'c', 'd', 'e', 'f']) world.push(job, 'a 1\n')
  expect(await world.metric('samples_dropped_total', 'queue_full')).toBe(6)
  world.receiver.answer = () => ({ status: 204 })
  await world.clock.advance(10_000)
  await until(() => world.receiver.taken().length === 3)
  await pending(world, 9)
  const samples = pushed(await taken(world, 12))
  expect(samples.map((text) => text.split(' ')[0])).toEqual([
    'a{job="first"}',
    'a{job="d"}',
    'a{job="e"}',
    'a{job="f"}',
  ])
})

test('deletions without end do not fill memory either', async () => {
  await using world = await openWorld(['--queue-samples-max=9'])
  world.receiver.answer = () => ({ status: 503 })
  for (let i = 0; i < 50; i++) {
    world.push(`j${i}`, 'a 1\n')
    world.push(`j${i}`, '', { kind: 'delete' })
  }
  expect(await world.metric('samples_pending')).toBeLessThanOrEqual(9)
})

test('closing sends what waits', async () => {
  const world = await openWorld()
  world.push('j', 'a 1\n')
  await world.forwarder.close()
  expect(world.receiver.taken()).toHaveLength(3)
  await world.receiver.close()
})

test('closing gives up after ten seconds, and counts what is left', async () => {
  const world = await openWorld()
  world.receiver.answer = () => ({ status: 503 })
  world.push('j', Array.from({ length: 2500 }, (_, i) => `a{i="${i}"} ${i}\n`).join(''))
  await until(() => world.logged.length === 1)
  world.push('k', 'a 1\n')
  const closed = world.forwarder.close()
  await until(async () => {
    await world.clock.advance(1000)
    return world.logged.some((line) => line.includes('took too long'))
  })
  await closed
  expect(await world.metric('samples_dropped_total', 'shutdown')).toBe(2505)
  await world.receiver.close()
})

test('after a restart the last minutes are sent once more, with their times', async () => {
  await using world = await openWorld()
  const restore = (job: string, body: string, agoMs: number) => {
    const pushedAtMs = startMs - agoMs
    const { pairs, families } = writeOf(job, body, { kind: 'merge', atMs: pushedAtMs })
    const stored = families.map(({ stored }) => stored)
    const given = { pushedAtMs, failedAtMs: 0, traceparent: undefined }
    world.store.restore({ kind: 'merge', pairs, families: stored, ...given })
  }
  restore('old', 'a 1\n', 400_000)
  restore('both', 'a 1\n', 360_000)
  restore('both', 'b 2\n', 2000)
  restore('new', 'a 3\n', 3000)
  world.forwarder.recovered(world.store.groups())
  expect(await taken(world, 2)).toEqual(['a{job="new"} 3 -3000', 'b{job="both"} 2 -2000'])
})

test('a secret is read for each request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zstone-'))
  const file = join(folder, 'secret')
  const flags = ['--basic-auth-username=us', `--basic-auth-password-file=${file}`]
  {
    await using world = await openWorld(flags)
    world.push('j', 'a 1\n')
    await world.clock.advance(1000)
    await until(() => world.logged.length === 1)
    expect(world.logged[0]).toContain('ENOENT')
    await writeFile(file, 'word\n')
    await world.clock.advance(1000)
    await taken(world, 3)
    const basic = `Basic ${Buffer.from('us:word').toString('base64')}`
    expect(world.receiver.requests[0]?.headers.authorization).toBe(basic)
  }
  {
    await using world = await openWorld([`--bearer-token-file=${file}`])
    world.push('j', 'a 1\n')
    await taken(world, 3)
    expect(world.receiver.requests[0]?.headers.authorization).toBe('Bearer word')
  }
  await rm(folder, { recursive: true })
})

test.each([
  [['--remote-write-url=ftp://x'], 'expected an http or https URL'],
  [['--remote-write-url=http://u:p@x/'], 'give them by their own flags'],
  [['--remote-write-url=http://x/', '--header=nonsense'], 'expected "Name: value"'],
  [
    ['--remote-write-url=http://x/', '--basic-auth-username=u'],
    'it needs both the user and the file of the password',
  ],
])('%j is refused', (flags, reason) => {
  const clock = createManualClock()
  const world = { clock, random: seededRandom(1), metrics: createMetrics(), log: silentLog }
  expect(() => {
    const settings = readConfig(forwardSettings, { args: flags, env: {} }).values
    createForwarder({ settings, version: '', ...world })
  }).toThrow(reason)
})

test('without a URL there is no forwarder', () => {
  const settings = readConfig(forwardSettings, { args: [], env: {} }).values
  const world = { clock: createManualClock(), random: seededRandom(1), metrics: createMetrics() }
  const forwarder = createForwarder({ settings, version: '', log: silentLog, ...world })
  expect(forwarder).toBeUndefined()
  expect(world.metrics.registry.getMetricsAsArray()).toEqual([])
})
