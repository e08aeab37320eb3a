/** How much a counter grew, its birth included: many come into being with their first event. */
export function growth(counter: string, range: string): string {
  return `((${counter} unless ${counter} offset ${range}) or increase(${counter}[${range}]))`
}

/**
 * How much a figure that stays where it is grew within a day, as its alert sees it. What came since
 * the last step of the day before is nothing new yet.
 */
export const newOfDay = (figure: string) =>
  `${figure} - (min_over_time((${figure})[1d:10m]) or ${figure})`
