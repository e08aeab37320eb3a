/** The queues on BullMQ: on Redis where there is one, else on PostgreSQL. */
import { assert } from '../assert.ts'
import type { Clock } from '../clock.ts'
import { faultsOf, messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { createLoop } from '../loop.ts'
import type { Metrics } from '../metrics.ts'
import { systemRandom } from '../random.ts'
import { retry } from '../retry.ts'
import { within } from '../timeout.ts'
import { type Batches, createBatches } from './batch.ts'
import { openPostgresStore } from './postgres-store.ts'
import type { Queue, QueueCounts, Queues, WakeUp } from './queue.ts'
import { createQueueMeters, dueMsOf, type QueueMeter } from './queue-metrics.ts'
import type { RunningJob, Store, StoredJob, StoredQueue, StoredWorker } from './store.ts'

const queueFault = faultsOf({
  QUEUE_CLOSED: {
    status: 503,
    retry: true,
    message: 'Cannot use queue "{queue}": it is closed; what was due runs after the next start',
  },
})

export interface QueuesOptions extends QueuesWorld {
  readonly databaseUrl?: string | undefined
  /** Wins over `databaseUrl`. */
  readonly redisUrl?: string | undefined
  /** Keeps several systems on one store apart: the PostgreSQL schema, or Redis's key prefix. */
  readonly prefix?: string | undefined
}

interface QueuesWorld {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

const limits = {
  /** A handler that fails is run again this often; then a loop brings the wake-up back. */
  attempts: 4,
  backoff: { type: 'exponential', delay: 1000 },
  batchMax: 1000,
  addsWaitingMax: 50_000,
  answerTimeoutMs: 3000,
  addTimeoutMs: 10_000,
  countEveryMs: 10_000,
  /** For handlers to end, and for a store to take leave. */
  handlersTimeoutMs: 10_000,
  leaveTimeoutMs: 2000,
  complainEveryMs: 10_000,
}

/** A worker's wake-ups are free for others this soon after it died. */
const workerOptions = {
  lockDuration: 5000,
  stalledInterval: 2000,
  maxStalledCount: 10,
  runRetryDelay: 500,
}

export async function openQueues(options: QueuesOptions): Promise<Queues> {
  const store = await openStore(options)
  const meterOf = createQueueMeters(options.metrics, options.clock)
  const queues = new Map<string, OpenQueue>()
  const counting = createLoop(
    {
      name: 'count queued wake-ups',
      everyMs: limits.countEveryMs,
      pass: async () => {
        for (const queue of queues.values()) await queue.count()
      },
    },
    options,
  )
  counting.start()
  const closeAll = async () => {
    await Promise.all([counting.close(), ...[...queues.values()].map((queue) => queue.close())])
    await store.close()
  }
  let closing: Promise<void> | undefined
  return {
    queue(name) {
      const open = queues.get(name) ?? openQueue(name, store, { ...options, meter: meterOf(name) })
      queues.set(name, open)
      return open
    },
    close() {
      closing ??= closeAll()
      return closing
    },
  }
}

async function openStore({ databaseUrl, redisUrl, prefix, clock }: QueuesOptions): Promise<Store> {
  if (redisUrl !== undefined) {
    const { openRedisStore } = await import('./redis-store.ts') // Brings ioredis, else not loaded.
    return openRedisStore(redisUrl, prefix)
  }
  assert(databaseUrl !== undefined, 'queues need a database or a Redis to live in')
  return openPostgresStore(databaseUrl, clock, prefix)
}

interface OpenQueue extends Queue {
  count(): Promise<void>
  close(): Promise<void>
}

function openQueue(
  name: string,
  store: Store,
  world: QueuesWorld & { readonly meter: QueueMeter },
): OpenQueue {
  const { clock, meter } = world
  const log = world.log.child({ queue: name })
  const complain = createComplaint(log, clock)
  const { attempts, backoff } = limits
  // Done or given up, the id is free again.
  const defaultJobOptions = { attempts, backoff, removeOnComplete: true, removeOnFail: true }
  const stored = store.createQueue(name, { defaultJobOptions })
  stored.on('error', complain)
  const adds = createAdds(stored, { ...world, queue: name })
  let worker: ClosableWorker | undefined
  let closed = false
  const ask = <T>(what: string, answer: Promise<T>) =>
    within({ clock, afterMs: limits.answerTimeoutMs, what: `${what} queue "${name}"` }, answer)
  const counts = async (): Promise<QueueCounts> => {
    const counted = await ask('count', stored.getJobCounts('waiting', 'delayed', 'active'))
    const { waiting = 0, delayed = 0, active = 0 } = counted
    return { waiting, delayed, active }
  }
  return {
    name,
    counts,
    async wake(wakeUp) {
      if (closed) throw queueFault('QUEUE_CLOSED', { queue: name })
      await adds.add(jobOf(wakeUp))
    },
    work(handler, { concurrency }) {
      assert(worker === undefined, `queue "${name}" has a handler already`)
      const run = async (job: RunningJob) => {
        if (closed) throw queueFault('QUEUE_CLOSED', { queue: name })
        await meter.run(job, () => handler(job.data.rowId)).catch((e) => explain(job, e, log))
      }
      worker = openWorker(run, (counted) =>
        store.createWorker(name, counted, { ...workerOptions, concurrency }),
      )
      worker.stored.on('error', complain)
    },
    async count() {
      const [oldest] = await ask('read', stored.getWaiting(0, 0))
      const oldestMs = oldest === undefined ? 0 : clock.nowMs() - dueMsOf(oldest)
      meter.counted(await counts(), Math.max(0, oldestMs))
    },
    async close() {
      closed = true
      complain.stop()
      if (worker !== undefined) await closeSoon(worker.stored, worker.running(), { clock, log })
      await adds.settled()
      await closeSoon(stored, 0, { clock, log })
    },
  }
}

interface ClosableWorker {
  readonly stored: StoredWorker
  /** How many handlers run now. */
  running(): number
}

type Run = (job: RunningJob) => Promise<void>

function openWorker(run: Run, create: (run: Run) => StoredWorker): ClosableWorker {
  let running = 0
  const counted: Run = async (job) => {
    running++
    await run(job).finally(() => running--)
  }
  return { stored: create(counted), running: () => running }
}

function createAdds(
  stored: StoredQueue,
  { clock, meter, queue }: { clock: Clock; meter: QueueMeter; queue: string },
): Batches<StoredJob> {
  const world = { clock, random: systemRandom }
  const policy = { attempts: 8, firstDelayMs: 100, delayMsMax: 1000 }
  const what = `add to queue "${queue}"`
  const once = { clock, afterMs: limits.answerTimeoutMs, what }
  const inAll = { clock, afterMs: limits.addTimeoutMs, what }
  return createBatches<StoredJob>({
    queue,
    batchMax: limits.batchMax,
    waitingMax: limits.addsWaitingMax,
    async send(jobs) {
      const [...distinct] = firstOfEachId(jobs)
      try {
        // Adding twice is adding once, so an add whose answer was lost may be sent again.
        await within(
          inAll,
          retry(policy, world, () => within(once, send(stored, distinct))),
        )
        meter.added(jobs.length)
      } catch (error) {
        meter.addFailed(jobs.length)
        throw error
      }
    },
  })
}

/** The store's command for many has a fixed price of several adds, which one alone need not pay. */
function send(stored: StoredQueue, jobs: StoredJob[]): Promise<unknown> {
  const [first] = jobs
  return jobs.length === 1 && first !== undefined
    ? stored.add(first.name, first.data, first.opts)
    : stored.addBulk(jobs)
}

function firstOfEachId(jobs: readonly StoredJob[]): Iterable<StoredJob> {
  const byId = new Map<string, StoredJob>()
  for (const job of jobs) if (!byId.has(job.opts.jobId)) byId.set(job.opts.jobId, job)
  return byId.values()
}

/** BullMQ refuses an id that is a whole number, and fails a job whose delay is not whole. */
function jobOf({ jobId, rowId, delayMs = 0 }: WakeUp): StoredJob {
  assert(/^[\w.-]+$/.test(jobId), `job id "${jobId}" has a character that a store may refuse`)
  const delay = Math.max(0, Math.ceil(delayMs))
  return { name: 'wake-up', data: { rowId }, opts: { jobId: `wake-${jobId}`, delay } }
}

/** Says what a handler threw and hands it on, so that BullMQ runs the job again. */
function explain(job: RunningJob, error: unknown, log: Log): never {
  const attempt = job.attemptsMade + 1
  const fields = { rowId: job.data.rowId, attempt, error: messageOf(error) }
  if (attempt < limits.attempts) log.warn(fields, 'Handler failed; it runs again')
  else log.error(fields, 'Handler failed; its loop brings the row back')
  // Not the error itself: BullMQ gives some names and texts a meaning of its own.
  throw new Error('handler failed')
}

interface Complaint {
  (error: Error): void
  stop(): void
}

/** A store that is down fails every poll: one line in a while is enough. */
function createComplaint(log: Log, clock: Clock): Complaint {
  let quietUntilMs = Number.NEGATIVE_INFINITY
  let suppressed = 0
  const complain = (error: Error) => {
    if (clock.monotonicMs() < quietUntilMs) {
      suppressed++
      return
    }
    log.warn({ error: messageOf(error), suppressed }, 'Queue store does not answer; trying again')
    quietUntilMs = clock.monotonicMs() + limits.complainEveryMs
    suppressed = 0
  }
  const stop = () => {
    quietUntilMs = Number.POSITIVE_INFINITY
  }
  return Object.assign(complain, { stop })
}

/** Running handlers get time to end; a store that does not answer is left behind. */
async function closeSoon(
  open: { close(): Promise<void> },
  running: number,
  { clock, log }: { clock: Clock; log: Log },
): Promise<void> {
  const afterMs = running > 0 ? limits.handlersTimeoutMs : limits.leaveTimeoutMs
  try {
    await within({ clock, afterMs, what: 'close a queue' }, open.close())
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'Queue did not close; its wake-ups run after a restart')
  }
}
