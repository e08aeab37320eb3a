/** The functions of alert templates: what each takes, what it gives. Adding one is one entry. */
import { formatShortest, formatSignificant, type GoValue } from './go-format.ts'
import { sprintf } from './printf.ts'

export type Kind = GoValue['kind']

export interface TemplateFunction {
  /** The kinds each argument may have; the last entry stands for all further ones of `printf`. */
  readonly takes: readonly (readonly Kind[])[]
  readonly takesMore?: boolean
  readonly run: (...values: readonly GoValue[]) => string
}

const anything = ['string', 'float64', 'int'] as const

const onText = (run: (text: string) => string): TemplateFunction => ({
  takes: [['string']],
  run: (value) => run(value?.kind === 'string' ? value.text : ''),
})

/** Numbers may also come as text: the result of another function, or a label's value. */
const onNumber = (run: (number: number) => string): TemplateFunction => ({
  takes: [anything],
  run: (value) => run(numberOf(value)),
})

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map([
  ['humanize', onNumber(humanize)],
  ['humanize1024', onNumber(humanize1024)],
  ['humanizeDuration', onNumber(humanizeDuration)],
  ['humanizePercentage', onNumber((ratio) => `${formatSignificant(ratio * 100, 4)}%`)],
  ['humanizeTimestamp', onNumber(humanizeTimestamp)],
  ['title', onText(title)],
  ['toUpper', onText((text) => text.toUpperCase())],
  ['toLower', onText((text) => text.toLowerCase())],
  ['printf', { takes: [['string'], anything], takesMore: true, run: print }],
])

function print(format?: GoValue, ...values: readonly GoValue[]): string {
  return sprintf(format?.kind === 'string' ? format.text : '', values)
}

const numberShape = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i

function numberOf(value: GoValue | undefined): number {
  if (value === undefined) return Number.NaN
  if (value.kind !== 'string') return value.number
  if (/^[-+]?inf(inity)?$/i.test(value.text))
    return value.text.startsWith('-') ? -Infinity : Infinity
  if (/^nan$/i.test(value.text)) return Number.NaN
  if (!numberShape.test(value.text)) throw new Error(`"${value.text}" is no number`)
  return Number(value.text.replaceAll('_', ''))
}

const large = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const small = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const binary = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

function humanize(number: number): string {
  if (number === 0 || !Number.isFinite(number)) return formatSignificant(number, 4)
  return Math.abs(number) >= 1 ? scaledDown(number, 1000, large) : scaledUp(number)
}

function humanize1024(number: number): string {
  if (Math.abs(number) <= 1 || !Number.isFinite(number)) return formatSignificant(number, 4)
  return scaledDown(number, 1024, binary)
}

function humanizeDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return formatSignificant(seconds, 4)
  if (seconds === 0) return `${formatSignificant(seconds, 4)}s`
  if (Math.abs(seconds) < 1) return `${scaledUp(seconds)}s`
  const sign = seconds < 0 ? '-' : ''
  const whole = BigInt(Math.trunc(Math.abs(seconds))) // Exact beyond 2^53, as Go's int64 is.
  const parts = [
    [whole / 86_400n, 'd'],
    [(whole / 3600n) % 24n, 'h'],
    [(whole / 60n) % 60n, 'm'],
    [whole % 60n, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count !== 0n)
  if (first === 3) return `${sign}${formatSignificant(Math.abs(seconds), 4)}s`
  return (
    sign +
    parts
      .slice(first)
      .map(([count, unit]) => `${count}${unit}`)
      .join(' ')
  )
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

function scaledUp(number: number): string {
  let rest = number
  let prefix = ''
  for (const next of small) {
    if (Math.abs(rest) >= 1) break
    prefix = next
    rest *= 1000
  }
  return formatSignificant(rest, 4) + prefix
}
