/** What the queues do on every store. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { until } from '#test/until'
import { sleep, systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { createMetrics, type Metrics } from '../metrics.ts'
import { systemRandom } from '../random.ts'
import { openQueues } from './bullmq.ts'
import type { Queues } from './queue.ts'

export interface StoreUnderTest {
  readonly options: { readonly databaseUrl?: string; readonly redisUrl?: string }
  /** `kill -9`. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export function queueConformance(openStore: () => Promise<StoreUnderTest>): void {
  let store: StoreUnderTest
  let opened: Queues[] = []

  beforeAll(async () => {
    store = await openStore()
  })

  afterAll(() => store.close())

  afterEach(async () => {
    await Promise.all(opened.map((queues) => queues.close()))
    opened = []
  })

  async function open(metrics: Metrics = createMetrics()): Promise<Queues> {
    const world = { log: silentLog, metrics, clock: systemClock }
    const queues = await openQueues({ ...store.options, ...world })
    opened.push(queues)
    return queues
  }

  /** A name of its own for each test, because jobs outlive it. */
  const freshName = () => `test-${systemRandom.hex(4)}`

  async function value(metrics: Metrics, name: string): Promise<number | undefined> {
    const metric = await metrics.registry.getSingleMetric(name)?.get()
    return metric?.values[0]?.value
  }

  test('a wake-up runs its handler once, with the id of its row', async () => {
    const queue = (await open()).queue(freshName())
    const ran: string[] = []
    queue.work(async (rowId) => void ran.push(rowId), { concurrency: 5 })
    await queue.wake({ jobId: 'a-1', rowId: 'row 1' })
    await queue.wake({ jobId: '42', rowId: 'row 2' })
    await until(() => ran.length === 2)
    expect(ran.sort()).toEqual(['row 1', 'row 2'])
    await until(async () => (await queue.counts()).active === 0)
    expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0 })
  })

  test('the same name is the same queue', async () => {
    const queues = await open()
    const name = freshName()
    expect(queues.queue(name)).toBe(queues.queue(name))
  })

  test('a delayed wake-up runs when it is due, and not before', async () => {
    const queue = (await open()).queue(freshName())
    let ranMs = 0
    queue.work(
      async () => {
        ranMs = systemClock.monotonicMs()
      },
      { concurrency: 1 },
    )
    await queue.wake({ jobId: 'much-later', rowId: 'row', delayMs: 3_600_000 })
    expect((await queue.counts()).delayed).toBe(1)
    const addedMs = systemClock.monotonicMs()
    await queue.wake({ jobId: 'later', rowId: 'row', delayMs: 300.5 })
    await until(() => ranMs)
    expect(ranMs - addedMs).toBeGreaterThanOrEqual(295)
    expect((await queue.counts()).delayed).toBe(1)
  })

  test('an id that waits already is kept as it is; once run, it is free again', async () => {
    const queue = (await open()).queue(freshName())
    await queue.wake({ jobId: 'same', rowId: 'first' })
    await queue.wake({ jobId: 'same', rowId: 'second' })
    await Promise.all([
      queue.wake({ jobId: 'twin', rowId: 'first' }),
      queue.wake({ jobId: 'twin', rowId: 'first' }),
    ])
    expect((await queue.counts()).waiting).toBe(2)
    const ran: string[] = []
    queue.work(async (rowId) => void ran.push(rowId), { concurrency: 1 })
    await until(() => ran.length === 2)
    await until(async () => (await queue.counts()).active === 0)
    await queue.wake({ jobId: 'same', rowId: 'third' })
    await until(() => ran.length === 3)
    expect(ran).toEqual(['first', 'first', 'third'])
  })

  test('concurrent adds travel together, and each of them runs', async () => {
    const metrics = createMetrics()
    const queue = (await open(metrics)).queue(freshName())
    const rowIds = Array.from({ length: 2500 }, (_, i) => `row-${i}`)
    await Promise.all(rowIds.map((rowId) => queue.wake({ jobId: rowId, rowId })))
    expect((await queue.counts()).waiting).toBe(2500)
    const ran = new Set<string>()
    queue.work(async (rowId) => void ran.add(rowId), { concurrency: 50 })
    await until(() => ran.size === rowIds.length)
    expect(await value(metrics, 'zstone_queue_added_total')).toBe(2500)
  })

  test('a handler that throws is run again and counted', async () => {
    const metrics = createMetrics()
    const queue = (await open(metrics)).queue(freshName())
    let runs = 0
    queue.work(
      async () => {
        runs++
        if (runs === 1) throw new Error('not yet')
      },
      { concurrency: 1 },
    )
    await queue.wake({ jobId: 'again', rowId: 'row' })
    await until(() => runs === 2)
    await until(async () => (await queue.counts()).active === 0)
    expect(await queue.counts()).toEqual({ waiting: 0, delayed: 0, active: 0 })
    expect(await value(metrics, 'zstone_queue_runs_total')).toBe(2)
    expect(await value(metrics, 'zstone_queue_run_failures_total')).toBe(1)
  })

  test('nothing is lost when many add while many workers run', async () => {
    const [adders, runners] = await Promise.all([open(), open()])
    const name = freshName()
    const ran = new Set<string>()
    const work = async (rowId: string) => void ran.add(rowId)
    adders.queue(name).work(work, { concurrency: 20 })
    runners.queue(name).work(work, { concurrency: 20 })
    const adding = Array.from({ length: 20 }, async (_, caller) => {
      for (let i = 0; i < 50; i++) {
        const rowId = `${caller}-${i}`
        const delayMs = i % 5 === 0 ? 20 : 0
        await (caller % 2 ? adders : runners).queue(name).wake({ jobId: rowId, rowId, delayMs })
      }
    })
    await Promise.all(adding)
    await until(() => ran.size === 1000)
  })

  test('a store that is killed loses no wake-up, and its workers go on after it is back', async () => {
    const queue = (await open()).queue(freshName())
    const ran = new Set<string>()
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => queue.wake({ jobId: `before-${i}`, rowId: `b${i}` })),
    )
    queue.work(
      async (rowId) => {
        await sleep(systemClock, 5)
        ran.add(rowId)
      },
      { concurrency: 2 },
    )
    await until(() => ran.size > 5)
    await store.kill()
    await store.start()
    await queue.wake({ jobId: 'after', rowId: 'after' })
    await until(() => ran.size === 101)
    await until(async () => {
      const { waiting, delayed, active } = await queue.counts()
      return waiting + delayed + active === 0
    })
  })

  test('while the store is down an add rejects, closing ends, and opening says what to check', async () => {
    const queues = await open()
    const queue = queues.queue(freshName())
    queue.work(async () => {}, { concurrency: 2 })
    await queue.wake({ jobId: 'before', rowId: 'row' })
    await store.kill()
    try {
      await expect(queue.wake({ jobId: 'during', rowId: 'row' })).rejects.toThrow()
      await expect(queues.queue(freshName()).counts()).rejects.toThrow()
      await expect(open()).rejects.toMatchObject({ code: 'QUEUE_STORE_UNREACHABLE' })
      await queues.close()
    } finally {
      await store.start()
    }
  })

  test('a queue first used while the store is down works once it is back', async () => {
    const queue = (await open()).queue(freshName())
    await store.kill()
    let ran = false
    try {
      queue.work(
        async () => {
          ran = true
        },
        { concurrency: 1 },
      )
      await expect(queue.wake({ jobId: 'during', rowId: 'row' })).rejects.toThrow()
    } finally {
      await store.start()
    }
    await queue.wake({ jobId: 'after', rowId: 'row' })
    await until(() => ran)
  })

  test('closing lets a running handler end, and leaves what waits to the next', async () => {
    const queues = await open()
    const name = freshName()
    const queue = queues.queue(name)
    let started = false
    let ended = false
    queue.work(
      async () => {
        started = true
        await sleep(systemClock, 200)
        ended = true
      },
      { concurrency: 1 },
    )
    await queue.wake({ jobId: 'one', rowId: 'one' })
    await until(() => started)
    await queue.wake({ jobId: 'two', rowId: 'two' })
    await queues.close()
    expect(ended).toBe(true)
    await expect(queue.wake({ jobId: 'three', rowId: 'three' })).rejects.toMatchObject({
      code: 'QUEUE_CLOSED',
    })
    const ran: string[] = []
    const next = (await open()).queue(name)
    next.work(async (rowId) => void ran.push(rowId), { concurrency: 1 })
    await until(() => ran.includes('two'))
    expect(ran).toEqual(['two'])
  })
}
