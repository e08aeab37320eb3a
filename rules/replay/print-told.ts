/** What receivers would be told no more, or besides. */

import { formatLabels, type Labels } from '#lib/labels'
import { tableOf } from '#lib/table'
import { change, dayTime, listed } from './shown.ts'
import type { ToldDifference, ToldNotification, ToldTotals } from './told.ts'

const notificationsMax = 30

export function toldLines(told: ToldDifference | undefined): readonly string[] {
  if (told === undefined) return []
  const { receivers, onlyBefore, onlyAfter } = told
  if (receivers.length === 0) return ['nobody is told anything, neither before nor after']
  const count = (before: ToldTotals, after: ToldTotals, name: keyof ToldTotals) =>
    change(String(before[name]), String(after[name]))
  const totals = tableOf([
    ['', 'notifications', 'of something that fires'],
    ...receivers.map(({ receiver, integration, before, after }) => [
      `${receiver}/${integration}`,
      count(before, after, 'notifications'),
      count(before, after, 'firing'),
    ]),
  ])
  const changed = [...linesOf(onlyBefore, '-'), ...linesOf(onlyAfter, '+')]
  const lines = changed.sort((a, b) => a.atMs - b.atMs).map(({ text }) => text)
  return [...totals, ...listed(lines, notificationsMax, 'notifications')]
}

/** What the integrations of one receiver are told alike stands on one line. */
function linesOf(all: readonly ToldNotification[], mark: '-' | '+') {
  const alike = Map.groupBy(all, ({ integration: _, ...one }) => JSON.stringify(one))
  return [...alike.values()].flatMap((same) => {
    const [one] = same
    if (one === undefined) return []
    const { atMs, receiver } = one
    const to = `${receiver}/${same.map(({ integration }) => integration).join(',')}`
    return [{ atMs, text: `${mark} ${dayTime(atMs)}  ${to}  ${notificationText(one)}` }]
  })
}

function notificationText({ reason, firing, resolved, groupLabels }: ToldNotification): string {
  const counts = [
    ...(firing.length > 0 ? [`${firing.length} firing`] : []),
    ...(resolved.length > 0 ? [`${resolved.length} resolved`] : []),
  ]
  const what = groupText(groupLabels, [...firing, ...resolved])
  return `${what}: ${counts.join(', ')} (${reason})`
}

/** A group that does not say which alerts it is of is named by them. */
function groupText(groupLabels: Labels, alerts: readonly Labels[]): string {
  const names = [...new Set(alerts.map(({ alertname = '' }) => alertname))]
  const { alertname = names.slice(0, 3).join(' '), ...labels } = groupLabels
  return Object.keys(labels).length === 0 ? alertname : alertname + formatLabels(labels)
}
