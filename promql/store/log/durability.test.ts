/** What the disk may do, and what must hold all the same. */
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createManualClock } from '#lib/clock'
import { formatLabels } from '#lib/labels'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { type CrashLuck, createFakeDisk, diskError, type FakeDisk } from '#test/fake-disk'
import { until } from '#test/until'
import { samplesOf } from '../samples.ts'
import { createStore, type Store } from '../store.ts'
import { createLogMetrics } from './log-metrics.ts'
import { recover } from './recovery.ts'
import { openSampleLog } from './sample-log.ts'

const folder = '/samples'
const startMs = 1_700_000_000_000

async function open(disk: FakeDisk, logSizeMax = 900) {
  const registry = createMetrics()
  const clock = createManualClock(startMs)
  const store = createStore({ metrics: registry, retentionMs: 1e10, seriesMax: 100 })
  const metrics = createLogMetrics(registry)
  const world = { disk, folder, store, log: silentLog, clock, metrics, logSizeMax }
  const found = await recover({ ...world, expiredMs: startMs - 1e10 })
  const log = await openSampleLog(world, found)
  store.recorder = log
  return { store, log, found, clock, samples: samplesOf(store) }
}

type Opened = Awaited<ReturnType<typeof open>>

/** Which of four series a target exposes at its next time, and which push brought them. */
interface Step {
  readonly series: readonly number[]
  readonly value: number
  readonly origin: string | undefined
}

function give({ samples }: Opened, { series, value, origin }: Step, at: number): void {
  const exposed = series.map((i) => ({ name: `s${i}`, labels: { i: `${i}` }, value, origin }))
  samples.append({ name: 't' }, exposed, startMs + at * 15_000)
}

/** Every sample of every series, with its origin. */
function shown({ catalogue }: Store): string {
  const lines = [...catalogue.all()].map((series) => {
    const window = series.window(-1e15, 1e15)
    const times = window?.times.slice(window.from, window.to) ?? []
    const points = [...times].map((ms, i) => {
      const { value, origin } = series.at(ms, ms) ?? {}
      return `${ms - startMs}:${value}=${window?.values[window.from + i]}/${origin}`
    })
    return `${formatLabels(series.labels)} ${points.join(' ')} ${series.isStale ? 'over' : ''}`
  })
  return lines.sort().join('\n')
}

/** What a store shows after the first 0, 1, 2 … steps. */
async function historyOf(steps: readonly Step[]): Promise<string[]> {
  const opened = await open(createFakeDisk())
  const states = [shown(opened.store)]
  steps.forEach((step, i) => {
    give(opened, step, i)
    states.push(shown(opened.store))
  })
  return states
}

/** Gives steps, some together; counts those that were said to be durable. */
async function giveAll(opened: Opened, steps: readonly Step[], firstAt = 0): Promise<number> {
  let durable = 0
  for (let i = 0; i < steps.length; i++) {
    give(opened, steps[i]!, firstAt + i)
    if (i % 3 === 1) continue
    if (await opened.log.durable()) durable = i + 1
    else break
  }
  await opened.log.idle()
  return durable
}

const someSteps = fc.array(
  fc.record({
    series: fc.subarray([0, 1, 2, 3], { minLength: 0 }),
    value: fc.oneof(fc.nat(9), fc.double(), fc.constant(Number.NaN)),
    origin: fc.constantFrom(undefined, 'trace a', 'trace b'),
  }),
  { minLength: 1, maxLength: 40 },
)

const someLuck: fc.Arbitrary<CrashLuck> = fc.record({
  bytes: fc.constantFrom(0, 0.3, 0.6, 0.95, 1),
  names: fc.constantFrom(0, 0.5, 1),
  garbled: fc.boolean(),
})

const one = (value: number): Step => ({ series: [0, 1], value, origin: `trace ${value}` })

test('a crash at any disk operation loses nothing that was durable, and leaves no step half', async () => {
  await fc.assert(
    fc.asyncProperty(someSteps, someLuck, async (steps, luck) => {
      const states = await historyOf(steps)
      const rehearsal = createFakeDisk()
      await giveAll(await open(rehearsal), steps)
      for (let cut = 1; cut <= rehearsal.operations() + 1; cut++) {
        const disk = createFakeDisk()
        disk.failWhen((_, count) => (count >= cut ? new Error('the power is gone') : undefined))
        const opened = await open(disk).catch(() => undefined)
        const durable = opened === undefined ? 0 : await giveAll(opened, steps)
        const next = await open(disk.afterCrash(luck))
        const found = states.lastIndexOf(shown(next.store))
        const { damaged } = next.found
        expect({ cut, keptAll: found >= durable, damaged }).toEqual({
          cut,
          keptAll: true,
          damaged: [],
        })
      }
    }),
    { numRuns: 30 },
  )
})

test('a store that crashed twice still knows everything', async () => {
  await fc.assert(
    fc.asyncProperty(someSteps, someSteps, someLuck, async (first, second, luck) => {
      const disk = createFakeDisk()
      const opened = await open(disk)
      await giveAll(opened, first)
      await opened.log.durable()
      const again = disk.afterCrash(luck)
      const reopened = await open(again)
      expect(shown(reopened.store)).toBe(shown(opened.store))
      await giveAll(reopened, second, first.length)
      await reopened.log.durable()
      await reopened.log.idle()
      const last = await open(again.afterCrash(luck))
      expect(shown(last.store)).toBe(shown(reopened.store))
    }),
    { numRuns: 60 },
  )
})

test('the same holds for what comes while the disk is at work, whatever it is at', async () => {
  const steps = Array.from({ length: 200 }, (_, i) => one(i))
  const states = await historyOf(steps)
  const run = async (disk: FakeDisk, cut: number) => {
    let opened: Opened | undefined
    let [given, durable] = [0, 0]
    const next = () => {
      if (opened !== undefined && given < steps.length) give(opened, steps[given]!, given++)
    }
    disk.failWhen((_, count) => {
      if (count >= cut) return new Error('the power is gone')
      next()
      return undefined
    })
    opened = await open(disk, 200).catch(() => undefined)
    while (given < steps.length) {
      next()
      const asked = given
      if ((await opened?.log.durable()) !== true) break
      durable = asked
    }
    await opened?.log.idle()
    return durable
  }
  const rehearsal = createFakeDisk()
  await run(rehearsal, Number.POSITIVE_INFINITY)
  for (let cut = 1; cut <= rehearsal.operations(); cut++) {
    const disk = createFakeDisk()
    const durable = await run(disk, cut)
    const next = await open(disk.afterCrash({ bytes: 0, names: cut % 2, garbled: false }))
    const found = states.lastIndexOf(shown(next.store))
    expect({ cut, keptAll: found >= durable }).toEqual({ cut, keptAll: true })
  }
})

test('a checkpoint knows no step that the log may still lose', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk, 300_000)
  const step = (at: number) => {
    const exposed = Array.from({ length: 99 }, (_, i) => {
      return { name: 'a', labels: { long: String(i).repeat(2000) }, value: at }
    })
    opened.samples.append({ name: 't' }, exposed, startMs + at * 1000)
  }
  let at = 0
  let isLast = false
  disk.failWhen(() => {
    const names = [...disk.files().keys()]
    const isUnderWay = names.some((name) => name.endsWith('.part'))
    if (isUnderWay && !isLast) step(++at)
    isLast = isUnderWay
    return undefined
  })
  while (![...disk.files().keys()].some((name) => name.endsWith('.checkpoint'))) {
    step(++at)
    await opened.log.idle()
  }
  const next = await open(disk.afterCrash({ bytes: 0, names: 1, garbled: false }))
  const newest = [...next.store.catalogue.all()].map(({ newestMs }) => newestMs)
  expect(new Set(newest).size).toBe(1)
})

test('what was written and not synced is there after the process was killed', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk)
  give(opened, one(1), 0)
  await opened.log.idle()
  const next = await open(disk.afterCrash({ bytes: 1, names: 1, garbled: false }))
  expect(shown(next.store)).toBe(shown(opened.store))
})

test('what nobody waited for is synced five seconds later', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk)
  give(opened, one(1), 0)
  await opened.log.idle()
  await opened.clock.advance(5_000)
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(shown(next.store)).toBe(shown(opened.store))
})

test('a log that nothing was written to is nothing to complain of', async () => {
  const disk = createFakeDisk()
  await (await open(disk)).log.close()
  const next = await open(disk)
  expect(next.found).toMatchObject({ cutBytes: 0, damaged: [] })
})

test('a torn tail is cut off at the next start, and said', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk)
  give(opened, one(1), 0)
  expect(await opened.log.durable()).toBe(true)
  const before = shown(opened.store)
  let isTorn = false
  disk.failWhen((operation) => {
    isTorn ||= operation === 'append'
    return isTorn ? new Error('the power is gone') : undefined
  })
  give(opened, one(2), 1)
  expect(await opened.log.durable()).toBe(false)
  const next = await open(disk.afterCrash({ bytes: 1, names: 1, garbled: false }))
  expect(next.found.cutBytes).toBeGreaterThan(0)
  expect(shown(next.store)).toBe(before)
})

test('with a full disk memory goes on; with space again a checkpoint holds what the log missed', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk)
  give(opened, one(1), 0)
  await opened.log.durable()
  disk.failWhen(() => diskError('ENOSPC'))
  for (let at = 1; at < 5; at++) give(opened, one(at), at)
  expect(await opened.log.durable()).toBe(false)
  expect(opened.log.failure).toContain('ENOSPC')
  await opened.clock.advance(31_000)
  expect(opened.log.failure).toContain('ENOSPC')
  give(opened, one(5), 5)
  expect(shown(opened.store)).toContain('75000:5=5/trace 5')
  disk.failWhen(() => undefined)
  await opened.clock.advance(31_000)
  await until(() => opened.log.failure === undefined)
  await opened.log.idle()
  const next = await open(disk.afterCrash({ bytes: 0, names: 0, garbled: false }))
  expect(shown(next.store)).toBe(shown(opened.store))
})

test('the log stays small: checkpoints replace it while samples go on', async () => {
  const disk = createFakeDisk()
  const opened = await open(disk)
  for (let at = 0; at < 2000; at++) {
    give(opened, { ...one(at % 7), origin: undefined }, at)
    if (at % 10 === 0) await opened.log.idle()
  }
  await opened.log.idle()
  const sizeBytes = [...disk.files().values()].reduce((sum, { length }) => sum + length, 0)
  expect(sizeBytes).toBeLessThan(20_000)
  const next = await open(disk)
  expect(shown(next.store)).toBe(shown(opened.store))
})

async function withCheckpoint() {
  const disk = createFakeDisk()
  const opened = await open(disk, 100)
  for (let at = 0; at < 30; at++) {
    give(opened, one(at), at)
    await opened.log.durable()
  }
  await opened.log.idle()
  const find = (ending: string) => [...disk.files()].find(([name]) => name.endsWith(ending))!
  return { disk, opened, find }
}

test('damage is named, what stands before it and in other files is kept, the file is set aside', async () => {
  const { disk, find } = await withCheckpoint()
  const [name, bytes] = find('.checkpoint')
  bytes[bytes.length - 3]! ^= 0xff
  const next = await open(disk, 100)
  expect(next.found.damaged).toEqual([name])
  await next.log.idle()
  expect([...disk.files().keys()]).toContain(`${name}.damaged`)
  give(next, one(99), 99)
  expect(await next.log.durable()).toBe(true)
  const last = await open(disk)
  expect(last.found.damaged).toEqual([])
  expect(shown(last.store)).toBe(shown(next.store))
})

test('what the version before wrote is read', async () => {
  const { disk, find } = await withCheckpoint()
  const before = shown((await open(disk)).store)
  for (const ending of ['.checkpoint', '.log']) find(ending)[1]['ZSTSAMP'.length] = 1
  expect(shown((await open(disk)).store)).toBe(before)
})

test('a file of another version is left alone and refused', async () => {
  const disk = createFakeDisk()
  const file = await disk.open(`${folder}/0000000001.log`)
  await file.append(Buffer.from('ZSTSAMP\u0009 and what that version wrote'))
  await expect(open(disk)).rejects.toMatchObject({ code: 'PROMQL_LOG_FOREIGN' })
  expect([...disk.files().keys()]).toEqual([`${folder}/0000000001.log`])
})
