/**
 * A placement group at run time: who holds it, and who may touch it. Writes of different keys run
 * side by side; of one key, one after the other; none while the group is held for a change of
 * hands.
 */
import type { MapPool } from '../map/cluster-map.ts'

export interface Missing {
  readonly objects: number
  readonly bytes: number
}

export class Group {
  readonly pool: Omit<MapPool, 'groups'>
  readonly number: number
  /** The disks that hold every acknowledged write, as the map says. */
  complete: readonly string[] = []
  /** Where placement wants the copies, best first. */
  wanted: readonly string[] = []
  /** Disks that would be wanted, were they neither failed nor draining. */
  leaving: readonly string[] = []
  /** What disks that catch up still lack, as far as it was counted. */
  readonly missing = new Map<string, Missing>()
  /** What the complete disks held when last one answered; undefined: none has yet. */
  lastSeen: Missing | undefined
  readonly #busyKeys = new Map<string, Promise<void>>()
  #holding: Promise<void> | undefined
  #writers = 0
  #onIdle: (() => void) | undefined

  constructor(pool: Omit<MapPool, 'groups'>, number: number) {
    this.pool = pool
    this.number = number
  }

  /** Wanted disks that must catch up first. */
  get joining(): readonly string[] {
    return this.wanted.filter((id) => !this.complete.includes(id))
  }

  /** Complete disks that are wanted no more; they stay until enough others are complete. */
  get surplus(): readonly string[] {
    if (this.wanted.length < this.pool.copies) return []
    return this.complete.filter((id) => !this.wanted.includes(id))
  }

  /** Every copy is where it should be. Fewer than wanted may be all there can be. */
  get isSettled(): boolean {
    return this.joining.length === 0 && this.surplus.length === 0
  }

  /** All that hold copies, or will. */
  get members(): readonly string[] {
    return [...this.complete, ...this.joining]
  }

  place(key: string) {
    return { pool: this.pool.id, group: this.number, key }
  }

  /** Resolves when no write of the key runs. */
  async settled(key: string): Promise<void> {
    for (let busy = this.#busyKeys.get(key); busy; busy = this.#busyKeys.get(key)) await busy
  }

  /** Runs with the key to itself. */
  async withKey<T>(key: string, run: () => Promise<T>): Promise<T> {
    for (;;) {
      const obstacle = this.#holding ?? this.#busyKeys.get(key)
      if (obstacle === undefined) break
      await obstacle
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#busyKeys.set(key, promise)
    this.#writers++
    try {
      return await run()
    } finally {
      this.#writers--
      this.#busyKeys.delete(key)
      resolve()
      if (this.#writers === 0) this.#onIdle?.()
    }
  }

  /** Runs with no write under way and none beginning; reads go on. */
  async hold<T>(run: () => Promise<T>): Promise<T> {
    while (this.#holding !== undefined) await this.#holding
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#holding = promise
    try {
      if (this.#writers > 0) await new Promise<void>((idle) => this.#whenIdle(idle))
      return await run()
    } finally {
      this.#holding = undefined
      resolve()
    }
  }

  #whenIdle(idle: () => void): void {
    this.#onIdle = () => {
      this.#onIdle = undefined
      idle()
    }
  }
}
