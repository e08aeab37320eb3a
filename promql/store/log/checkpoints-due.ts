/** When the next checkpoint is due, and what goes once it is there. */
import { type Place, removeBefore, setAside } from './files.ts'
import type { LogMetrics } from './log-metrics.ts'
import type { Recovered } from './recovery.ts'

export interface DueWorld extends Place {
  readonly metrics: LogMetrics
  /** Bytes of log after which a checkpoint is due, unless half the last one is more. */
  readonly logSizeMax: number
}

export class CheckpointsDue {
  readonly #world: DueWorld
  /** Of the files before the one that is written to. */
  #olderBytes: number
  #dueBytes: number
  /** There is something that no log holds. */
  #isOverdue: boolean
  #damaged: readonly string[]

  constructor(world: DueWorld, { logBytes, checkpointBytes, damaged }: Recovered) {
    this.#world = world
    this.#olderBytes = logBytes
    this.#dueBytes = this.#dueAfter(checkpointBytes)
    this.#damaged = damaged
    this.#isOverdue = damaged.length > 0
    world.metrics.damaged(damaged.length)
  }

  isDue(fileBytes: number): boolean {
    this.#world.metrics.size(this.#olderBytes + fileBytes)
    return this.#isOverdue || this.#olderBytes + fileBytes >= this.#dueBytes
  }

  /** One begins, and what was written so far stands in files that it makes superfluous. */
  begun(fileBytes: number): void {
    this.#olderBytes += fileBytes
    this.#dueBytes = Number.POSITIVE_INFINITY
    this.#isOverdue = false
  }

  async done(number: number, sizeBytes: number): Promise<void> {
    await setAside(this.#world, this.#damaged)
    this.#damaged = []
    await removeBefore(this.#world, number)
    this.#olderBytes = 0
    this.#dueBytes = this.#dueAfter(sizeBytes)
  }

  /** It failed: the logs stay, and the next one is tried after as much again. */
  failed(): void {
    this.#dueBytes = this.#olderBytes + this.#world.logSizeMax
  }

  /** The log has a gap from now on. */
  logFailed(): void {
    this.#isOverdue = true
  }

  #dueAfter(checkpointBytes: number): number {
    return Math.max(this.#world.logSizeMax, checkpointBytes / 2)
  }
}
