/** Parts of a date, in UTC, of values that are seconds since the epoch. */
import { noLabels } from '../label-set.ts'
import { vectorOf } from '../values.ts'
import { type FunctionBody, perElement } from './call-site.ts'

const dayMs = 86_400_000

export const dates: Readonly<Record<string, FunctionBody>> = {
  minute: part((date) => date.getUTCMinutes()),
  hour: part((date) => date.getUTCHours()),
  day_of_week: part((date) => date.getUTCDay()),
  day_of_month: part((date) => date.getUTCDate()),
  day_of_year: part((date) => {
    const midnightMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate())
    return (midnightMs - Date.UTC(date.getUTCFullYear(), 0, 1)) / dayMs + 1
  }),
  days_in_month: part((date) => {
    const after = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    return new Date(after - dayMs).getUTCDate()
  }),
  month: part((date) => date.getUTCMonth() + 1),
  year: part((date) => date.getUTCFullYear()),
}

/** Without an argument the time of the evaluation is taken apart. */
function part(of: (date: Date) => number): FunctionBody {
  const ofEach = perElement((seconds) => of(new Date(Math.trunc(seconds) * 1000)))
  return (args, { atMs, ...site }) => {
    const now = { labels: noLabels, value: atMs / 1000, sampledAtMs: undefined, origin: undefined }
    return ofEach(args.length === 0 ? [vectorOf([now])] : args, { atMs, ...site })
  }
}
