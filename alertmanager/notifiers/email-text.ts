/** What a mail says: subject, plain text, and the same as HTML. */
import { type Notification, type NotifiedAlert, traceAnnotation } from '#api/alert'
import type { Labels } from '#lib/labels'
import { traceIdOf } from '#lib/trace'

/** `[FIRING:1] DiskFailing (node7 sdb)`: group labels, then what all alerts share beside them. */
export function subjectOf(notification: Notification): string {
  const { status, groupLabels, commonLabels, alerts } = notification
  const firing = alerts.filter((alert) => alert.status === 'firing').length
  const count = status === 'firing' ? `:${firing}` : ''
  const rest = sorted(commonLabels).filter(([name]) => !(name in groupLabels))
  const shared = rest.length === 0 ? '' : ` (${valuesOf(rest)})`
  const subject = `[${status.toUpperCase()}${count}] ${valuesOf(sorted(groupLabels))}${shared}`
  return subject.replace(/\s+/g, ' ').trim()
}

export function textOf(notification: Notification): string {
  const parts = [
    headline(notification),
    ...notification.alerts.map(alertText),
    `Sent by ZStone, notification ${notification.idempotencyKey}`,
  ]
  return `${parts.join('\n\n')}\n`
}

export function htmlOf(notification: Notification): string {
  const alerts = notification.alerts.map(alertHtml).join('\n')
  return `<!doctype html>
<html lang="en">
<body style="font-family: sans-serif; color: #1d2733; max-width: 44em; margin: 1em auto">
<h1 style="font-size: 1.2em">${escaped(headline(notification))}</h1>
${alerts}
<p style="color: #6b7784; font-size: 0.8em">Sent by ZStone, notification
${escaped(notification.idempotencyKey)}</p>
</body>
</html>
`
}

function headline({ alerts, truncatedAlerts, externalURL }: Notification): string {
  const of = (status: NotifiedAlert['status']) =>
    alerts.filter((alert) => alert.status === status).length
  const counts = [`${of('firing')} firing`, `${of('resolved')} resolved`]
  if (truncatedAlerts > 0) counts.push(`${truncatedAlerts} more not listed`)
  return externalURL === '' ? counts.join(', ') : `${counts.join(', ')} (${externalURL})`
}

interface Line {
  readonly name: string
  readonly value: string
  readonly isLink: boolean
}

/** What a person needs first stands first. */
function linesOf(alert: NotifiedAlert): readonly Line[] {
  const { summary, description, runbook_url, ...others } = alert.annotations
  const { [traceAnnotation]: traceparent, ...annotations } = others
  const line = (name: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : [{ name, value, isLink: /^https?:\/\//.test(value) }]
  return [
    ...line('Summary', summary),
    ...line('Description', description),
    ...line('Runbook', runbook_url),
    ...line('Started', alert.startsAt),
    ...line('Ended', alert.status === 'resolved' ? alert.endsAt : ''),
    ...sorted(alert.labels).flatMap(([name, value]) => line(`Label ${name}`, value)),
    ...sorted(annotations).flatMap(([name, value]) => line(name, value)),
    ...line('Source', alert.generatorURL),
    ...line('Trace', traceIdOf(traceparent)),
  ]
}

const titleOf = ({ status, labels }: NotifiedAlert) =>
  `${status.toUpperCase()}: ${labels.alertname ?? 'alert'}`

function alertText(alert: NotifiedAlert): string {
  const lines = linesOf(alert).map(({ name, value }) => `  ${name}: ${value}`)
  return [titleOf(alert), ...lines].join('\n')
}

function alertHtml(alert: NotifiedAlert): string {
  const colour = alert.status === 'firing' ? '#b3261e' : '#1b7f4b'
  const rows = linesOf(alert).map(({ name, value, isLink }) => {
    const shown = escaped(value)
    const cell = isLink ? `<a href="${shown}">${shown}</a>` : shown
    return `<tr><th style="text-align: left; padding-right: 1em">${escaped(name)}</th>
<td>${cell}</td></tr>`
  })
  return `<h2 style="font-size: 1em; color: ${colour}">${escaped(titleOf(alert))}</h2>
<table style="font-size: 0.9em">
${rows.join('\n')}
</table>`
}

function sorted(labels: Labels): [name: string, value: string][] {
  return Object.entries(labels).sort(([a], [b]) => {
    if (a === 'alertname' || b === 'alertname') return a === b ? 0 : a === 'alertname' ? -1 : 1
    return a < b ? -1 : 1
  })
}

const valuesOf = (pairs: readonly [string, string][]) => pairs.map(([, value]) => value).join(' ')

function escaped(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
}
