/** Who is due when, the earliest first. */

export interface Agenda<T> {
  add(atMs: number, what: T): void
  /** Undefined: there is nothing. */
  nextMs(): number | undefined
  take(): T | undefined
}

interface Entry<T> {
  readonly atMs: number
  /** Of two that are due together the one that was added first. */
  readonly turn: number
  readonly what: T
}

/** A binary heap: whoever is at `i` is due no later than those at `2i + 1` and `2i + 2`. */
export function createAgenda<T>(): Agenda<T> {
  const heap: Entry<T>[] = []
  let turns = 0
  const isSooner = (a: Entry<T> | undefined, b: Entry<T> | undefined) =>
    a !== undefined &&
    (b === undefined || a.atMs < b.atMs || (a.atMs === b.atMs && a.turn < b.turn))
  const swap = (i: number, j: number) => {
    const [a, b] = [heap[i], heap[j]]
    if (a === undefined || b === undefined) return
    heap[i] = b
    heap[j] = a
  }
  const rise = (from: number) => {
    for (let i = from; i > 0; ) {
      const above = (i - 1) >> 1
      if (!isSooner(heap[i], heap[above])) return
      swap(i, above)
      i = above
    }
  }
  const sink = () => {
    for (let i = 0; ; ) {
      const [left, right] = [2 * i + 1, 2 * i + 2]
      const below = isSooner(heap[right], heap[left]) ? right : left
      if (!isSooner(heap[below], heap[i])) return
      swap(i, below)
      i = below
    }
  }
  return {
    add(atMs, what) {
      heap.push({ atMs, turn: turns++, what })
      rise(heap.length - 1)
    },
    nextMs: () => heap[0]?.atMs,
    take() {
      const [first] = heap
      const last = heap.pop()
      if (last !== undefined && heap.length > 0) {
        heap[0] = last
        sink()
      }
      return first?.what
    },
  }
}
