/** What a receiver gets to read: the notification of a plan, and the key that names it for ever. */
import { createHash } from 'node:crypto'
import type { Notification, NotifiedAlert } from '#api/alert'
import { messageOf } from '#lib/errors'
import { labelsKey } from '#lib/labels'
import { traceparentOf } from '../alert.ts'
import type { AlertConfig } from '../config/config.ts'
import type { Flush, FlushedAlert, Plan } from '../flush/flush.ts'
import { summaryOf, timeText } from './notified.ts'

const endless = '0001-01-01T00:00:00Z'

export type Telling = Extract<Plan, { kind: 'tell' }>

/** Which receiver's which integration: notifications of one lane share its places. */
export function laneOf(receiver: string, integration: string, index: number): string {
  return digest(JSON.stringify([receiver, integration, index])).slice(0, 8)
}

/** The lane that the key of a notification begins with. */
export const laneOfKey = (key: string) => key.slice(0, 8)

function keyOf({ group }: Flush, { slot, firing, resolved }: Telling): string {
  const lane = laneOf(group.receiver.name, slot.integration, slot.integration_index)
  const content = [group.key, group.id, lane, firing, resolved, group.epoch]
  return `${lane}-${digest(JSON.stringify(content)).slice(0, 32)}`
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

export interface MessageWorld {
  readonly externalUrl: string
  readonly nowMs: number
  readonly config: Pick<AlertConfig, 'templates'>
}

export function notificationOf(flush: Flush, plan: Telling, world: MessageWorld): Notification {
  const { group } = flush
  const alerts = [...plan.alerts].sort(byImportance).map(notified)
  const notification: Notification = {
    version: '4',
    groupKey: group.key,
    truncatedAlerts: 0,
    receiver: group.receiver.name,
    groupLabels: group.labels,
    ...summaryOf(alerts),
    externalURL: world.externalUrl,
    notification_reason: reasons[plan.reason],
    idempotencyKey: keyOf(flush, plan),
  }
  const labels = Object.entries(group.route.labels)
  if (labels.length === 0) return notification
  const { text } = world.config.templates.renderOf(notification, () => world.nowMs)
  const filled = labels.map(([name, template]) => [name, orReason(() => text(template))])
  return { ...notification, routeLabels: Object.fromEntries(filled) }
}

/** A label that cannot be made says why; the notification is sent all the same. */
function orReason(run: () => string): string {
  try {
    return run()
  } catch (error) {
    return `<${messageOf(error)}>`
  }
}

const reasons: Readonly<Record<Telling['reason'], string>> = {
  first: 'first notification',
  'new alerts': 'new alerts in the group',
  'all resolved': 'all alerts are resolved',
  'new resolved': 'more alerts are resolved',
  repeat: 'the repeat interval has passed',
  owed: 'an earlier notification was not delivered',
  worsened: 'it has become worse than when it was acknowledged',
  flapping: 'an alert flaps: its changes are not told until it is calm',
  'flapping ended': 'an alert flaps no more',
}

/** The trace of a notification: that of its first alert, one that fires if any does. */
export function traceOf({ alerts }: Pick<Notification, 'alerts'>): string | undefined {
  const traced = alerts.filter((alert) => traceparentOf(alert) !== undefined)
  const first = traced.find(({ status }) => status === 'firing') ?? traced[0]
  return first && traceparentOf(first)
}

function notified({ alert, resolved, heldBy }: FlushedAlert): NotifiedAlert {
  return {
    status: resolved ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: timeText(alert.startsAtMs),
    endsAt: resolved ? timeText(alert.endsAtMs) : endless,
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
    ...(heldBy === 'flapping' && { flapping: true as const }),
  }
}

/** By job, then instance, then all labels. */
function byImportance(a: FlushedAlert, b: FlushedAlert): number {
  const key = ({ alert: { labels } }: FlushedAlert) =>
    `${labels.job ?? ''}\u0000${labels.instance ?? ''}\u0000${labelsKey(labels)}`
  return key(a) < key(b) ? -1 : 1
}
