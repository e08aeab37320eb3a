/** Go's layouts: a time is formatted, and read, as `2006-01-02 15:04:05 MST` would be written. */
import { type Civil, civilOf, GoTime, two } from './time.ts'
import { fixedZone, offsetText, utc, type Zone } from './zone.ts'

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const
const weekdays = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
] as const

export const monthName = (month: number) => months[month - 1] ?? ''
export const weekdayName = (weekday: number) => weekdays[weekday] ?? ''

/** Longer pieces first: `Jan` begins `January`, `2` begins `2006`. */
const piece = new RegExp(
  [
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|002|01|02|03|04|05|06|15|_2006|_2|__2|PM|pm',
    '[Z-]07:00:00|[Z-]07:00|[Z-]070000|[Z-]0700|[Z-]07',
    '[.,]0+(?!\\d)|[.,]9+(?!\\d)|1|2|3|4|5',
  ].join('|'),
  'g',
)

export function formatTime(layout: string, time: GoTime): string {
  const civil = civilOf(time)
  return layout.replace(piece, (found) => pieceText(found, civil))
}

function pieceText(found: string, civil: Civil): string {
  const simple = pieces[found]
  if (simple !== undefined) return simple(civil)
  if (/^[.,]0/.test(found))
    return found[0] + civil.fraction.slice(0, found.length - 1).padEnd(found.length - 1, '0')
  if (/^[.,]9/.test(found)) {
    const kept = civil.fraction.slice(0, found.length - 1).replace(/0+$/, '')
    return kept === '' ? '' : found[0] + kept
  }
  return zoneText(found, civil.offsetSeconds)
}

const pieces: Readonly<Record<string, (civil: Civil) => string>> = {
  January: ({ month }) => monthName(month),
  Jan: ({ month }) => monthName(month).slice(0, 3),
  Monday: ({ weekday }) => weekdayName(weekday),
  Mon: ({ weekday }) => weekdayName(weekday).slice(0, 3),
  MST: ({ abbreviation, offsetSeconds }) => abbreviation || zoneText('-0700', offsetSeconds),
  '2006': ({ year }) => String(year).padStart(4, '0'),
  _2006: ({ year }) => `_${String(year).padStart(4, '0')}`,
  '06': ({ year }) => two(year % 100),
  '01': ({ month }) => two(month),
  '1': ({ month }) => String(month),
  '02': ({ day }) => two(day),
  _2: ({ day }) => String(day).padStart(2),
  '2': ({ day }) => String(day),
  '002': (civil) => String(yearDay(civil)).padStart(3, '0'),
  __2: (civil) => String(yearDay(civil)).padStart(3),
  '15': ({ hour }) => two(hour),
  '03': ({ hour }) => two(hour % 12 || 12),
  '3': ({ hour }) => String(hour % 12 || 12),
  '04': ({ minute }) => two(minute),
  '4': ({ minute }) => String(minute),
  '05': ({ second }) => two(second),
  '5': ({ second }) => String(second),
  PM: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  pm: ({ hour }) => (hour < 12 ? 'am' : 'pm'),
}

export function yearDay({ year, month, day }: Pick<Civil, 'year' | 'month' | 'day'>): number {
  return Math.round((utcMs(year, month, day) - utcMs(year, 1, 1)) / 86_400_000) + 1
}

function utcMs(year: number, month: number, day: number): number {
  const date = new Date(0)
  return date.setUTCFullYear(year, month - 1, day)
}

function zoneText(layout: string, offsetSeconds: number): string {
  if (layout.startsWith('Z') && offsetSeconds === 0) return 'Z'
  const colon = layout.includes(':') ? ':' : ''
  const text = offsetText(offsetSeconds, colon)
  if (layout.length === 3) return text.slice(0, 3)
  const seconds = two(Math.abs(offsetSeconds) % 60)
  return layout.length > 6 ? `${text}${colon}${seconds}` : text
}

/** Undefined where the text is not as the layout has it. */
export function parseLayout(layout: string, text: string): GoTime | undefined {
  const names: string[] = []
  let source = ''
  let from = 0
  for (const found of layout.matchAll(piece)) {
    source += literal(layout.slice(from, found.index))
    from = found.index + found[0].length
    names.push(found[0])
    source += patternOf(found[0])
    if (/05$/.test(found[0]) && !/^[.,][09]/.test(layout.slice(from))) {
      names.push('.9')
      source += '([.,]\\d+)?'
    }
  }
  const read = new RegExp(`^${source}${literal(layout.slice(from))}$`, 'i').exec(text)
  return read === null ? undefined : timeOf(names, read.slice(1))
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/ +/g, ' *')

function patternOf(name: string): string {
  const fixed = patterns[name]
  if (fixed !== undefined) return fixed
  if (/^[.,]0/.test(name)) return `([.,]\\d{${name.length - 1}})`
  if (/^[.,]9/.test(name)) return '([.,]\\d+)?'
  const parts = name.includes(':') ? ['\\d\\d', '\\d\\d', '\\d\\d'] : ['\\d\\d', '\\d\\d', '\\d\\d']
  const count = (name.replace(/[^\d]/g, '').length / 2) | 0
  const offset = `[+-]${parts.slice(0, count).join(name.includes(':') ? ':' : '')}`
  return name.startsWith('Z') ? `(Z|${offset})` : `(${offset})`
}

const patterns: Readonly<Record<string, string>> = {
  January: `(${months.join('|')})`,
  Jan: `(${months.map((name) => name.slice(0, 3)).join('|')})`,
  Monday: `(${weekdays.join('|')})`,
  Mon: `(${weekdays.map((name) => name.slice(0, 3)).join('|')})`,
  MST: '([A-Z]{3,4}|[+-]\\d\\d(?:\\d\\d)?)',
  '2006': '(\\d{4})',
  '06': '(\\d\\d)',
  '01': '(\\d\\d)',
  '1': '(\\d\\d?)',
  '02': '(\\d\\d)',
  _2: ' ?(\\d\\d?)',
  '2': '(\\d\\d?)',
  '002': '(\\d{3})',
  __2: ' *(\\d{1,3})',
  '15': '(\\d\\d)',
  '03': '(\\d\\d)',
  '3': '(\\d\\d?)',
  '04': '(\\d\\d)',
  '4': '(\\d\\d?)',
  '05': '(\\d\\d)',
  '5': '(\\d\\d?)',
  PM: '(AM|PM)',
  pm: '(am|pm)',
}

function timeOf(
  names: readonly string[],
  texts: readonly (string | undefined)[],
): GoTime | undefined {
  const given: Given = new Map(names.map((name, i) => [name, texts[i] ?? '']))
  const date = dateOf(given)
  const hour = hourOf(numberIn(given, '15', '03', '3') ?? 0, given.get('PM') ?? given.get('pm'))
  const minute = numberIn(given, '04', '4') ?? 0
  const second = numberIn(given, '05', '5') ?? 0
  if (date === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  date.setUTCHours(hour, minute, second)
  const zone = zoneIn(given)
  const offset = zone.at(date.getTime()).offsetSeconds
  const fraction = [...given].find(([name]) => /^[.,]/.test(name))?.[1].slice(1) ?? ''
  const ns = BigInt(fraction.slice(0, 9).padEnd(9, '0'))
  return new GoTime(BigInt(date.getTime() - offset * 1000) * 1_000_000n + ns, zone)
}

type Given = ReadonlyMap<string, string>

function numberIn(given: Given, ...names: readonly string[]): number | undefined {
  const name = names.find((one) => given.has(one))
  return name === undefined ? undefined : Number(given.get(name))
}

function dateOf(given: Given): Date | undefined {
  const month = monthOf(given) ?? numberIn(given, '01', '1') ?? 1
  const short = numberIn(given, '06')
  const century = short === undefined || short < 69 ? 2000 : 1900
  const year = numberIn(given, '2006') ?? (short === undefined ? 0 : short + century)
  const days = numberIn(given, '002', '__2')
  const day = days ?? numberIn(given, '02', '_2', '2') ?? 1
  const date = new Date(0)
  if (month < 1 || month > 12 || day < 1) return undefined
  date.setUTCFullYear(year, days === undefined ? month - 1 : 0, day)
  return days === undefined && date.getUTCDate() !== day ? undefined : date
}

function monthOf(given: Given): number | undefined {
  const name = given.get('January') ?? given.get('Jan')
  if (name === undefined) return undefined
  return (
    months.findIndex(
      (month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase(),
    ) + 1
  )
}

function hourOf(hour: number, half: string | undefined): number {
  if (half === undefined) return hour
  return (hour % 12) + (half.toLowerCase() === 'pm' ? 12 : 0)
}

function zoneIn(given: Given): Zone {
  const letters = given.get('MST') ?? ''
  const offset = [...given].find(([name]) => /^[Z-]07/.test(name))?.[1].toUpperCase()
  if (offset === undefined) return letters === '' || letters === 'UTC' ? utc : fixedZone(0, letters)
  const size = secondsOf(offset)
  return size === 0 && letters === '' ? utc : fixedZone(size, letters)
}

function secondsOf(offset: string): number {
  if (offset === 'Z') return 0
  const digits = offset.replace(/\D/g, '').padEnd(6, '0')
  const part = (at: number) => Number(digits.slice(at, at + 2))
  const size = part(0) * 3600 + part(2) * 60 + part(4)
  return offset.startsWith('-') ? -size : size
}
