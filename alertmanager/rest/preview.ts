/** `POST /api/v1/templates/preview`: what a template makes of alerts that live. Nothing is sent. */
import { type Labels, labelsKey } from '#lib/labels'
import { matchesAll } from '#lib/matcher'
import { type Alert, isResolved } from '../alert.ts'
import type { Roster } from '../arrival/roster.ts'
import { groupOf, routesOf } from '../arrival/routing.ts'
import type { MatcherMode } from '../config/matchers.ts'
import { notificationOf } from '../delivery/message.ts'
import type { Flush } from '../flush/flush.ts'
import { preview } from '../templates/notification-templates.ts'
import type { World } from '../world.ts'
import { type Handler, plainRefusal, schemaRefusal } from './answer.ts'
import { isJson, readJsonBody, required, textIn, unreadable } from './body.ts'
import { matchersIn } from './filters.ts'

export interface PreviewWorld extends World {
  readonly roster: Pick<Roster, 'all'>
  readonly mode: MatcherMode
}

const limits = { alerts: 1000 }

export const previewTemplate =
  (world: PreviewWorld): Handler =>
  async (call) => {
    const { template: source, as, filters } = wanted(await readJsonBody(call, 'preview'))
    const query = new URLSearchParams(filters.map((filter): [string, string] => ['filter', filter]))
    const matchers = matchersIn(query, world.mode)
    const flush = groupWith((labels) => matchesAll(matchers, labels), world)
    if (flush === undefined) throw plainRefusal(404, 'no alert that fires matches the filter')
    const { templates } = world.config()
    const nowMs = world.clock.nowMs()
    const about = { ...world, config: world.config(), nowMs }
    const notification = notificationOf(flush, tellingAll(flush), about)
    const made = preview({ templates, source, as, nowMs: () => nowMs }, notification)
    if (made.kind === 'refused') throw plainRefusal(400, made.reason)
    return { text: made.text, groupKey: notification.groupKey, alerts: notification.alerts.length }
  }

function wanted(body: unknown) {
  if (!isJson(body)) throw unreadable('preview', 'it is not an object')
  const template = textIn('preview', body.template)
  if (template === undefined) throw required('template in body')
  const { as = 'text', filter = [] } = body
  if (as !== 'text' && as !== 'html')
    throw schemaRefusal(422, 606, 'as in body should be one of [text html]')
  const filters: readonly unknown[] = Array.isArray(filter) ? filter : [filter]
  if (!filters.every((text) => typeof text === 'string'))
    throw unreadable('preview', 'filter must be a list of matchers')
  return { template, as, filters: filters.map(String) } as const
}

/** The first group, by its labels, that holds an alert of these; as its next flush would see it. */
function groupWith(
  isWanted: (labels: Labels) => boolean,
  { roster, config, clock }: PreviewWorld,
): Flush | undefined {
  const nowMs = clock.nowMs()
  const { root, receivers } = config()
  const firing = [...roster.all()].filter((alert) => !isResolved(alert, nowMs))
  const [first] = firing.filter(({ labels }) => isWanted(labels)).sort(byLabels)
  const [route] = first === undefined ? [] : routesOf(root, first.labels)
  const receiver = route && receivers.get(route.receiver)
  if (first === undefined || route === undefined || receiver === undefined) return undefined
  const named = groupOf(route, first.labels)
  const alerts = firing
    .filter(({ labels }) => routesOf(root, labels).includes(route))
    .filter(({ labels }) => groupOf(route, labels).id === named.id)
    .slice(0, limits.alerts)
    .map((alert) => ({ alert, resolved: false }))
  const times = { atMs: nowMs, nextFlushAt: new Date(nowMs + route.groupIntervalMs) }
  return { group: { ...named, ...times, epoch: 0, route, receiver }, alerts, plans: [] }
}

const byLabels = (a: Alert, b: Alert) => (labelsKey(a.labels) < labelsKey(b.labels) ? -1 : 1)

const tellingAll = ({ group, alerts }: Flush) => ({
  kind: 'tell' as const,
  slot: { group_id: group.id, integration: 'preview', integration_index: 0 },
  firing: alerts.map(({ alert }) => alert.fingerprint),
  resolved: [],
  held: [],
  reason: 'first' as const,
  alerts,
  untold: [],
  before: { isBusy: false, memory: undefined },
})
