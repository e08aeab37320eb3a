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

const largestRoom = 8192

/**
 * Room for windows, one after the other. What was handed out is never written again, so a window
 * stays as it is for as long as someone looks at it.
 */
export interface Rooms {
  /** Columns with room for `length` more from `from` on; `used` says how many were taken. */
  open(length: number): { readonly columns: Columns; readonly from: number }
  used(length: number): void
}

export function createRooms(): Rooms {
  let columns = createColumns(largestRoom)
  let end = 0
  return {
    open(length) {
      if (end + length > columns.times.length) {
        columns = createColumns(Math.max(largestRoom, length))
        end = 0
      }
      return { columns, from: end }
    },
    used(length) {
      end += length
    },
  }
}
