/** What the address of the page asks for: which dashboard, when, in which light. */
import { dateTime, type TimeRange } from '@grafana/data'
import type { Dashboard } from './dashboard.ts'

export interface Asking {
  readonly board: string
  readonly theme: 'dark' | 'light'
  readonly nowMs: number
  readonly scrapeIntervalMs: number
  /** Values of variables, chosen by `var-host=…` as in Grafana. */
  readonly chosen: ReadonlyMap<string, readonly string[]>
}

export function askingOf(search: string): Asking {
  const parameters = new URLSearchParams(search)
  const names = [...new Set(parameters.keys())].filter((name) => name.startsWith('var-'))
  return {
    board: parameters.get('board') ?? 'stor-fleet',
    theme: parameters.get('theme') === 'light' ? 'light' : 'dark',
    nowMs: 1000 * Number(parameters.get('time') ?? Date.now() / 1000),
    scrapeIntervalMs: 1000 * Number(parameters.get('interval') ?? 15),
    chosen: new Map(names.map((name) => [name.slice(4), parameters.getAll(name)])),
  }
}

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `now-3h` until now. */
export function timeRangeOf({ time }: Dashboard, { nowMs }: Asking): TimeRange {
  const [, amount = '3', unit = 'h'] = /^now-(\d+)([mhd])$/.exec(time.from) ?? []
  const [from, to] = [dateTime(nowMs - Number(amount) * (unitsMs[unit] ?? 0)), dateTime(nowMs)]
  return { from, to, raw: time }
}
