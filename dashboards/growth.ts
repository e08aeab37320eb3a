/** How much a counter grew, its birth included: many come into being with their first event. */
export function growth(counter: string, range: string): string {
  return `((${counter} unless ${counter} offset ${range}) or increase(${counter}[${range}]))`
}
