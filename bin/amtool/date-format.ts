/** Writes times in a layout of Go: its example instant, Monday 2 January 2006 15:04:05. */
export const defaultDateFormat = '2006-01-02 15:04:05 MST'

const months =
  'January February March April May June July August September October November December'
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'

type Part = (at: Date) => string

const two = (value: number) => String(value).padStart(2, '0')
const monthOf: Part = (at) => months.split(' ')[at.getUTCMonth()] ?? ''
const dayOf: Part = (at) => days.split(' ')[at.getUTCDay()] ?? ''
const hour12 = (at: Date) => at.getUTCHours() % 12 || 12

/** Longer ones first, so that `January` is not taken for `Jan`. */
const parts: readonly (readonly [string, Part])[] = [
  ['January', monthOf],
  ['Monday', dayOf],
  ['-07:00', () => '+00:00'],
  ['Z07:00', () => 'Z'],
  ['-0700', () => '+0000'],
  ['.000', (at) => `.${String(at.getUTCMilliseconds()).padStart(3, '0')}`],
  ['2006', (at) => String(at.getUTCFullYear())],
  ['Jan', (at) => monthOf(at).slice(0, 3)],
  ['Mon', (at) => dayOf(at).slice(0, 3)],
  ['MST', () => 'UTC'],
  ['01', (at) => two(at.getUTCMonth() + 1)],
  ['02', (at) => two(at.getUTCDate())],
  ['03', (at) => two(hour12(at))],
  ['04', (at) => two(at.getUTCMinutes())],
  ['05', (at) => two(at.getUTCSeconds())],
  ['06', (at) => two(at.getUTCFullYear() % 100)],
  ['15', (at) => two(at.getUTCHours())],
  ['_2', (at) => String(at.getUTCDate()).padStart(2)],
  ['PM', (at) => (at.getUTCHours() < 12 ? 'AM' : 'PM')],
  ['1', (at) => String(at.getUTCMonth() + 1)],
  ['2', (at) => String(at.getUTCDate())],
  ['3', (at) => String(hour12(at))],
  ['4', (at) => String(at.getUTCMinutes())],
  ['5', (at) => String(at.getUTCSeconds())],
]

const any = new RegExp(parts.map(([text]) => text.replace('.', '\\.')).join('|'), 'g')
const partOf = new Map(parts)

export function formatDate(at: Date, layout: string): string {
  return layout.replace(any, (text) => partOf.get(text)?.(at) ?? text)
}
