/**
 * Any values at all, as Facebook's Gorilla packs them: what differs from the value before, without
 * the zeros around it.
 */
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'

/** Counts of leading zeros take five bits. */
const leadingMax = 31

/** `bits` are two words a value, the lower one first. */
export function writeXor(to: ByteWriter, bits: Uint32Array, count: number): void {
  to.whole32(bits[0] ?? 0)
  to.whole32(bits[1] ?? 0)
  let [leading, trailing] = [-1, 0]
  for (let i = 1; i < count; i++) {
    const low = ((bits[2 * i] ?? 0) ^ (bits[2 * i - 2] ?? 0)) >>> 0
    const high = ((bits[2 * i + 1] ?? 0) ^ (bits[2 * i - 1] ?? 0)) >>> 0
    if (low === 0 && high === 0) {
      to.bits(0, 1)
      continue
    }
    const before = Math.min(leadingMax, leadingZeros(low, high))
    const after = trailingZeros(low, high)
    const isWithin = leading >= 0 && before >= leading && after >= trailing
    // A window much wider than what stands in it costs more than to say a new one.
    if (isWithin && before - leading + (after - trailing) < 11) to.bits(2, 2)
    else {
      leading = before
      trailing = after
      to.bits(3, 2)
      to.bits(leading, 5)
      to.bits(64 - leading - trailing - 1, 6)
    }
    writeShifted(to, { low, high, trailing, length: 64 - leading - trailing })
  }
  to.align()
}

interface Shifted {
  readonly low: number
  readonly high: number
  readonly trailing: number
  readonly length: number
}

function writeShifted(to: ByteWriter, { low, high, trailing, length }: Shifted): void {
  let [rest, top] = [low, high]
  if (trailing >= 32) [rest, top] = [high >>> (trailing - 32), 0]
  else if (trailing > 0)
    [rest, top] = [((low >>> trailing) | (high << (32 - trailing))) >>> 0, high >>> trailing]
  if (length > 32) to.bits(top, length - 32)
  to.bits(rest, Math.min(32, length))
}

/** Writes `count` values into `bits` from value `at` on. */
export function readXor(
  from: ByteReader,
  into: { readonly bits: Uint32Array; readonly at: number; readonly count: number },
): void {
  const { bits, at, count } = into
  bits[2 * at] = from.whole32()
  bits[2 * at + 1] = from.whole32()
  let [trailing, length] = [0, 0]
  for (let i = 2 * at + 2; i < 2 * (at + count); i += 2) {
    bits[i] = bits[i - 2] ?? 0
    bits[i + 1] = bits[i - 1] ?? 0
    if (from.bits(1) === 0) continue
    if (from.bits(1) === 1) {
      const leading = from.bits(5)
      length = from.bits(6) + 1
      trailing = 64 - leading - length
    }
    const top = length > 32 ? from.bits(length - 32) : 0
    flip(bits, i, { trailing, top, rest: from.bits(Math.min(32, length)) })
  }
  from.align()
}

interface Flipped {
  readonly trailing: number
  readonly top: number
  readonly rest: number
}

/** Typed arrays take the lowest 32 bits of what they are given. */
function flip(bits: Uint32Array, i: number, { trailing, top, rest }: Flipped): void {
  const low = bits[i] ?? 0
  const high = bits[i + 1] ?? 0
  if (trailing >= 32) bits[i + 1] = high ^ (rest << (trailing - 32))
  else if (trailing === 0) {
    bits[i] = low ^ rest
    bits[i + 1] = high ^ top
  } else {
    bits[i] = low ^ (rest << trailing)
    bits[i + 1] = high ^ ((top << trailing) | (rest >>> (32 - trailing)))
  }
}

const leadingZeros = (low: number, high: number) =>
  high === 0 ? 32 + Math.clz32(low) : Math.clz32(high)

const trailingZeros = (low: number, high: number) =>
  low === 0 ? 32 + lowestZeros(high) : lowestZeros(low)

const lowestZeros = (word: number) => 31 - Math.clz32(word & -word)
