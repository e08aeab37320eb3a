/** Reads `route:`, with what a child inherits from its parent. */
import { createMatcher, type Matcher } from '#lib/matcher'
import type { Route } from '../arrival/routing.ts'
import { formatMatchers, parseMatchers } from './matchers.ts'
import {
  durationMs,
  type Fields,
  fields,
  list,
  type Place,
  refusal,
  text,
  textMap,
  truth,
} from './reader.ts'

const keys = {
  known: [
    'receiver',
    'matchers',
    'match',
    'match_re',
    'continue',
    'group_by',
    'group_wait',
    'group_interval',
    'repeat_interval',
    'routes',
  ],
  later: ['mute_time_intervals', 'active_time_intervals', 'labels'],
}

const seconds = 1000

export function readRoot(at: Place, receivers: ReadonlySet<string>): Route {
  const own = fields(at, keys)
  if (readMatchers(own).length > 0) throw refusal(at, 'root route must not have any matchers')
  if (own.optional('continue', truth) === true)
    throw refusal(at, 'cannot have continue in root route')
  const seen = new Map<string, number>()
  return readRoute(at, {
    receivers,
    seen,
    parent: {
      id: '',
      key: '',
      receiver: own.required('receiver', text),
      groupBy: [],
      groupWaitMs: 30 * seconds,
      groupIntervalMs: 300 * seconds,
      repeatIntervalMs: 4 * 3600 * seconds,
      matchers: [],
      continues: false,
      routes: [],
    },
  })
}

interface Above {
  readonly parent: Route
  readonly receivers: ReadonlySet<string>
  /** How often an identity came up: two routes that look alike stay two. */
  readonly seen: Map<string, number>
}

function readRoute(at: Place, above: Above): Route {
  const own = fields(at, keys)
  const { parent, receivers, seen } = above
  const matchers = readMatchers(own)
  const isRoot = parent.key === ''
  const key = isRoot ? '{}' : `${parent.key}/${formatMatchers(matchers)}`
  const receiver = own.optional('receiver', known(receivers)) ?? parent.receiver
  const node: Route = {
    id: identity(`${key} ${receiver}`, seen),
    key,
    receiver,
    matchers,
    groupBy: own.optional('group_by', readGroupBy) ?? parent.groupBy,
    groupWaitMs: own.optional('group_wait', durationMs) ?? parent.groupWaitMs,
    groupIntervalMs: own.optional('group_interval', positive) ?? parent.groupIntervalMs,
    repeatIntervalMs: own.optional('repeat_interval', positive) ?? parent.repeatIntervalMs,
    continues: own.optional('continue', truth) ?? false,
    routes: [],
  }
  const child = (place: Place) => readRoute(place, { parent: node, receivers, seen })
  return { ...node, routes: own.optional('routes', list(child)) ?? [] }
}

function identity(look: string, seen: Map<string, number>): string {
  const count = (seen.get(look) ?? 0) + 1
  seen.set(look, count)
  return count === 1 ? look : `${look} ${count}`
}

const known = (receivers: ReadonlySet<string>) => (at: Place) => {
  const name = text(at)
  if (!receivers.has(name)) throw refusal(at, `undefined receiver "${name}" used in route`)
  return name
}

function positive(at: Place): number {
  const ms = durationMs(at)
  if (ms === 0) throw refusal(at, `${at.path} cannot be zero`)
  return ms
}

function readGroupBy(at: Place): Route['groupBy'] {
  const names = list(text)(at)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) throw refusal(at, `duplicated label "${repeated}" in group_by`)
  if (names.includes('') || names.some((name) => name.includes('\n')))
    throw refusal(at, `invalid label name in ${at.path}`)
  if (!names.includes('...')) return names
  if (names.length > 1)
    throw refusal(at, "cannot have wildcard group_by ('...') and other labels at the same time")
  return 'all labels'
}

function readMatchers(own: Fields): readonly Matcher[] {
  return [
    ...(own.optional('match', (at) => oldMatchers(at, '=')) ?? []),
    ...(own.optional('match_re', (at) => oldMatchers(at, '=~')) ?? []),
    ...(own.optional('matchers', matcherList) ?? []),
  ]
}

/** `match`, `source_match` and their like: a mapping from name to value. */
export function oldMatchers(at: Place, operator: '=' | '=~'): readonly Matcher[] {
  return explained(at, () =>
    [...textMap(at)].map(([name, value]) => createMatcher(name, operator, value)),
  )
}

/** `matchers` and its like: each entry is one matcher or several in braces. */
export function matcherList(at: Place): readonly Matcher[] {
  return list((entry) => explained(entry, () => parseMatchers(text(entry))))(at).flat()
}

function explained<T>(at: Place, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) throw refusal(at, error.message)
    throw error
  }
}
