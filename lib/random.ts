/** Chance as a dependency: a test hands in a seed and gets the same run again. */
import { randomBytes, randomFillSync, randomUUID } from 'node:crypto'

export interface Random {
  /** Uniform in [0, 1). */
  fraction(): number
  /** A version 4 UUID. */
  uuid(): string
  /** `byteCount` unpredictable bytes as lower-case hex. */
  hex(byteCount: number): string
}

export const systemRandom: Random = {
  fraction: () => Math.random(),
  uuid: () => randomUUID(),
  hex: (byteCount) =>
    byteCount > pool.length ? randomBytes(byteCount).toString('hex') : pooledHex(byteCount),
}

/** Drawn many at a time: spans need names all the time, and asking costs more than the bytes. */
const pool = Buffer.alloc(4096)
let poolUsed = pool.length

function pooledHex(byteCount: number): string {
  if (poolUsed + byteCount > pool.length) {
    randomFillSync(pool)
    poolUsed = 0
  }
  poolUsed += byteCount
  return pool.toString('hex', poolUsed - byteCount, poolUsed)
}

/** The same numbers for the same seed (mulberry32). Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const hex = (byteCount: number) =>
    Array.from({ length: byteCount }, () =>
      Math.floor(fraction() * 256)
        .toString(16)
        .padStart(2, '0'),
    ).join('')
  const uuid = () => {
    const digits = hex(16)
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `8${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-')
  }
  return { fraction, uuid, hex }
}
