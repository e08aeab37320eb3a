/**
 * Queues in memory on a clock that is passed in. They outlive the processes that use them, as the
 * real ones do, and lose or double wake-ups when they are told to.
 */
import type { Clock } from '#lib/clock'
import { faultsOf } from '#lib/errors'
import type { Queue, Queues, WakeUp } from '#lib/queue/queue'

export interface FakeQueues {
  /** The queues as one process has them. */
  open(): FakeQueuesOfProcess
}

export interface FakeQueuesOfProcess extends Queues {
  /** The process dies: its handlers take nothing more, and what they ran is run by another. */
  cut(): void
}

export interface FakeQueuesWorld {
  readonly clock: Clock
  /** What becomes of a wake-up. */
  readonly fateOf: (wakeUp: WakeUp) => 'once' | 'twice' | 'never'
}

const queueFault = faultsOf({
  QUEUE_CLOSED: { status: 503, retry: true, message: 'Cannot use queue {queue}: it is closed' },
})

interface Job {
  readonly wakeUp: WakeUp
  state: 'delayed' | 'waiting' | 'active'
  runs: number
}

interface Worker {
  readonly handler: (rowId: string) => Promise<void>
  readonly concurrency: number
  readonly jobs: Set<Job>
}

const limits = { runs: 4, retryMs: 500 }

interface Shelf {
  readonly jobs: Map<string, Job>
  readonly workers: Set<Worker>
}

export function createFakeQueues(world: FakeQueuesWorld): FakeQueues {
  const shelves = new Map<string, Shelf>()
  const shelfOf = (name: string): Shelf => {
    const shelf = shelves.get(name) ?? { jobs: new Map(), workers: new Set() }
    shelves.set(name, shelf)
    return shelf
  }
  return { open: () => openQueuesOf(shelfOf, world) }
}

function openQueuesOf(
  shelfOf: (name: string) => Shelf,
  { clock, fateOf }: FakeQueuesWorld,
): FakeQueuesOfProcess {
  const mine: { shelf: Shelf; worker: Worker }[] = []
  const queues = new Map<string, Queue>()
  let state: 'open' | 'closed' | 'cut' = 'open'

  const openQueue = (name: string): Queue => {
    const shelf = shelfOf(name)
    return {
      name,
      async wake(wakeUp) {
        if (state === 'cut') return new Promise(() => {})
        if (state === 'closed') throw queueFault('QUEUE_CLOSED', { queue: name })
        if (shelf.jobs.has(wakeUp.jobId)) return
        const fate = fateOf(wakeUp)
        if (fate === 'never') return
        add(shelf, wakeUp, clock)
        if (fate === 'twice') add(shelf, { ...wakeUp, jobId: `${wakeUp.jobId}-again` }, clock)
      },
      work(handler, { concurrency }) {
        const worker = { handler, concurrency, jobs: new Set<Job>() }
        shelf.workers.add(worker)
        mine.push({ shelf, worker })
        hand(shelf, clock)
      },
      async counts() {
        const count = (wanted: Job['state']) =>
          [...shelf.jobs.values()].filter((job) => job.state === wanted).length
        return { waiting: count('waiting'), delayed: count('delayed'), active: count('active') }
      },
    }
  }
  const leave = () => {
    for (const { shelf, worker } of mine) {
      shelf.workers.delete(worker)
      for (const job of worker.jobs) job.state = 'waiting'
      hand(shelf, clock)
    }
    mine.length = 0
  }
  return {
    queue(name) {
      const queue = queues.get(name) ?? openQueue(name)
      queues.set(name, queue)
      return queue
    },
    async close() {
      if (state === 'open') state = 'closed'
      leave()
    },
    cut() {
      state = 'cut'
      leave()
    },
  }
}

function add(shelf: Shelf, wakeUp: WakeUp, clock: Clock): void {
  const job: Job = { wakeUp, state: 'delayed', runs: 0 }
  shelf.jobs.set(wakeUp.jobId, job)
  later(shelf, job, wakeUp.delayMs ?? 0, clock)
}

function later(shelf: Shelf, job: Job, delayMs: number, clock: Clock): void {
  clock.after(delayMs, () => {
    job.state = 'waiting'
    hand(shelf, clock)
  })
}

function hand(shelf: Shelf, clock: Clock): void {
  for (const job of shelf.jobs.values()) {
    if (job.state !== 'waiting') continue
    const worker = [...shelf.workers].find(({ jobs, concurrency }) => jobs.size < concurrency)
    if (worker === undefined) return
    run(shelf, job, worker, clock)
  }
}

function run(shelf: Shelf, job: Job, worker: Worker, clock: Clock): void {
  job.state = 'active'
  job.runs++
  worker.jobs.add(job)
  const end = (isDone: boolean) => {
    worker.jobs.delete(job)
    if (!shelf.workers.has(worker)) return // It was handed to another one.
    if (isDone || job.runs >= limits.runs) shelf.jobs.delete(job.wakeUp.jobId)
    else {
      job.state = 'delayed'
      later(shelf, job, limits.retryMs * job.runs, clock)
    }
    hand(shelf, clock)
  }
  worker.handler(job.wakeUp.rowId).then(
    () => end(true),
    () => end(false),
  )
}
