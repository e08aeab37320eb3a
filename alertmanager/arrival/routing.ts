/** The route tree: which routes an alert takes, and which aggregation group it falls into. */
import { createHash } from 'node:crypto'
import { formatLabels, type Labels, labelsKey } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'
import type { NamedInterval } from '../config/time-intervals.ts'

export interface Route {
  /** Unique in the tree, and the same after a reload that leaves this route as it is. */
  readonly id: string
  /** `{}/{severity="critical"}`: the matchers from the root on. */
  readonly key: string
  readonly receiver: string
  /** Label names, or every label. */
  readonly groupBy: readonly string[] | 'all labels'
  readonly groupWaitMs: number
  readonly groupIntervalMs: number
  readonly repeatIntervalMs: number
  readonly matchers: readonly Matcher[]
  /** Siblings after this one are tried as well. */
  readonly continues: boolean
  /** Something is told within one of these only; none: at any time. They are not handed down. */
  readonly activeTimes: readonly NamedInterval[]
  /** Nothing is told within any of these. They are not handed down. */
  readonly muteTimes: readonly NamedInterval[]
  /** Templates by the label's name; a child's go before its parent's. */
  readonly labels: Labels
  readonly routes: readonly Route[]
}

/** What names an aggregation group. */
export interface GroupName {
  readonly id: string
  /** As upstream writes it: `{}/{severity="critical"}:{alertname="x"}`. */
  readonly key: string
  readonly labels: Labels
}

/** Depth first; the first child that matches wins unless it continues; none: the node itself. */
export function routesOf(node: Route, labels: Labels): readonly Route[] {
  const found: Route[] = []
  for (const child of node.routes) {
    if (!matchesAll(child.matchers, labels)) continue
    found.push(...routesOf(child, labels))
    if (!child.continues) break
  }
  return found.length === 0 ? [node] : found
}

export function groupOf(route: Route, labels: Labels): GroupName {
  const own = groupLabelsOf(route, labels)
  const id = createHash('sha256')
    .update(`${route.id}\u0000${labelsKey(own)}`)
    .digest('hex')
  return { id: id.slice(0, 32), key: `${route.key}:${formatLabels(own)}`, labels: own }
}

function groupLabelsOf({ groupBy }: Route, labels: Labels): Labels {
  if (groupBy === 'all labels') return labels
  return Object.fromEntries(
    groupBy.flatMap((name) => {
      const value = labels[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

/** Every route of the tree by its id. */
export function routesById(root: Route): ReadonlyMap<string, Route> {
  const found = new Map<string, Route>()
  const visit = (route: Route) => {
    found.set(route.id, route)
    route.routes.forEach(visit)
  }
  visit(root)
  return found
}
