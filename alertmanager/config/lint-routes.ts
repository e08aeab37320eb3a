/** What is certainly odd in a route tree: what nobody hears, what nothing reaches, what waits. */
import { formatDuration } from '#lib/duration'
import type { Matcher } from '#lib/matcher'
import type { Route } from '../arrival/routing.ts'
import type { Found } from './finding.ts'
import { type Facts, factsOf } from './implication.ts'
import { formatMatchers } from './matchers.ts'
import type { Receiver } from './receiver.ts'

interface Lint {
  readonly receivers: ReadonlyMap<string, Receiver>
  readonly retentionMs: number
}

export function lintRoutes(root: Route, lint: Lint): readonly Found[] {
  return lintRoute({ route: root, parent: undefined, facts: [] }, lint)
}

interface Step {
  readonly route: Route
  readonly parent: Route | undefined
  /** What all alerts that come here match. */
  readonly facts: readonly Matcher[]
}

function lintRoute({ route, parent, facts }: Step, lint: Lint): readonly Found[] {
  const takers = createTakers()
  return [
    ...nobody(route, parent, lint),
    ...lintTimes(route, parent, lint.retentionMs),
    ...silent(route),
    ...route.routes.flatMap((child) => {
      const own = [...facts, ...child.matchers]
      const unreached = neverReached(child, own, takers)
      takers.add(child)
      if (unreached !== undefined) return [unreached]
      return lintRoute({ route: child, parent: route, facts: own }, lint)
    }),
  ]
}

/** What people call a receiver that is there to drop things. */
const meantForNobody = new Set(['null', 'none', 'drop', 'blackhole', 'devnull'])

/** Said where the receiver is named, not at every route that it is handed down to. */
function nobody(at: Route, parent: Route | undefined, { receivers }: Lint): readonly Found[] {
  if (at.receiver === parent?.receiver) return []
  if (receivers.get(at.receiver)?.integrations.length !== 0) return []
  if (meantForNobody.has(at.receiver)) return []
  return [
    {
      at,
      check: 'told to nobody',
      what: `receiver "${at.receiver}" has no integration, so what is routed here is told to nobody`,
      remedy: 'give it an integration or name another receiver',
    },
  ]
}

function neverReached(at: Route, facts: readonly Matcher[], before: Takers): Found | undefined {
  const check = 'never reached'
  const known = factsOf(facts)
  if (known.contradict)
    return {
      at,
      check,
      what: `no alert matches ${formatMatchers(facts)}, which is what comes here`,
      remedy: 'correct the matchers, of this route or of those above',
    }
  const shadow = before.find(known)
  if (shadow === undefined) return undefined
  return {
    at,
    check,
    what: `an earlier route with ${formatMatchers(shadow.matchers)} takes every alert of this one`,
    remedy: 'put this one before it, or let the earlier one continue',
  }
}

interface Takers {
  add(route: Route): void
  /** One that leaves nothing of what `facts` are about to its later siblings. */
  find(facts: Facts): Route | undefined
}

/** Each is kept by one label that it wants to have one value: of thousands, few are looked at. */
function createTakers(): Takers {
  const byLabel = new Map<string, Route[]>()
  const others: Route[] = []
  const keyOf = (name: string, value: string) => JSON.stringify([name, value])
  return {
    add(route) {
      if (route.continues) return
      const exact = route.matchers.find(({ operator }) => operator === '=')
      if (exact === undefined) return void others.push(route)
      const key = keyOf(exact.name, exact.value)
      byLabel.set(key, [...(byLabel.get(key) ?? []), route])
    },
    find(facts) {
      const alike = facts.fixed.flatMap(([name, value]) => byLabel.get(keyOf(name, value)) ?? [])
      return [...others, ...alike].find(({ matchers }) => facts.imply(matchers))
    },
  }
}

function silent(at: Route): readonly Found[] {
  const { activeTimes } = at
  if (activeTimes.length === 0 || activeTimes.some(({ intervals }) => intervals.length > 0))
    return []
  return [
    {
      at,
      check: 'never active',
      what: 'its active_time_intervals contain no time, so it never tells anything',
      remedy: 'give them time_intervals or do without them',
    },
  ]
}

/** Said where one of the times is given, not at every route that they are handed down to. */
function lintTimes(at: Route, parent: Route | undefined, retentionMs: number): readonly Found[] {
  const names = ['groupWaitMs', 'groupIntervalMs', 'repeatIntervalMs'] as const
  if (parent !== undefined && names.every((name) => at[name] === parent[name])) return []
  const { groupWaitMs, groupIntervalMs, repeatIntervalMs } = at
  const [wait, interval, repeat] = names.map((name) => formatDuration(at[name]))
  const found: Found[] = []
  const add = (check: string, what: string, remedy: string) =>
    found.push({ at, check, what, remedy })
  if (groupWaitMs > groupIntervalMs)
    add(
      'long group_wait',
      `group_wait ${wait} is longer than group_interval ${interval}`,
      'the first message waits longer than any later one: shorten group_wait',
    )
  const rounded = Math.ceil(repeatIntervalMs / groupIntervalMs) * groupIntervalMs
  if (rounded !== repeatIntervalMs)
    add(
      'uneven repeat_interval',
      `repeat_interval ${repeat} is looked at every group_interval ${interval} only`,
      `write ${formatDuration(rounded)}, which is what happens`,
    )
  if (repeatIntervalMs > retentionMs)
    add(
      'long repeat_interval',
      `repeat_interval ${repeat} is longer than --data.retention ${formatDuration(retentionMs)}`,
      'what was told is forgotten then and told again: raise the retention or repeat sooner',
    )
  return found
}
