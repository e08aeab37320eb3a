/** Where a reader goes from a panel: the runbook of its alert, another dashboard, one object. */
import {
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
} from '@grafana/grafana-foundation-sdk/dashboard'

export type Lead = `stor-${string}`
/** What a series or a row of a table is about. */
export type Subject = 'host' | 'disk' | 'pool'
/** Of a row of a table, also the alert or the cluster that it shows. */
export type RowSubject = Subject | 'alert' | 'cluster'

const runbooks = 'https://github.com/zstone/zstone/blob/main/docs/runbooks/'
/** Grafana fills these in: time and variables go along. */
const kept = (...variables: readonly string[]) =>
  variables.map((variable) => `\${${variable}}`).join('&')
const keepTime = kept('__url_time_range', 'datasource:queryparam')
const keep = kept('__url_time_range', 'datasource:queryparam', 'cluster:queryparam')

export const runbookUrl = (alert: string) => `${runbooks}${alert}.md`

export function runbookLink(alert: string): DashboardLinkBuilder {
  return link(`Runbook ${alert}`, runbookUrl(alert)).targetBlank(true)
}

export function boardLink(uid: Lead): DashboardLinkBuilder {
  return link(`Dashboard ${uid}`, `/d/${uid}?${keep}`)
}

/** From a point of a graph; Grafana fills in the labels of its series. */
export function subjectLink(subject: Subject): DashboardLinkBuilder {
  return link(
    titles[subject],
    urlOf(subject, (label) => `\${__field.labels.${label}}`),
  )
}

/** From a cell of a table; `titleOf` says under which title a label stands there. */
export function rowLink(subject: RowSubject, titleOf: (label: string) => string): object {
  const fill = (label: string) => `\${__data.fields["${titleOf(label)}"]}`
  if (subject === 'alert')
    return { title: 'Its runbook', url: runbookUrl(fill('alertname')), targetBlank: true }
  if (subject === 'cluster')
    return {
      title: 'This cluster',
      url: `/d/stor-cluster?${keepTime}&var-cluster=${fill('cluster')}`,
    }
  return { title: titles[subject], url: urlOf(subject, fill) }
}

const titles = { host: 'This host', disk: 'This disk', pool: 'This pool' }

function urlOf(subject: Subject, fill: (label: string) => string): string {
  if (subject === 'pool') return `/d/stor-recovery?${keep}&var-pool=${fill('pool')}`
  const host = `var-host=${fill('instance')}`
  if (subject === 'host') return `/d/stor-host?${keep}&${host}`
  return `/d/stor-disk?${keep}&${host}&var-disk=${fill('device')}`
}

/** The menu of all our dashboards, which keeps time and variables. */
export function storageMenu(): DashboardLink {
  const menu = new DashboardLinkBuilder('Storage').type(DashboardLinkType.Dashboards)
  return shown(menu.tags(['storage']).asDropdown(true).includeVars(true).keepTime(true).build())
}

function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title).type(DashboardLinkType.Link).url(url)
}

/** What the SDK builds would be hidden in a menu. */
export function shown({ placement: _, ...link }: DashboardLink): DashboardLink {
  return link
}
