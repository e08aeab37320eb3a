/** What the clock on the wall shows in a time zone. */

export interface WallTime {
  readonly year: number
  /** January is 1. */
  readonly month: number
  readonly day: number
  /** Sunday is 0. */
  readonly weekday: number
  readonly minuteOfDay: number
}

export interface WallClock {
  at(ms: number): WallTime
}

/**
 * `UTC`, `Local` (of this machine) or a name of the IANA database, in its spelling. Undefined:
 * there is none of this name. Clocks are kept: a process meets few zones.
 */
export function wallClockOf(zone: string): WallClock | undefined {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const clock = openClock(zone)
  if (clock !== undefined) clocks.set(zone, clock)
  return clock
}

const clocks = new Map<string, WallClock>()

function openClock(zone: string): WallClock | undefined {
  if (zone === '' || zone === 'UTC') return remembering(utc)
  if (zone === 'Local') return remembering(zoned(undefined))
  return isZoneName(zone) ? remembering(zoned(zone)) : undefined
}

/** Names of three letters that are zones; the runtime knows more, which are none elsewhere. */
const shortNames = 'CET EET EST GMT HST MET MST PRC ROC ROK UCT WET'.split(' ')

function isZoneName(name: string): boolean {
  if (/^[A-Z]{3}$/.test(name)) return shortNames.includes(name)
  // Every part of a name begins with a capital; an offset such as +01:00 is no name.
  if (!/^[A-Z][A-Za-z0-9+_-]*(\/[A-Z][A-Za-z0-9+_-]*)*$/.test(name)) return false
  if (name.startsWith('SystemV/') || name === 'Etc/Unknown') return false
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    return timeZone === name || timeZone.toLowerCase() !== name.toLowerCase()
  } catch {
    return false
  }
}

/** Flushes come in batches: the same second is asked for again and again. */
function remembering(read: (ms: number) => WallTime): WallClock {
  let last: { readonly second: number; readonly time: WallTime } | undefined
  return {
    at(ms) {
      const second = Math.floor(ms / 1000)
      if (last?.second !== second) last = { second, time: read(ms) }
      return last.time
    },
  }
}

function utc(ms: number): WallTime {
  const date = new Date(ms)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    minuteOfDay: date.getUTCHours() * 60 + date.getUTCMinutes(),
  }
}

const parts = ['year', 'month', 'day', 'hour', 'minute'] as const

function zoned(timeZone: string | undefined): (ms: number) => WallTime {
  const format = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...Object.fromEntries(parts.map((part) => [part, 'numeric'])),
    hourCycle: 'h23',
  })
  return (ms) => {
    const shown = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]))
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = parts.map((part) =>
      shown.get(part),
    )
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
    return { year, month, day, weekday, minuteOfDay: hour * 60 + minute }
  }
}
