/** Reads `route:`, with what a child inherits from its parent. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Route } from '../arrival/routing.ts'
import { formatMatchers } from './matchers.ts'
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
import { labelName, matcherList, oldMatchers } from './route-matchers.ts'
import type { NamedInterval } from './time-intervals.ts'

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
    'mute_time_intervals',
    'active_time_intervals',
    'labels',
  ],
}

const seconds = 1000

/** What a route may name, and what is noted of it. */
export interface RouteContext {
  readonly receivers: ReadonlyMap<string, unknown>
  readonly intervals: ReadonlyMap<string, NamedInterval>
  /** Remembers where it stands. */
  readonly note: (route: Route, at: Place) => Route
}

export function readRoot(at: Place, context: RouteContext): Route {
  const own = fields(at, keys)
  const receiver = own.optional('receiver', text) ?? ''
  if (receiver === '') throw refusal(at, 'root route must specify a default receiver')
  if (readMatchers(own).length > 0) throw refusal(at, 'root route must not have any matchers')
  if ((own.optional('mute_time_intervals', list(text)) ?? []).length > 0)
    throw refusal(at, 'root route must not have any mute time intervals')
  if ((own.optional('active_time_intervals', list(text)) ?? []).length > 0)
    throw refusal(at, 'root route must not have any active time intervals')
  if (own.optional('continue', truth) === true)
    throw refusal(at, 'cannot have continue in root route')
  return readRoute(at, { ...context, seen: new Map(), parent: aboveRoot })
}

const aboveRoot: Route = {
  id: '',
  key: '',
  receiver: '',
  groupBy: [],
  groupWaitMs: 30 * seconds,
  groupIntervalMs: 300 * seconds,
  repeatIntervalMs: 4 * 3600 * seconds,
  matchers: [],
  continues: false,
  activeTimes: [],
  muteTimes: [],
  labels: {},
  routes: [],
}

interface Above extends RouteContext {
  readonly parent: Route
  /** How often an identity came up: two routes that look alike stay two. */
  readonly seen: Map<string, number>
}

function readRoute(at: Place, above: Above): Route {
  const own = fields(at, keys)
  const { parent, intervals } = above
  const matchers = readMatchers(own)
  const isRoot = parent.key === ''
  const key = isRoot ? '{}' : `${parent.key}/${formatMatchers(matchers)}`
  const receiver = own.optional('receiver', known(above)) ?? parent.receiver
  const times = list(intervalOf(intervals))
  const node: Route = {
    id: identity(`${key} ${receiver}`, above.seen),
    key,
    receiver,
    matchers,
    groupBy: own.optional('group_by', readGroupBy) ?? parent.groupBy,
    groupWaitMs: own.optional('group_wait', durationMs) ?? parent.groupWaitMs,
    groupIntervalMs: own.optional('group_interval', positive) ?? parent.groupIntervalMs,
    repeatIntervalMs: own.optional('repeat_interval', positive) ?? parent.repeatIntervalMs,
    continues: own.optional('continue', truth) ?? false,
    activeTimes: own.optional('active_time_intervals', times) ?? [],
    muteTimes: own.optional('mute_time_intervals', times) ?? [],
    labels: { ...parent.labels, ...own.optional('labels', readLabels) },
    routes: [],
  }
  const child = (place: Place) => readRoute(place, { ...above, parent: node })
  return above.note({ ...node, routes: own.optional('routes', list(child)) ?? [] }, at)
}

function identity(look: string, seen: Map<string, number>): string {
  const count = (seen.get(look) ?? 0) + 1
  seen.set(look, count)
  return count === 1 ? look : `${look} ${count}`
}

/** An empty name is none. */
const known =
  ({ receivers }: RouteContext) =>
  (at: Place) => {
    const name = text(at)
    if (name === '') return undefined
    if (!receivers.has(name)) throw refusal(at, `undefined receiver "${name}" used in route`)
    return name
  }

const intervalOf = (intervals: ReadonlyMap<string, NamedInterval>) => (at: Place) => {
  const name = text(at)
  const found = intervals.get(name)
  if (found === undefined) throw refusal(at, `undefined time interval "${name}" used in route`)
  return found
}

/** Their values are templates: they are filled in where the group is told. */
function readLabels(at: Place): Labels {
  const labels = textMap(at)
  for (const name of labels.keys()) labelName(at, name, 'in labels')
  return Object.fromEntries(labels)
}

function positive(at: Place): number {
  const ms = durationMs(at)
  if (ms === 0) throw refusal(at, `${at.path} cannot be zero`)
  return ms
}

function readGroupBy(at: Place): Route['groupBy'] {
  const names = list(text)(at)
  const named = names.filter((name) => name !== '...')
  for (const name of named) labelName(at, name, 'in group_by list')
  if (named.length > 0 && named.length < names.length)
    throw refusal(at, 'cannot have wildcard group_by (`...`) and other labels at the same time')
  const repeated = named.find((name, i) => named.indexOf(name) !== i)
  if (repeated !== undefined) throw refusal(at, `duplicated label "${repeated}" in group_by`)
  return names.length > named.length ? 'all labels' : named
}

function readMatchers(own: Fields): readonly Matcher[] {
  return [
    ...(own.optional('match', (at) => oldMatchers(at, '=')) ?? []),
    ...(own.optional('match_re', (at) => oldMatchers(at, '=~')) ?? []),
    ...(own.optional('matchers', matcherList) ?? []),
  ]
}
