/** Numbers for people, as alert texts write them. */
import { formatShortest, formatSignificant } from '#lib/go-number'
import {
  GoDuration,
  type GoFunction,
  goFunction,
  humanizeDuration,
  scaledUp,
  timeOfMs,
  typeOf,
  type Value,
} from '#template'

/** Numbers may also come as text: the result of another function, or a label's value. */
const onNumber = (run: (number: number) => Value) =>
  goFunction(['interface {}'], (value) => run(numberOf(value)))

export const onNumbers: Readonly<Record<string, GoFunction>> = {
  humanize: onNumber(humanize),
  humanize1024: onNumber(humanize1024),
  humanizeDuration: onNumber(humanizeDuration),
  humanizePercentage: onNumber((ratio) => `${formatSignificant(ratio * 100, 4)}%`),
  humanizeTimestamp: onNumber((seconds) =>
    Number.isFinite(seconds) ? timeAt(seconds).toString() : formatSignificant(seconds, 4),
  ),
  toTime: onNumber((seconds) => {
    if (!Number.isFinite(seconds)) throw new Error('value is NaN or Inf')
    return timeAt(seconds)
  }),
}

const decimal = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i

export function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof GoDuration) return Number(value.ns) / 1e9
  if (typeof value !== 'string') throw new Error(`can't convert ${typeOf(value)} to float`)
  if (/^[-+]?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(value)) return Number.NaN
  const number = decimal.test(value) ? Number(value.replaceAll('_', '')) : Number.NaN
  if (Number.isFinite(number)) return number
  const reason = Number.isNaN(number) ? 'invalid syntax' : 'value out of range'
  throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(value)}: ${reason}`)
}

export const secondsAsDuration = (seconds: number) =>
  new GoDuration(Number.isFinite(seconds) ? BigInt(Math.trunc(seconds * 1e9)) : 0n)

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const binary = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

function humanize(number: number): string {
  if (number === 0 || !Number.isFinite(number)) return formatSignificant(number, 4)
  return Math.abs(number) >= 1 ? scaledDown(number, 1000, large) : scaledUp(number)
}

function humanize1024(number: number): string {
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return formatSignificant(number, 4)
  return scaledDown(number, 1024, binary)
}

/** By way of whole nanoseconds and then milliseconds, each cut off: as upstream loses digits. */
function timeAt(seconds: number) {
  const ns = seconds * 1e9
  if (Math.abs(ns) > 2 ** 63)
    throw new Error(
      `${formatShortest(seconds)} cannot be represented as a nanoseconds timestamp since it overflows int64`,
    )
  return timeOfMs(Number(BigInt(Math.trunc(ns)) / 1_000_000n))
}

function scaledDown(number: number, step: number, prefixes: readonly string[]): string {
  let rest = number
  let prefix = ''
  for (const next of prefixes) {
    if (Math.abs(rest) < step) break
    prefix = next
    rest /= step
  }
  return formatSignificant(rest, 4) + prefix
}
