/**
 * Intervals of time as routes name them: which instants they contain, and their fields as text.
 * All fields that are given must match; of a field, any element is enough.
 */
import { type WallClock, type WallTime, wallClockOf } from './wall-clock.ts'

export interface TimeInterval {
  /** From the first minute of the day to before the last one. */
  readonly times?: readonly Range[] | undefined
  /** Sunday is 0. */
  readonly weekdays?: readonly Range[] | undefined
  /** Negative: from the end of the month, of which -1 is the last day. */
  readonly daysOfMonth?: readonly Range[] | undefined
  readonly months?: readonly Range[] | undefined
  readonly years?: readonly Range[] | undefined
  readonly clock: WallClock
}

/** Both ends belong to it, but for times. */
export interface Range {
  readonly from: number
  readonly to: number
}

export function contains(interval: TimeInterval, atMs: number): boolean {
  const { times, weekdays, daysOfMonth, months, years, clock } = interval
  const at = clock.at(atMs)
  return (
    anyOf(times, ({ from, to }) => at.minuteOfDay >= from && at.minuteOfDay < to) &&
    anyOf(daysOfMonth, (range) => isInMonth(range, at)) &&
    anyOf(months, has(at.month)) &&
    anyOf(weekdays, has(at.weekday)) &&
    anyOf(years, has(at.year))
  )
}

/** An empty list contains nothing; one that is not given everything. */
const anyOf = (ranges: readonly Range[] | undefined, test: (range: Range) => boolean) =>
  ranges === undefined || ranges.some(test)

const has =
  (value: number) =>
  ({ from, to }: Range) =>
    value >= from && value <= to

/** Upstream takes a month in which summer time begins for a day shorter; here it is not. */
function isInMonth({ from, to }: Range, { year, month, day }: WallTime): boolean {
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const dayOf = (number: number) => (number < 0 ? days + number + 1 : number)
  return day >= dayOf(from) && day <= dayOf(to)
}

const weekdayNames = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')

const monthNames =
  'january february march april may june july august september october november december'.split(' ')

/** `09:00` and `17:00`; the day ends at `24:00`. Throws, as all below, in upstream's words. */
export function parseTimes(start: string, end: string): Range {
  if (start === '' || end === '') throw new SyntaxError('both start and end times must be provided')
  const range = { from: minuteOf(start), to: minuteOf(end) }
  if (range.from < range.to) return range
  throw new SyntaxError('start time cannot be equal or greater than end time')
}

function minuteOf(text: string): number {
  if (!/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/.test(text))
    throw new SyntaxError(`couldn't parse timestamp ${text}, invalid format`)
  const [hours = 0, minutes = 0] = text.split(':').map(Number)
  return hours * 60 + minutes
}

/** `monday`, `Monday:friday`. */
export function parseWeekdays(text: string): Range {
  const range = rangeOf(text, (name) => {
    const index = weekdayNames.indexOf(name)
    if (index === -1) throw new SyntaxError(`${name} is not a valid weekday`)
    return index
  })
  if (range.from > range.to) throw new SyntaxError('start day cannot be before end day')
  return range
}

/** `1`, `1:5`, `-3:-1`. */
export function parseDaysOfMonth(text: string): Range {
  const range = rangeOf(text, wholeOf)
  for (const day of [range.from, range.to])
    if (day === 0 || day < -31 || day > 31)
      throw new SyntaxError(`${day} is not a valid day of the month: out of range`)
  if (range.from < 0 && range.to > 0)
    throw new SyntaxError('end day must be negative if start day is negative')
  // In the shortest month: there are ranges that are empty in some months only.
  const inFebruary = (day: number) => (day < 0 ? 28 + day : day)
  if (inFebruary(range.from) > inFebruary(range.to))
    throw new SyntaxError(`end day ${range.to} is always before start day ${range.from}`)
  return range
}

/** `5`, `may:August`. Numbers beyond 12 are months that never come. */
export function parseMonths(text: string): Range {
  const range = rangeOf(text, (name) => {
    const index = monthNames.indexOf(name)
    if (index !== -1) return index + 1
    if (!whole.test(name)) throw new SyntaxError(`${name} is not a valid month`)
    return Number(name)
  })
  const nameOf = (month: number) => monthNames[month - 1] ?? ''
  if (range.from > range.to)
    throw new SyntaxError(
      `end month ${nameOf(range.to)} is before start month ${nameOf(range.from)}`,
    )
  return range
}

/** `2026`, `2026:2030`. */
export function parseYears(text: string): Range {
  const range = rangeOf(text, wholeOf)
  if (range.from > range.to)
    throw new SyntaxError(`end year ${range.to} is before start year ${range.from}`)
  return range
}

export function parseLocation(name: string): WallClock {
  const clock = wallClockOf(name)
  if (clock === undefined) throw new SyntaxError(`unknown time zone ${name}`)
  return clock
}

function rangeOf(text: string, numberOf: (member: string) => number): Range {
  const given = text.toLowerCase()
  const [from = '', to = from, ...rest] = given.split(':')
  if (rest.length > 0) throw new SyntaxError(`couldn't parse range ${given}, invalid format`)
  return { from: numberOf(from), to: numberOf(to) }
}

const whole = /^[+-]?\d+$/

function wholeOf(text: string): number {
  if (!whole.test(text))
    throw new SyntaxError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
