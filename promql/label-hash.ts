/** Where a label set lies between 0 and 1: by its XXH64, as Prometheus draws lots. */
import type { Labels } from '#lib/labels'

const known = new WeakMap<Labels, number>()

/** The same for the same labels, whoever asks; 1 where rounding makes it so. */
export function lotOf(labels: Labels): number {
  const found = known.get(labels) ?? Number(xxh64(encoded(labels))) / 2 ** 64
  known.set(labels, found)
  return found
}

/** Each name and value with its length before it, of one byte or, after a 255, of three. */
function encoded(labels: Labels): Uint8Array {
  const texts = Object.entries(labels).flat()
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text)
      const { length } = bytes
      const size = length < 255 ? [length] : [255, length & 255, (length >> 8) & 255, length >> 16]
      return [Buffer.from(size), bytes]
    }),
  )
}

const [prime1, prime2, prime3] = [0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n]
const [prime4, prime5] = [0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n]

const word = (value: bigint) => BigInt.asUintN(64, value)
const turned = (value: bigint, by: bigint) => word(value << by) | (value >> (64n - by))
const round = (lane: bigint, input: bigint) =>
  word(turned(word(lane + word(input * prime2)), 31n) * prime1)

const stripe = 32

export function xxh64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stripes = Math.floor(bytes.length / stripe)
  let hash = word((stripes === 0 ? prime5 : mergedLanes(view, stripes)) + BigInt(bytes.length))
  let at = stripes * stripe
  for (; at + 8 <= bytes.length; at += 8) {
    hash ^= round(0n, view.getBigUint64(at, true))
    hash = word(turned(hash, 27n) * prime1 + prime4)
  }
  if (at + 4 <= bytes.length) {
    hash ^= word(BigInt(view.getUint32(at, true)) * prime1)
    hash = word(turned(hash, 23n) * prime2 + prime3)
    at += 4
  }
  for (; at < bytes.length; at++) {
    hash ^= word(BigInt(view.getUint8(at)) * prime5)
    hash = word(turned(hash, 11n) * prime1)
  }
  return avalanched(hash)
}

function mergedLanes(view: DataView, stripes: number): bigint {
  const lanes = [word(prime1 + prime2), prime2, 0n, word(-prime1)]
  for (let at = 0; at < stripes * stripe; at += stripe)
    for (const [i, lane] of lanes.entries())
      lanes[i] = round(lane, view.getBigUint64(at + i * 8, true))
  const turns = [1n, 7n, 12n, 18n]
  const sum = word(lanes.reduce((all, lane, i) => all + turned(lane, turns[i] ?? 0n), 0n))
  return lanes.reduce((hash, lane) => word((hash ^ round(0n, lane)) * prime1 + prime4), sum)
}

function avalanched(given: bigint): bigint {
  let hash = given
  hash = word((hash ^ (hash >> 33n)) * prime2)
  hash = word((hash ^ (hash >> 29n)) * prime3)
  return hash ^ (hash >> 32n)
}
