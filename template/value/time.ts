/** Go's `time.Time`: a moment to the nanosecond, and the zone it is shown in. */
import { offsetText, utc, type Zone } from './zone.ts'

export class GoTime {
  readonly kind = 'time'
  readonly type = 'time.Time'
  readonly epochNs: bigint
  readonly zone: Zone

  constructor(epochNs: bigint, zone: Zone = utc) {
    this.epochNs = epochNs
    this.zone = zone
  }

  toString(): string {
    const { fraction, offsetSeconds, abbreviation } = civilOf(this)
    const shown = fraction.replace(/0+$/, '')
    const offset = offsetText(offsetSeconds)
    const named = abbreviation === '' ? offset : abbreviation
    return `${dateText(this)} ${clockText(this)}${shown && `.${shown}`} ${offset} ${named}`
  }

  /** RFC 3339, as `toJson` writes it. */
  toJson(): string {
    const { fraction, offsetSeconds } = civilOf(this)
    const shown = fraction.replace(/0+$/, '')
    const offset = offsetSeconds === 0 ? 'Z' : offsetText(offsetSeconds, ':')
    return `${dateText(this)}T${clockText(this)}${shown && `.${shown}`}${offset}`
  }
}

/** Go's zero time, the first second of the year 1. */
export const zeroTime = new GoTime(-62_135_596_800_000_000_000n)

const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/

/** Undefined where the text is no time of RFC 3339. */
export function parseTime(text: string): GoTime | undefined {
  const [, seconds = '', fraction = '', zone = ''] = rfc3339.exec(text) ?? []
  const epochMs = Date.parse(seconds + zone)
  if (Number.isNaN(epochMs)) return undefined
  return new GoTime(BigInt(epochMs) * 1_000_000n + BigInt(fraction.padEnd(9, '0')))
}

export const timeOfMs = (epochMs: number) => new GoTime(BigInt(Math.trunc(epochMs)) * 1_000_000n)

export interface Civil {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  /** Nine digits. */
  readonly fraction: string
  /** From 0, Sunday. */
  readonly weekday: number
  readonly offsetSeconds: number
  readonly abbreviation: string
}

/** The date and clock that the zone shows at that moment. */
export function civilOf({ epochNs, zone }: GoTime): Civil {
  const ns = ((epochNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n
  const epochMs = Number((epochNs - ns) / 1_000_000n)
  const { offsetSeconds, abbreviation } = zone.at(epochMs)
  const shown = new Date(epochMs + offsetSeconds * 1000)
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    fraction: ns.toString().padStart(9, '0'),
    weekday: shown.getUTCDay(),
    offsetSeconds,
    abbreviation,
  }
}

export const two = (count: number) => String(count).padStart(2, '0')

function dateText(time: GoTime): string {
  const { year, month, day } = civilOf(time)
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
}

function clockText(time: GoTime): string {
  const { hour, minute, second } = civilOf(time)
  return `${two(hour)}:${two(minute)}:${two(second)}`
}
