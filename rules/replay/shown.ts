/** Times and changes as a replay prints them. All times are UTC. */
import { formatDuration } from '#lib/duration'

/** `2026-10-11 03:00:00` */
export const fullTime = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')

/** `10-11 03:00:00`: the year stands at the top. */
export const dayTime = (ms: number) => fullTime(ms).slice(5)

/** To the second, which is as exact as evaluations are. */
export const lasting = (ms: number) => formatDuration(Math.round(ms / 1000) * 1000)

/** What becomes of what: one where nothing does. */
export const change = (before: string, after: string) =>
  before === after ? before : `${before} → ${after}`

/** The first lines, and how many more there are. */
export function listed(lines: readonly string[], most: number, what: string): readonly string[] {
  const more = lines.length - most
  return more <= 0 ? lines : [...lines.slice(0, most), `… and ${more} ${what}: --json has all`]
}

export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim()
