/**
 * Keeps on disk what the store takes in: written at once, durable soon, or before the answer where
 * someone waits. Where the disk fails, memory goes on without it; a new log with a checkpoint of
 * everything begins when the disk works again.
 */
import type { Clock, Timer } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Series } from '../series.ts'
import type { NewSample, Recorder, Store } from '../store.ts'
import { writeCheckpoint } from './checkpoint.ts'
import { CheckpointsDue, type DueWorld } from './checkpoints-due.ts'
import { type LogFile, openLogFile } from './log-file.ts'
import type { Recovered } from './recovery.ts'

export interface SampleLogWorld extends DueWorld {
  readonly clock: Clock
  readonly log: Log
  readonly store: Store
}

/** A machine that dies loses so much of what nobody waited for; a process that dies, nothing. */
const syncEveryMs = 5_000
const retryEveryMs = 30_000
/** A disk that is so far behind counts as one that failed. */
const pendingBytesMax = 64 * 1024 * 1024

export async function openSampleLog(world: SampleLogWorld, found: Recovered): Promise<SampleLog> {
  const log = new SampleLog(world, found, await openLogFile(world, found.nextNumber))
  log.flush()
  return log
}

/** One writer drains what gathers; everything that touches the files happens in its steps. */
export class SampleLog implements Recorder {
  readonly #world: SampleLogWorld
  readonly #due: CheckpointsDue
  #file: LogFile
  #waiting: ((isDurable: boolean) => void)[] = []
  #failure: string | undefined = undefined
  /** The timer rang: it is time to sync, or to try a disk again that failed. */
  #isTime = false
  #isClosed = false
  #timer: Timer | undefined = undefined
  #draining: Promise<void> | undefined = undefined
  #checkpointing: Promise<void> | undefined = undefined

  constructor(world: SampleLogWorld, found: Recovered, file: LogFile) {
    this.#world = world
    this.#due = new CheckpointsDue(world, found)
    this.#file = file
  }

  /** Why nothing is stored at present, if so. */
  get failure(): string | undefined {
    return this.#failure
  }

  sample(series: Series, sample: NewSample): void {
    if (this.#failure === undefined) this.#file.sample(series, sample)
  }

  stale(series: Series, atMs: number): void {
    if (this.#failure === undefined) this.#file.stale(series, atMs)
  }

  flush(): void {
    if (this.#failure === undefined && this.#file.pendingBytes > pendingBytesMax)
      this.#fail(new Error('the disk is slower than samples come in'))
    this.#wake()
  }

  /** Resolves when all that was taken in is durable, with true, or is known not to be. */
  durable(): Promise<boolean> {
    if (this.#failure !== undefined || this.#isClosed) return Promise.resolve(false)
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#wake()
    })
  }

  /** Waits for what is under way, a checkpoint included. */
  async idle(): Promise<void> {
    while (this.#draining !== undefined || this.#checkpointing !== undefined)
      await (this.#draining ?? this.#checkpointing)
  }

  async close(): Promise<void> {
    await this.durable()
    this.#isClosed = true
    this.#timer?.cancel()
    await this.idle()
    await this.#file.close()
  }

  #wake(): void {
    this.#draining ??= Promise.resolve().then(() => this.#drain())
  }

  async #drain(): Promise<void> {
    do await this.#step()
    while (this.#waiting.length > 0 || (this.#failure === undefined && this.#file.pendingBytes > 0))
    this.#draining = undefined
  }

  async #step(): Promise<void> {
    const asked = this.#waiting
    const isTime = this.#isTime
    this.#waiting = []
    this.#isTime = false
    try {
      if (this.#failure === undefined) await this.#write(asked.length > 0 || isTime)
      else if (isTime) await this.#rotate()
      if (this.#failure === undefined) await this.#checkpointWhenDue()
    } catch (error) {
      this.#fail(error)
    }
    for (const resolve of asked) resolve(this.#failure === undefined)
  }

  async #write(isSyncAsked: boolean): Promise<void> {
    await this.#file.append()
    if (!isSyncAsked) return this.#ringIn(syncEveryMs)
    const { clock, metrics } = this.#world
    const startedMs = clock.monotonicMs()
    await this.#file.sync()
    metrics.synced(clock.monotonicMs() - startedMs)
  }

  /** Goes on in a new file; after a failure too, for the old one cannot be trusted any more. */
  async #rotate(): Promise<void> {
    const next = await openLogFile(this.#world, this.#file.number + 1)
    const old = this.#file
    this.#file = next
    try {
      if (this.#failure === undefined) await old.finish()
    } finally {
      await old.close().catch(() => {}) // All that it held is synced, or is known not to be there.
    }
    this.#failure = undefined
    this.#world.metrics.failed(false)
  }

  async #checkpointWhenDue(): Promise<void> {
    if (this.#checkpointing !== undefined || !this.#due.isDue(this.#file.sizeBytes)) return
    this.#due.begun(this.#file.sizeBytes)
    await this.#rotate()
    this.#checkpointing = this.#checkpoint(this.#file.number)
  }

  async #checkpoint(number: number): Promise<void> {
    const { clock, store, metrics, log } = this.#world
    const startedMs = clock.monotonicMs()
    const syncLog = async () => {
      if (!(await this.durable())) throw new Error(this.#failure ?? 'the log was closed')
    }
    try {
      const sizeBytes = await writeCheckpoint(this.#world, { number, store, syncLog })
      await this.#due.done(number, sizeBytes)
      metrics.checkpointed(sizeBytes, clock.monotonicMs() - startedMs)
    } catch (error) {
      this.#due.failed()
      log.warn({ error: messageOf(error) }, 'No checkpoint of samples was made; the log goes on')
    }
    this.#checkpointing = undefined
  }

  #fail(error: unknown): void {
    const { log, metrics } = this.#world
    if (this.#failure === undefined)
      log.error({ error: messageOf(error) }, 'Samples are kept in memory only: the disk failed')
    this.#failure = messageOf(error)
    metrics.failed(true)
    this.#due.logFailed()
    this.#timer?.cancel()
    this.#timer = undefined
    this.#ringIn(retryEveryMs)
  }

  #ringIn(delayMs: number): void {
    if (this.#isClosed) return
    this.#timer ??= this.#world.clock.after(delayMs, () => {
      this.#timer = undefined
      this.#isTime = true
      this.#wake()
    })
  }
}
