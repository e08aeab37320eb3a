/** Times and values side by side, and the values' bits: a stale marker is a NaN of its own kind. */

export interface Columns {
  readonly times: Float64Array
  readonly values: Float64Array
  /** The same memory as `values`: two words a value, the lower one first. */
  readonly bits: Uint32Array
}

export function createColumns(length: number): Columns {
  const values = new Float64Array(length)
  return { times: new Float64Array(length), values, bits: new Uint32Array(values.buffer) }
}

/** The NaN by which Prometheus marks the end of a series, as its words. */
export const stale = { low: 2, high: 0x7ff0_0000 } as const

export function writeStale(bits: Uint32Array, index: number): void {
  bits[2 * index] = stale.low
  bits[2 * index + 1] = stale.high
}

export function isStale(bits: Uint32Array, index: number): boolean {
  return isStaleWords(bits[2 * index], bits[2 * index + 1])
}

export function isStaleWords(low: number | undefined, high: number | undefined): boolean {
  return low === stale.low && high === stale.high
}

/** So many samples to one piece of room. */
const roomLength = 8192
/** So many pieces wait to be used again. */
const sparesMax = 64

/**
 * Room for windows, one after the other. What was handed out is never written again, so a window
 * stays as it is for as long as someone looks at it, except where he said that he is done.
 */
export interface Rooms {
  /** Columns with room for `length` more from `from` on; `used` says how many were taken. */
  open(length: number): { readonly columns: Columns; readonly from: number }
  used(length: number): void
  /** Gives what `run` gives; with `isDone` of it, room that was taken meanwhile is free again. */
  borrow<T>(run: () => T, isDone: (result: T) => boolean): T
}

export function createRooms(): Rooms {
  const spares: Columns[] = []
  let columns = createColumns(roomLength)
  let end = 0
  /** What was filled since someone began to borrow. */
  let filled: Columns[] = []
  return {
    open(length) {
      if (end + length > columns.times.length) {
        filled.push(columns)
        columns =
          length > roomLength ? createColumns(length) : (spares.pop() ?? createColumns(roomLength))
        end = 0
      }
      return { columns, from: end }
    },
    used(length) {
      end += length
    },
    borrow(run, isDone) {
      const [firstColumns, firstEnd] = [columns, end]
      filled = []
      const result = run()
      if (isDone(result)) {
        const free = [...filled, columns].filter((one) => one !== firstColumns)
        for (const one of free)
          if (one.times.length === roomLength && spares.length < sparesMax) spares.push(one)
        columns = firstColumns
        end = firstEnd
      }
      filled = []
      return result
    },
  }
}
