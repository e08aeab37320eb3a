/** Parts of a date, in UTC, of values that are seconds since the epoch. */
import { noLabels } from '../label-set.ts'
import { vectorOf } from '../values.ts'
import { type FunctionBody, perElement } from './call-site.ts'

export const dates: Readonly<Record<string, FunctionBody>> = {
  minute: part(({ second }) => Math.floor(second / 60) % 60),
  hour: part(({ second }) => Math.floor(second / 3600)),
  day_of_week: part(({ weekday }) => weekday),
  day_of_month: part(({ day }) => day),
  day_of_year: part(({ dayOfYear }) => dayOfYear),
  days_in_month: part(({ daysInMonth }) => daysInMonth),
  month: part(({ month }) => month),
  year: part(({ year }) => year),
}

/** Without an argument the time of the evaluation is taken apart. */
function part(of: (moment: Moment) => number): FunctionBody {
  const ofEach = perElement((seconds) => of(momentOf(seconds)))
  return (args, { atMs, ...site }) => {
    const now = { labels: noLabels, value: atMs / 1000, sampledAtMs: undefined, origin: undefined }
    return ofEach(args.length === 0 ? [vectorOf([now])] : args, { atMs, ...site })
  }
}

interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly dayOfYear: number
  readonly daysInMonth: number
  /** Sunday is 0. */
  readonly weekday: number
  /** Of the day. */
  readonly second: number
}

const dayMs = 86_400_000
const daySeconds = 86_400n

/** So many years have as many days as any other so many, and begin on the same weekday. */
const cycleYears = 400n
const cycleSeconds = 146_097n * daySeconds

/** In the cycle of years that stands for all; it begins as every cycle does. */
const cycleStartYear = 2001
const cycleStartMs = Date.UTC(cycleStartYear, 0, 1)

/** Go counts from the first of January of this year, in 64 bits, and so does what overflows. */
const firstYear = -292_277_022_399n
const cyclesBefore = (BigInt(cycleStartYear) - firstYear) / cycleYears
const firstSeconds = cyclesBefore * cycleSeconds - BigInt(cycleStartMs / 1000)

function momentOf(seconds: number): Moment {
  const since = BigInt.asUintN(64, whole(seconds) + firstSeconds)
  const date = new Date(cycleStartMs + Number(since % cycleSeconds) * 1000)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  const midnightMs = Math.floor(date.getTime() / dayMs) * dayMs
  return {
    year: Number(firstYear + (since / cycleSeconds) * cycleYears) + year - cycleStartYear,
    month: month + 1,
    day: date.getUTCDate(),
    dayOfYear: (midnightMs - Date.UTC(year, 0, 1)) / dayMs + 1,
    daysInMonth: new Date(Date.UTC(year, month + 1, 0)).getUTCDate(),
    weekday: date.getUTCDay(),
    second: (date.getTime() - midnightMs) / 1000,
  }
}

/** What has no place in 64 bits becomes the least that has, NaN too. */
function whole(seconds: number): bigint {
  const least = -(2 ** 63)
  return BigInt(Math.abs(seconds) < 2 ** 63 ? Math.trunc(seconds) : least)
}
