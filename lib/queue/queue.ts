/**
 * Durable wake-ups (BullMQ, on PostgreSQL or Redis). A job carries only the id of a row: the row is
 * the truth. A lost, failed or doubled job costs latency and never an effect, because its handler
 * reads the row, claims it, and may run twice; and a loop re-adds what is due and has no job.
 */

export interface Queue {
  readonly name: string
  /**
   * Adds a wake-up. Resolves when the store has it, rejects when the store stays silent for some
   * seconds. One with the same `jobId` that waits, is delayed or runs is kept as it is and the new
   * one is dropped, so put what makes it different (epoch, attempt) into `jobId`. Concurrent calls
   * travel together.
   */
  wake(wakeUp: WakeUp): Promise<void>
  /**
   * Runs `handler` for every wake-up, at most `concurrency` at once in this process. One that
   * throws is logged and run again a few times with growing pauses; then its loop brings it back.
   * Once.
   */
  work(handler: (rowId: string) => Promise<void>, options: { concurrency: number }): void
  /** How many wait, are delayed and run. */
  counts(): Promise<QueueCounts>
}

export interface WakeUp {
  /** Deterministic; letters, digits, `-`, `_`, `.` only (hash anything else). */
  readonly jobId: string
  /** What the handler gets. */
  readonly rowId: string
  /** 0 or absent: at once. */
  readonly delayMs?: number
}

export interface QueueCounts {
  readonly waiting: number
  readonly delayed: number
  readonly active: number
}

export interface Queues {
  /** The queue of that name; the same object for the same name. */
  queue(name: string): Queue
  /** Lets running handlers end, for some seconds, then disconnects. Never rejects. */
  close(): Promise<void>
}
