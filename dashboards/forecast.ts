/** Days until something is full, in plain PromQL: a straight line through its free space. */

export interface Room {
  /** A gauge of free bytes, or a range of its own such as `(a - b)[7d:1h]`. */
  readonly free: string
  readonly range: string
  readonly seconds: number
}

/**
 * Absent unless it shrinks and the line fits: of the square of what varies, more than half is the
 * line's. (The line's own part is slope² × window² / 12.)
 */
export function daysToFull({ free, range, seconds }: Room): string {
  const slope = `deriv(${range})`
  const ofLine = `${slope} ^ 2 * ${seconds} ^ 2 / 12`
  return (
    `(${free}) / -(${slope} < 0) / 86400 ` +
    `and (${ofLine} / stdvar_over_time(${range}) > 0.5) and (${free}) > 0`
  )
}
