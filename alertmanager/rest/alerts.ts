/** `GET /api/v2/alerts` and `/api/v2/alerts/groups`. */
import { type Labels, labelsKey } from '#lib/labels'
import { matchesAll } from '#lib/matcher'
import { groupOf, type Route } from '../arrival/routing.ts'
import type { MatcherMode } from '../config/matchers.ts'
import { intervalsAt, mutedBy } from '../flush/mute.ts'
import { type Handler, JsonText } from './answer.ts'
import { matchersIn, receiverTest, truthOf } from './filters.ts'
import type { JudgeAlerts, JudgedAlert } from './judged-alerts.ts'

export interface ReadingWorld {
  readonly judge: JudgeAlerts
  readonly mode: MatcherMode
}

export const getAlerts =
  ({ judge, mode }: ReadingWorld): Handler =>
  async ({ query }) => {
    const shows = filterOf(query, mode)
    const { alerts, config } = await judge()
    const isWanted = receiverTest(query, mode, config)
    const found = alerts.filter(
      (alert) => shows(alert) && [...alert.receivers].some((name) => isWanted(name)),
    )
    return listOf(found.map((alert) => alert.json()))
  }

export const getGroups =
  ({ judge, mode }: ReadingWorld): Handler =>
  async ({ query }) => {
    const shows = filterOf(query, mode)
    const showsMuted = truthOf(query, 'muted')
    const { alerts, config, nowMs } = await judge()
    const isWanted = receiverTest(query, mode, config)
    const groups = new Map<string, Group>()
    for (const alert of alerts.filter(shows))
      for (const route of alert.routes) {
        if (!isWanted(route.receiver)) continue
        const { id, labels } = groupOf(route, alert.alert.labels)
        const group = groups.get(id) ?? { alerts: [], labels, route }
        groups.set(id, group)
        group.alerts.push(alert)
      }
    const told = [...groups.values()].sort(byLabels).flatMap((group) => {
      const quiet = quietBy(group.route, nowMs)
      if (quiet.length > 0 && !showsMuted) return []
      return [shown(group, quiet, isWanted)]
    })
    return listOf(told)
  }

const listOf = (texts: readonly string[]) => new JsonText(`[${texts.join(',')}]`)

interface Group {
  readonly alerts: JudgedAlert[]
  readonly labels: Labels
  readonly route: Route
}

/** Names of the time intervals that keep the route quiet now. */
function quietBy(route: Route, nowMs: number): readonly string[] {
  const reason = mutedBy(route, nowMs)
  if (reason === undefined) return []
  const { activeTimes, muteTimes } = route
  const named = reason === 'active time interval' ? activeTimes : intervalsAt(muteTimes, nowMs)
  return named.map(({ name }) => name)
}

function shown(
  { alerts, labels, route }: Group,
  mutedBy: readonly string[],
  isWanted: (receiver: string) => boolean,
): string {
  const members = [...alerts].sort((a, b) => byOrigin(a.alert.labels, b.alert.labels))
  const about = { labels, receiver: { name: route.receiver }, routeLabels: {} }
  const texts = members.map((alert) => {
    const receivers = [...alert.receivers].filter(isWanted).sort()
    return alert.json({ receivers, mutedBy })
  })
  return `{"alerts":[${texts.join(',')}],${JSON.stringify(about).slice(1)}`
}

/** By job, by instance, then as label sets are ordered. */
function byOrigin(a: Labels, b: Labels): number {
  for (const name of ['job', 'instance']) {
    const [left, right] = [a[name], b[name]]
    if (left === right) continue
    if (left === undefined) return 1
    return right === undefined || left < right ? -1 : 1
  }
  return compareLabels(a, b)
}

function byLabels(a: Group, b: Group): number {
  const order = compareLabels(a.labels, b.labels)
  if (order !== 0) return order
  return a.route.receiver < b.route.receiver ? -1 : 1
}

/** Fewer labels first, then by name and value. */
function compareLabels(a: Labels, b: Labels): number {
  const fewer = Object.keys(a).length - Object.keys(b).length
  if (fewer !== 0) return fewer
  const [left, right] = [labelsKey(a), labelsKey(b)]
  return left === right ? 0 : left < right ? -1 : 1
}

function filterOf(query: URLSearchParams, mode: MatcherMode): (alert: JudgedAlert) => boolean {
  const matchers = matchersIn(query, mode)
  const [active, silenced, inhibited] = ['active', 'silenced', 'inhibited'].map((name) =>
    truthOf(query, name),
  )
  return ({ alert, silencedBy, inhibitedBy }) =>
    (active === true || silencedBy.length + inhibitedBy.length > 0) &&
    (silenced === true || silencedBy.length === 0) &&
    (inhibited === true || inhibitedBy.length === 0) &&
    matchesAll(matchers, alert.labels)
}
