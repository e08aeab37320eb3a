/** The times of a chunk after the first: mostly one step, else steps in as few bits as do. */
import { assert } from '#lib/assert'
import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { bitsFor } from './integers.ts'

const timeForms = { regular: 0, packed: 1, plain: 2 } as const

export type TimeForm = (typeof timeForms)[keyof typeof timeForms]

const stepMax = 0xffff_ffff

/** `times` are whole milliseconds, ascending. */
export function writeTimes(to: ByteWriter, times: Float64Array, count: number): TimeForm {
  let [least, most] = [Number.POSITIVE_INFINITY, 0]
  for (let i = 1; i < count; i++) {
    const step = stepAt(times, i)
    assert(step > 0, 'the times of a chunk ascend')
    if (step < least) least = step
    if (step > most) most = step
  }
  if (most > stepMax) {
    for (let i = 1; i < count; i++) to.float(times[i] ?? 0)
    return timeForms.plain
  }
  to.varint(count > 1 ? least : 0)
  if (count < 2 || least === most) return timeForms.regular
  const width = bitsFor(most - least)
  to.byte(width)
  for (let i = 1; i < count; i++) to.bits(stepAt(times, i) - least, width)
  to.align()
  return timeForms.packed
}

/** Writes times `at` + 1 up to `at` + `count` - 1; that at `at` is there. */
export function readTimes(
  from: ByteReader,
  form: number,
  into: { readonly times: Float64Array; readonly at: number; readonly count: number },
): void {
  const { times, at, count } = into
  if (form === timeForms.plain) {
    for (let i = 1; i < count; i++) times[at + i] = from.float()
    return
  }
  const least = from.varint()
  let ms = times[at] ?? 0
  if (form === timeForms.regular) {
    for (let i = 1; i < count; i++) times[at + i] = ms += least
    return
  }
  const width = from.byte()
  for (let i = 1; i < count; i++) times[at + i] = ms += least + from.bits(width)
  from.align()
}

const stepAt = (times: Float64Array, i: number) => (times[i] ?? 0) - (times[i - 1] ?? 0)
