/** One writer a data disk: all that waits goes out together and shares one fdatasync. */
import type { Clock } from '#lib/clock'
import type { Mark } from './record.ts'
import type { Segment, Segments } from './segments.ts'

/** Something to append to the log. */
export interface Work {
  readonly sizeBytes: number
  /** The bytes, once it is known where they will lie. */
  readonly buffers: (at: Mark) => readonly Buffer[]
  /** Called when they are durable, in the order of the log. */
  readonly written: (segment: Segment, offset: number) => void
  /** Asked just before writing; false: no longer needed. */
  readonly isDue?: () => boolean
}

export interface GroupCommitOptions {
  readonly segments: Segments
  readonly clock: Clock
  /** Throws when the folder is no longer the disk that was opened; asked before each answer. */
  readonly confirm: () => Promise<void>
}

const batchBytesMax = 16 * 1024 * 1024
const batchRecordsMax = 1024

interface Pending {
  readonly work: Work
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class GroupCommit {
  readonly #options: GroupCommitOptions
  #writes: Pending[] = []
  #moves: Pending[] = []
  #batch: readonly Pending[] = []
  #batchSinceMs: number | undefined
  #isRunning = false
  #failure: Error | undefined

  constructor(options: GroupCommitOptions) {
    this.#options = options
  }

  get failure(): Error | undefined {
    return this.#failure
  }

  /** Since when the batch under way runs; undefined while idle. */
  get busySinceMs(): number | undefined {
    return this.#batchSinceMs
  }

  /** Resolves when the work is durable. */
  write(work: Work): Promise<void> {
    return this.#add(work, this.#writes)
  }

  /**
   * As `write`, but ahead of all writes: what compaction moves. So no dead put ever lies in the log
   * behind the tombstone that killed it, and a tombstone may go once the log begins after it.
   */
  move(work: Work): Promise<void> {
    return this.#add(work, this.#moves)
  }

  /** Refuses everything under way and to come. */
  fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    for (const { reject } of [...this.#batch, ...this.#moves, ...this.#writes]) reject(error)
    this.#writes = []
    this.#moves = []
  }

  #add(work: Work, queue: Pending[]): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      queue.push({ work, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  /** Never rejects: the first error fails the log for good. */
  async #run(): Promise<void> {
    this.#isRunning = true
    try {
      while (this.#writes.length + this.#moves.length > 0) {
        this.#batch = this.#take()
        this.#batchSinceMs = this.#options.clock.monotonicMs()
        if (this.#batch.length > 0) await this.#commit(this.#batch)
      }
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)))
    }
    this.#batch = []
    this.#batchSinceMs = undefined
    this.#isRunning = false
  }

  #take(): readonly Pending[] {
    const batch: Pending[] = []
    let sizeBytes = 0
    for (const queue of [this.#moves, this.#writes]) {
      let taken = 0
      for (const pending of queue) {
        if (batch.length >= batchRecordsMax || sizeBytes >= batchBytesMax) break
        taken++
        if (pending.work.isDue?.() === false) pending.resolve()
        else {
          batch.push(pending)
          sizeBytes += pending.work.sizeBytes
        }
      }
      queue.splice(0, taken)
    }
    return batch
  }

  async #commit(batch: readonly Pending[]): Promise<void> {
    const segment = await this.#options.segments.toAppend()
    const start = segment.sizeBytes
    let end = start
    const buffers: Buffer[] = []
    for (const { work } of batch) {
      buffers.push(...work.buffers({ segment: segment.id, offset: end }))
      end += work.sizeBytes
    }
    await segment.file.write(buffers, start)
    await segment.file.sync()
    await this.#options.confirm()
    if (this.#failure !== undefined) return
    segment.sizeBytes = end
    let offset = start
    for (const { work, resolve } of batch) {
      work.written(segment, offset)
      offset += work.sizeBytes
      resolve()
    }
  }
}
