/** The functions of alert templates besides Go's own, by Prometheus's names. One is one entry. */
import {
  formatShortest,
  formatSignificant,
  type GoFunction,
  goFunction,
  humanizeDuration,
  lower,
  scaledUp,
  typeOf,
  upper,
  type Value,
} from '#template'

/** Numbers may also come as text: the result of another function, or a label's value. */
const onNumber = (run: (number: number) => string) =>
  goFunction(['interface {}'], (value) => run(numberOf(value)))

export const templateFunctions: Readonly<Record<string, GoFunction>> = {
  humanize: onNumber(humanize),
  humanize1024: onNumber(humanize1024),
  humanizeDuration: onNumber(humanizeDuration),
  humanizePercentage: onNumber((ratio) => `${formatSignificant(ratio * 100, 4)}%`),
  humanizeTimestamp: onNumber(humanizeTimestamp),
  title: goFunction(['string'], title),
  toUpper: goFunction(['string'], upper),
  toLower: goFunction(['string'], lower),
}

const numberShape = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i

function numberOf(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'string') throw new Error(`can't convert ${typeOf(value)} to float`)
  if (/^[-+]?inf(inity)?$/i.test(value)) return value.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(value)) return Number.NaN
  if (!numberShape.test(value)) throw new Error(`"${value}" is no number`)
  return Number(value.replaceAll('_', ''))
}

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

/** Seconds since 1970 as Go prints a time in UTC. */
function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatSignificant(seconds, 4)
  if (Math.abs(seconds) * 1e9 > 2 ** 63)
    throw new Error(`${formatShortest(seconds)} is no time of this era`)
  const [date = '', time = ''] = new Date(Math.trunc(seconds * 1000)).toISOString().split('T')
  const fraction = time.slice(9, 12).replace(/0+$/, '')
  return `${date} ${time.slice(0, 8)}${fraction === '' ? '' : `.${fraction}`} +0000 UTC`
}

/** Capitals at the start of each word, where everything but letters, digits and `_` parts words. */
function title(text: string): string {
  return text.replace(
    /(^|[^\p{L}\p{N}_])(\p{L})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
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
