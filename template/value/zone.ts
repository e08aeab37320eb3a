/** Time zones, as the runtime's own data has them. */

import { lettersOf } from './zone-letters.ts'

export interface Zone {
  /** Go's name of it: `UTC`, `Europe/Paris`. */
  readonly name: string
  at(epochMs: number): { readonly offsetSeconds: number; readonly abbreviation: string }
}

export const utc: Zone = {
  name: 'UTC',
  at: () => ({ offsetSeconds: 0, abbreviation: 'UTC' }),
}

/** A zone that a time was written with, by its offset alone or by a name beside it. */
export function fixedZone(offsetSeconds: number, abbreviation = ''): Zone {
  return { name: abbreviation, at: () => ({ offsetSeconds, abbreviation }) }
}

/** As Go writes an offset: `+0200`. */
export function offsetText(offsetSeconds: number, colon = ''): string {
  const minutes = Math.trunc(Math.abs(offsetSeconds) / 60)
  const two = (count: number) => String(count).padStart(2, '0')
  const sign = offsetSeconds < 0 ? '-' : '+'
  return `${sign}${two(Math.trunc(minutes / 60))}${colon}${two(minutes % 60)}`
}

const known = new Map<string, Zone>([
  ['', utc],
  ['UTC', utc],
])
/** Zones have names of the configuration's, so there are few; a flood of them is not kept. */
const knownMax = 500

/** Undefined where there is no such zone. */
export function zoneOf(name: string): Zone | undefined {
  const found = known.get(name)
  if (found !== undefined) return found
  const zone = openZone(name)
  if (zone !== undefined && known.size < knownMax) known.set(name, zone)
  return zone
}

function openZone(name: string): Zone | undefined {
  const isLocal = name === 'Local'
  const parts = clockIn(isLocal ? undefined : name)
  if (parts === undefined) return undefined
  const timeZone = isLocal ? parts.resolvedOptions().timeZone : name
  return {
    name,
    at(epochMs) {
      const offsetSeconds = offsetIn(parts, epochMs)
      return { offsetSeconds, abbreviation: abbreviationOf(timeZone, epochMs, offsetSeconds) }
    },
  }
}

function clockIn(timeZone: string | undefined): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...(timeZone === undefined ? {} : { timeZone }),
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined // The runtime knows no such zone.
  }
}

function offsetIn(clock: Intl.DateTimeFormat, epochMs: number): number {
  const parts = new Map(clock.formatToParts(epochMs).map(({ type, value }) => [type, value]))
  const part = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name) ?? 0)
  const year = parts.get('era') === 'BC' ? 1 - part('year') : part('year')
  const shown = new Date(0)
  shown.setUTCFullYear(year, part('month') - 1, part('day'))
  shown.setUTCHours(part('hour'), part('minute'), part('second'))
  return Math.round((shown.getTime() - Math.floor(epochMs / 1000) * 1000) / 1000)
}

/** English of different places knows the zones of those places by their letters. */
const locales = ['en-US', 'en-GB', 'en-AU', 'en-CA', 'en-NZ']

function abbreviationOf(timeZone: string, epochMs: number, offsetSeconds: number): string {
  const fixed = lettersOf(timeZone, offsetSeconds)
  if (fixed !== undefined) return fixed
  for (const locale of locales) {
    const format = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'short' })
    const found = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value
    if (found !== undefined && /^[A-Z]{3,5}$/.test(found)) return found
  }
  const text = offsetText(offsetSeconds)
  return text.endsWith('00') ? text.slice(0, 3) : text
}
