/** Reads `time_intervals:`, and `mute_time_intervals:` as it was called. */
import { explained, fields, isNothing, list, type Place, parsed, refusal, text } from './reader.ts'
import {
  parseDaysOfMonth,
  parseLocation,
  parseMonths,
  parseTimes,
  parseWeekdays,
  parseYears,
  type TimeInterval,
} from './time-interval.ts'

/** Contains what any of its intervals contains. */
export interface NamedInterval {
  readonly name: string
  readonly intervals: readonly TimeInterval[]
}

const keys = {
  named: { known: ['name', 'time_intervals'] },
  interval: { known: ['times', 'weekdays', 'days_of_month', 'months', 'years', 'location'] },
  times: { known: ['start_time', 'end_time'] },
}

/** `what`: how upstream calls one that has no name. */
export function readNamedInterval(at: Place, what: string): NamedInterval {
  const own = fields(at, keys.named)
  const name = own.optional('name', text) ?? ''
  if (name === '') throw refusal(at, `missing name in ${what}`)
  return { name, intervals: own.optional('time_intervals', list(readTimeInterval)) ?? [] }
}

export function readTimeInterval(at: Place): TimeInterval {
  const always = parseLocation('UTC')
  if (isNothing(at)) return { clock: always }
  const own = fields(at, keys.interval)
  const given = {
    times: own.optional('times', list(readTimes)),
    weekdays: own.optional('weekdays', list(parsed(parseWeekdays))),
    daysOfMonth: own.optional('days_of_month', list(parsed(parseDaysOfMonth))),
    months: own.optional('months', list(parsed(parseMonths))),
    years: own.optional('years', list(parsed(parseYears))),
  }
  return { ...given, clock: own.optional('location', parsed(parseLocation)) ?? always }
}

function readTimes(at: Place) {
  const own = fields(at, keys.times)
  const start = own.optional('start_time', text) ?? ''
  const end = own.optional('end_time', text) ?? ''
  return explained(at, () => parseTimes(start, end))
}
