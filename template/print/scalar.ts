/** Text, truth and numbers by a verb; undefined where the verb is not one for them. */
import { formatExponent, formatFixed, formatShortest, formatSignificant } from '#lib/go-number'
import { isPrintable, letterOf, quoteGo, quoteGoLetter } from '#lib/go-text'
import { type Directive, padded } from './directive.ts'

export function formatText(how: Directive, text: string): string | undefined {
  switch (how.verb) {
    case 'v':
      return how.sharpV ? padded(how, quotedText(how, text)) : padded(how, cut(how, text))
    case 's':
      return padded(how, cut(how, text))
    case 'q':
      return padded(how, quotedText(how, cut(how, text)))
    case 'x':
      return padded(how, hexText(how, text))
    case 'X':
      return padded(how, hexText(how, text).toUpperCase())
    default:
      return undefined
  }
}

const cut = ({ precision }: Directive, text: string) =>
  precision === undefined ? text : [...text].slice(0, precision).join('')

function quotedText({ sharp, plus }: Directive, text: string): string {
  if (sharp && !/[`\x7f\ufeff]|[^\P{Cc}\t]/u.test(text)) return `\`${text}\``
  return quoteGo(text, { ascii: plus })
}

function hexText({ precision, space, sharp }: Directive, text: string): string {
  const bytes = [...new TextEncoder().encode(text)].slice(0, precision)
  const pairs = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
  if (pairs.length === 0) return ''
  if (space) return pairs.map((pair) => (sharp ? `0x${pair}` : pair)).join(' ')
  return (sharp ? '0x' : '') + pairs.join('')
}

export function formatTruth(how: Directive, truth: boolean): string | undefined {
  return how.verb === 't' || how.verb === 'v' ? padded(how, String(truth)) : undefined
}

const radixes: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

export function formatInt(how: Directive, int: bigint): string | undefined {
  const radix = radixes[how.verb]
  if (radix !== undefined) return wholeText(how, int, radix)
  const code = Number(int)
  if (how.verb === 'c') return padded(how, letterOf(code))
  if (how.verb === 'q') return padded(how, quoteGoLetter(letterOf(code), { ascii: how.plus }))
  return how.verb === 'U' ? padded({ ...how, zero: false }, unicodeText(how, int)) : undefined
}

function wholeText(how: Directive, int: bigint, radix: number): string {
  const { precision, verb, sharp } = how
  if (precision === 0 && int === 0n) return padded({ ...how, zero: false }, '')
  const sign = int < 0n ? '-' : plusOf(how)
  const size = (int < 0n ? -int : int).toString(radix)
  const digits = (verb === 'X' ? size.toUpperCase() : size).padStart(leastOf(how, sign), '0')
  const prefix = verb === 'O' ? '0o' : sharp ? prefixOf(verb, digits) : ''
  return padded({ ...how, zero: false }, sign + prefix + digits)
}

const plusOf = ({ plus, space }: Directive) => (plus ? '+' : space ? ' ' : '')

/** How many digits there are at least. */
function leastOf({ precision, width, zero, minus }: Directive, sign: string): number {
  if (precision !== undefined) return precision
  return zero && !minus && width !== undefined ? width - sign.length : 0
}

function prefixOf(verb: string, digits: string): string {
  if (verb === 'o') return digits.startsWith('0') ? '' : '0'
  return { b: '0b', x: '0x', X: '0X' }[verb] ?? ''
}

function unicodeText({ precision = 4, sharp }: Directive, int: bigint): string {
  const size = int < 0n ? int + 2n ** 64n : int
  const code = `U+${size.toString(16).toUpperCase().padStart(Math.max(4, precision), '0')}`
  const letter = size <= 0x10ffffn ? letterOf(Number(size)) : '\ufffd'
  return sharp && size <= 0x10ffffn && isPrintable(letter) ? `${code} '${letter}'` : code
}

export function formatFloat(how: Directive, float: number): string | undefined {
  // Go has these; better none than a wrong one.
  if (how.sharp || 'xXb'.includes(how.verb))
    throw new Error(`a float cannot be shown by %${how.sharp ? '#' : ''}${how.verb} here`)
  const text = floatText(how, float)
  if (text === undefined) return undefined
  const size = text.replace(/^[-+]/, '')
  const sign = text.startsWith('-') ? '-' : signOf(how, float)
  const { width = 0, zero, minus } = how
  if (!zero || minus || !Number.isFinite(float)) return padded({ ...how, zero: false }, sign + size)
  return sign + size.padStart(width - sign.length, '0')
}

/** Infinity has its sign even where none is asked for. */
const signOf = (how: Directive, float: number) =>
  plusOf(how) || (float === Number.POSITIVE_INFINITY ? '+' : '')

function floatText(
  { verb, precision }: Pick<Directive, 'verb' | 'precision'>,
  float: number,
): string | undefined {
  switch (verb) {
    case 'e':
      return formatExponent(float, precision ?? 6)
    case 'E':
      return formatExponent(float, precision ?? 6).replace('e', 'E')
    case 'f':
    case 'F':
      return formatFixed(float, precision ?? 6)
    case 'g':
    case 'v':
      return precision === undefined ? formatShortest(float) : formatSignificant(float, precision)
    case 'G':
      return floatText({ verb: 'g', precision }, float)?.replace('e', 'E')
    default:
      return undefined
  }
}
