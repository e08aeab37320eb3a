/** What a template sees of a notification: upstream's names, and a few of ours as methods. */
import type { Notification, NotifiedAlert } from '#api/alert'
import type { Labels } from '#lib/labels'
import { traceIdOf } from '#lib/trace'
import {
  GoList,
  GoMap,
  GoStruct,
  goFunction,
  type Methods,
  parseTime,
  stringList,
  type Value,
  zeroTime,
} from '#template'
import { traceparentOf } from '../alert.ts'

export function dataOf(notification: Notification): GoStruct {
  const { alerts, notification_reason: reason = '', routeLabels = {} } = notification
  const fields = {
    Receiver: notification.receiver,
    Status: notification.status,
    Alerts: new GoList(alerts.map(alertOf), 'template.Alerts', alertsMethods),
    GroupLabels: kvOf(notification.groupLabels),
    CommonLabels: kvOf(notification.commonLabels),
    CommonAnnotations: kvOf(notification.commonAnnotations),
    ExternalURL: notification.externalURL,
    NotificationReason: reason,
    RouteLabels: kvOf(routeLabels),
  }
  return new GoStruct('template.Data', fields, { jsonNames, methods: ourMethods(notification) })
}

/** They show in no print of the whole, so that `{{ . }}` and `toJson .` are upstream's. */
function ourMethods(notification: Notification): Methods {
  const { truncatedAlerts, groupKey, idempotencyKey, possibleRepeat = false } = notification
  return new Map([
    ['TruncatedAlerts', () => goFunction([], () => BigInt(truncatedAlerts))],
    ['GroupKey', () => goFunction([], () => groupKey)],
    ['IdempotencyKey', () => goFunction([], () => idempotencyKey)],
    ['PossibleRepeat', () => goFunction([], () => possibleRepeat)],
  ])
}

const jsonNames = {
  Receiver: 'receiver',
  Status: 'status',
  Alerts: 'alerts',
  GroupLabels: 'groupLabels',
  CommonLabels: 'commonLabels',
  CommonAnnotations: 'commonAnnotations',
  ExternalURL: 'externalURL',
  NotificationReason: 'notification_reason',
  RouteLabels: 'routeLabels',
}

const alertJsonNames = {
  Status: 'status',
  Labels: 'labels',
  Annotations: 'annotations',
  StartsAt: 'startsAt',
  EndsAt: 'endsAt',
  GeneratorURL: 'generatorURL',
  Fingerprint: 'fingerprint',
}

function alertOf(alert: NotifiedAlert): GoStruct {
  const fields = {
    Status: alert.status,
    Labels: kvOf(alert.labels),
    Annotations: kvOf(alert.annotations),
    StartsAt: parseTime(alert.startsAt) ?? zeroTime,
    EndsAt: parseTime(alert.endsAt) ?? zeroTime,
    GeneratorURL: alert.generatorURL,
    Fingerprint: alert.fingerprint,
  }
  const trace = goFunction([], () => traceIdOf(traceparentOf(alert)) ?? '')
  const methods: Methods = new Map([['Trace', () => trace]])
  return new GoStruct('template.Alert', fields, { jsonNames: alertJsonNames, methods })
}

const alertsMethods: Methods = new Map(
  (['firing', 'resolved'] as const).map((status) => [
    status === 'firing' ? 'Firing' : 'Resolved',
    (self: Value) =>
      goFunction([], () => {
        const alerts = self as GoList // The receiver of its own method.
        const isIt = (alert: Value) => (alert as GoStruct).fields.get('Status') === status
        return new GoList(alerts.items.filter(isIt), '[]template.Alert')
      }),
  ]),
)

function kvOf(labels: Labels): GoMap {
  return new GoMap(new Map(Object.entries(labels)), { type: 'template.KV', zero: '', methods: kv })
}

const kv: Methods = new Map([
  ['SortedPairs', (self: Value) => goFunction([], () => pairsOf(self))],
  ['Names', (self: Value) => goFunction([], () => stringList(sorted(self).map(([name]) => name)))],
  ['Values', (self: Value) => goFunction([], () => stringList(sorted(self).map(([, v]) => v)))],
  [
    'Remove',
    (self: Value) =>
      goFunction(['[]string'], ({ items }) =>
        kvOf(Object.fromEntries(sorted(self).filter(([name]) => !items.includes(name)))),
      ),
  ],
])

const pairsMethods: Methods = new Map([
  ['Names', (self: Value) => goFunction([], () => stringList(column(self, 'Name')))],
  ['Values', (self: Value) => goFunction([], () => stringList(column(self, 'Value')))],
])

function pairsOf(self: Value): GoList {
  const pairs = sorted(self).map(([Name, Value]) => new GoStruct('template.Pair', { Name, Value }))
  return new GoList(pairs, 'template.Pairs', pairsMethods)
}

const column = (self: Value, name: string): string[] =>
  (self as GoList).items.map((pair) => (pair as GoStruct).fields.get(name) as string) // Of pairs.

/** By name, but the alert's name first. */
function sorted(self: Value): readonly (readonly [string, string])[] {
  const map = self as GoMap // The receiver of its own method; its values are text.
  const names = [...map.keys()].filter((name) => name !== 'alertname')
  const first = map.entries.has('alertname') ? ['alertname'] : []
  return [...first, ...names].map((name) => [name, map.entries.get(name) as string])
}
