/**
 * Values that are whole numbers, or whole numbers divided by a power of ten, which is nearly all
 * that machines measure: their differences, or the differences of these, in equally many bits each.
 */
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'

const exponentMax = 9
const powers = Float64Array.from({ length: exponentMax + 1 }, (_, exponent) => 10 ** exponent)

/** Up to here differences of differences, and their range, are exact. */
const wholeMax = 2 ** 50

/** In the shape: steps are multiples of a power of two, which follows. */
const shiftFlag = 32
const shiftMax = 31

const whole = new Float64Array(256)

/** False, and nothing written: the values are not of that kind. */
export function writeIntegers(to: ByteWriter, values: Float64Array, count: number): boolean {
  const exponent = exponentOf(values, count)
  if (exponent === undefined || !scale(values, count, exponent)) return false
  const shift = shiftOf(count)
  const unit = 2 ** shift
  const first = rangeOf(count, 1, unit)
  const second = rangeOf(count, 2, unit)
  const order = (count - 1) * first.width <= (count - 2) * second.width + 8 ? 1 : 2
  const { least, width } = order === 1 ? first : second
  to.byte(exponent * 2 + order - 1 + (shift > 0 ? shiftFlag : 0))
  if (shift > 0) to.byte(shift)
  to.signed(at(0))
  if (order === 2) to.signed((at(1) - at(0)) / unit)
  to.signed(least)
  to.byte(width)
  for (let i = order; i < count; i++) to.bits(difference(i, order) / unit - least, width)
  to.align()
  return true
}

export function readIntegers(
  from: ByteReader,
  into: { readonly values: Float64Array; readonly at: number; readonly count: number },
): void {
  const { values, count } = into
  const shape = from.byte()
  const divisor = powers[(shape & (shiftFlag - 1)) >>> 1] ?? 1
  const isSecond = (shape & 1) === 1
  const unit = (shape & shiftFlag) === 0 ? 1 : 2 ** from.byte()
  let value = from.signed()
  let step = isSecond ? from.signed() : 0
  const least = from.signed()
  const width = from.byte()
  values[into.at] = value / divisor
  let i = 1
  if (isSecond) {
    value += step * unit
    values[into.at + i++] = value / divisor
  }
  for (; i < count; i++) {
    step = (isSecond ? step : 0) + least + from.bits(width)
    value += step * unit
    values[into.at + i] = value / divisor
  }
  from.align()
}

/** The power of ten that makes all of them whole, if one does. */
function exponentOf(values: Float64Array, count: number): number | undefined {
  let exponent = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    if (!Number.isFinite(value) || Object.is(value, -0)) return undefined
    while (!isWhole(value, exponent)) if (++exponent > exponentMax) return undefined
  }
  return exponent
}

function isWhole(value: number, exponent: number): boolean {
  const power = powers[exponent] ?? 1
  return Math.round(value * power) / power === value
}

/** Rounding may differ once a larger power was found, hence the second look. */
function scale(values: Float64Array, count: number, exponent: number): boolean {
  const power = powers[exponent] ?? 1
  for (let i = 0; i < count; i++) {
    const scaled = Math.round((values[i] ?? 0) * power)
    if (Math.abs(scaled) > wholeMax || scaled / power !== values[i]) return false
    whole[i] = scaled
  }
  return true
}

/** Counts of bytes move in pages and sectors: how many low bits no step has. */
function shiftOf(count: number): number {
  let shift = shiftMax
  for (let i = 1; i < count && shift > 0; i++) {
    const low = Math.abs(at(i) - at(i - 1)) | 0 // The lower 32 bits.
    if (low !== 0) shift = Math.min(shift, 31 - Math.clz32(low & -low))
  }
  return shift < shiftMax ? shift : 0
}

function rangeOf(count: number, order: 1 | 2, unit: number): { least: number; width: number } {
  if (count <= order) return { least: 0, width: 0 }
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = order; i < count; i++) {
    const found = difference(i, order) / unit
    if (found < least) least = found
    if (found > most) most = found
  }
  return { least, width: bitsFor(most - least) }
}

function difference(i: number, order: 1 | 2): number {
  const step = at(i) - at(i - 1)
  return order === 1 ? step : step - (at(i - 1) - at(i - 2))
}

const at = (i: number) => whole[i] ?? 0

/** How many bits a whole number from 0 to 2⁵³ takes. */
export function bitsFor(value: number): number {
  if (value <= 0xffff_ffff) return 32 - Math.clz32(value)
  return 64 - Math.clz32(Math.floor(value / 0x1_0000_0000))
}
