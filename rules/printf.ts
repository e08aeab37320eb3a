/** `printf` of Go's `fmt`, for the verbs that alert texts use, wrong uses included. */
import {
  formatExponent,
  formatFixed,
  formatShortest,
  formatSignificant,
  formatValue,
  type GoValue,
  quoteText,
} from './go-format.ts'

interface Directive {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly verb: string
}

/** Verbs that Go knows and this does not: refused when a rule is loaded, never rendered wrong. */
const unbuiltVerbs = new Set('bcoOpTtUxX')
const directive = /%([-+# 0]*)(\d*)(?:\.(\d*))?([^\d]|$)/gsu

/** Why a format cannot be used, or undefined where it can. */
export function checkFormat(format: string): string | undefined {
  for (const [text, , , , verb = ''] of format.matchAll(directive))
    if (unbuiltVerbs.has(verb) || verb === '*' || verb === '[')
      return `printf knows %v %s %q %d %f %e and %g, found "${text}"`
  return undefined
}

export function sprintf(format: string, values: readonly GoValue[]): string {
  const rest = [...values]
  const text = format.replace(
    directive,
    (_, flags: string, width: string, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      if (verb === '') return '%!(NOVERB)'
      const value = rest.shift()
      if (value === undefined) return `%!${verb}(MISSING)`
      const given = precision === undefined ? undefined : Number(precision)
      return one({ flags, width: Number(width), precision: given, verb }, value)
    },
  )
  const extra = rest.map((value) => `${value.kind}=${formatValue(value)}`).join(', ')
  return extra === '' ? text : `${text}%!(EXTRA ${extra})`
}

function one(how: Directive, value: GoValue): string {
  const text = value.kind === 'string' ? ofText(how, value.text) : ofNumber(how, value)
  return text === undefined
    ? `%!${how.verb}(${value.kind}=${formatValue(value)})`
    : padded(how, text, value.kind !== 'string')
}

function ofText({ verb, precision }: Directive, text: string): string | undefined {
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('')
  if (verb === 's' || verb === 'v') return cut
  return verb === 'q' ? quoteText(cut) : undefined
}

function ofNumber(how: Directive, value: GoValue & { number: number }): string | undefined {
  const text = value.kind === 'int' ? ofWhole(how, value.number) : ofFloat(how, value.number)
  if (text === undefined || /^[-+]/.test(text)) return plusOf(how, text)
  if (how.flags.includes('+')) return `+${text}`
  return how.flags.includes(' ') ? ` ${text}` : text
}

/** Infinity carries its plus only where it was asked for, or where Go always shows it. */
const plusOf = (how: Directive, text: string | undefined) =>
  text === '+Inf' && how.flags.includes(' ') && !how.flags.includes('+') ? ' Inf' : text

const ofWhole = ({ verb }: Directive, number: number) =>
  verb === 'd' || verb === 'v' ? String(number) : undefined

function ofFloat({ verb, precision }: Directive, number: number): string | undefined {
  switch (verb) {
    case 'f':
    case 'F':
      return formatFixed(number, precision ?? 6)
    case 'e':
      return formatExponent(number, precision ?? 6)
    case 'E':
      return formatExponent(number, precision ?? 6).replace('e', 'E')
    case 'g':
    case 'v':
      return precision === undefined ? formatShortest(number) : formatSignificant(number, precision)
    case 'G':
      return ofFloat({ flags: '', width: 0, precision, verb: 'g' }, number)?.replace('e', 'E')
    default:
      return undefined
  }
}

function padded({ flags, width }: Directive, text: string, isNumber: boolean): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0') || /Inf|NaN/.test(text)) return ' '.repeat(missing) + text
  const sign = isNumber ? (/^[-+ ]/.exec(text)?.[0] ?? '') : ''
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}
