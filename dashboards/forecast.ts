/** Days until something is full, in plain PromQL: a straight line through its free space. */

export interface Room {
  /** Free bytes. */
  readonly free: string
  /** Of the line. */
  readonly days: number
}

/**
 * Absent unless it shrinks and the line fits: of the square of what varies, more than half is the
 * line's. (The line's own part is slope² × window² / 12.)
 */
export function daysToFull(room: Room): string {
  const { free, days } = room
  const range = rangeOf(room, days)
  const slope = `deriv(${range})`
  const ofLine = `${slope} ^ 2 * ${days * 86_400} ^ 2 / 12`
  return known(
    room,
    `(${free}) / -(${slope} < 0) / 86400 ` +
      `and (${ofLine} / stdvar_over_time(${range}) > 0.5) and (${free}) > 0`,
  )
}

/** Bytes that a day takes. */
export const growthOfDay = (room: Room) =>
  known(room, `-86400 * deriv(${rangeOf(room, room.days)})`)

/** A line through minutes says nothing of weeks: there has to be a sample of before its middle. */
const known = (room: Room, what: string) =>
  `${what} and last_over_time(${rangeOf(room, 1)} offset ${room.days * 12}h)`

/** A line needs no more than a point an hour: a month of every scrape is too much to read. */
const rangeOf = ({ free }: Room, days: number) => `(${free})[${days}d:1h]`
