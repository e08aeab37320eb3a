/** Even, stable hashes. They decide where data lies: they never change. */
import { crc32 } from 'node:zlib'

/** The placement group of a key, 0 to `groupCount - 1`. */
export function groupOf(key: string, groupCount: number): number {
  return Math.floor((mix(crc32(key)) / 2 ** 32) * groupCount)
}

/** A number in (0, 1) for a text and a salt, even over both. */
export function draw(text: string, salt: number): number {
  const low = mix(crc32(text) ^ mix(salt))
  const high = mix(low ^ crc32(text, 0x9e3779b9) ^ Math.imul(salt, 0x85ebca6b))
  return ((high >>> 5) * 2 ** 27 + (low >>> 5) + 0.5) / 2 ** 54
}

/** The finalizer of MurmurHash3: near inputs lie far apart. */
export function mix(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
