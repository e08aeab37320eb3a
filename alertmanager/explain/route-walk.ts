/** Which routes an alert is tried on, in order, and what becomes of it at each. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Route } from '../arrival/routing.ts'
import { formatMatcher, formatMatchers } from '../config/matchers.ts'

export interface Tried {
  readonly route: Route
  readonly depth: number
  /** Those that do not match. */
  readonly failed: readonly Matcher[]
  /** An earlier sibling took the alert and does not continue. */
  readonly isSkipped: boolean
  /** The alert ends here. */
  readonly isTaken: boolean
}

function walk(route: Route, labels: Labels, depth = 0): readonly Tried[] {
  const below: Tried[] = []
  let isOver = false
  for (const child of route.routes) {
    const failed = child.matchers.filter((matcher) => !matcher.matches(labels))
    if (isOver || failed.length > 0)
      below.push({ route: child, depth: depth + 1, failed, isSkipped: isOver, isTaken: false })
    else {
      below.push(...walk(child, labels, depth + 1))
      isOver = !child.continues
    }
  }
  const isTaken = !below.some((tried) => tried.isTaken)
  return [{ route, depth, failed: [], isSkipped: false, isTaken }, ...below]
}

export const routeSteps = (root: Route, labels: Labels): readonly string[] =>
  walk(root, labels).map((tried) => `${'  '.repeat(tried.depth)}${lineOf(tried, labels)}`)

function lineOf({ route, depth, failed, isSkipped, isTaken }: Tried, labels: Labels): string {
  const name = depth === 0 ? 'root' : formatMatchers(route.matchers)
  if (isSkipped) return `${name}: not tried, the route before it does not continue`
  if (failed.length > 0) {
    const why = failed.map((one) => `${formatMatcher(one)} is not so, ${labelOf(one, labels)}`)
    return `${name}: no: ${why.join('; ')}`
  }
  if (!isTaken) return `${name}: matches, and a route below it takes the alert`
  return `${name}: matches and is taken, receiver "${route.receiver}"`
}

function labelOf({ name }: Matcher, labels: Labels): string {
  const value = labels[name]
  return value === undefined ? `there is no ${name}` : `${name} is ${JSON.stringify(value)}`
}
