/** What fires now, the critical first: the table that several dashboards have. */
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { table } from './forms/table.ts'
import type { Lead } from './links.ts'
import { ofAlert } from './select.ts'

export const firing = `ALERTS{alertstate="firing",${ofAlert}}`
export const ofSeverity = (severity: string) =>
  `ALERTS{alertstate="firing",severity="${severity}",${ofAlert}}`

const by = 'by (cluster, alertname, severity, instance, device, pool)'
/** Alerts of data disks call their host a node. */
const withHost = (expr: string) => `label_replace(${expr}, "instance", "$1", "node", "(.+)")`
const sinceSeconds = `(ALERTS_FOR_STATE{${ofAlert}} and ignoring (alertstate) ${firing})`

/** More than seconds since 1970, so that no time makes up for it. */
const rank =
  `(2e10 * ${ofSeverity('critical')} or 1e10 * ${ofSeverity('warning')} ` + `or 0 * ${firing})`

interface Place {
  readonly leadsTo: Lead
  readonly height?: number
  /** Series of the hosts that it is about; default: everything. */
  readonly hosts?: string
}

export function whatFires({ hosts, ...place }: Place): Panel {
  const about = hosts === undefined ? '' : ` and on (cluster, instance) ${hosts}`
  return table({
    ...place,
    title: 'What fires',
    description:
      'Every alert that fires, critical ones first, then the newest; it leads to its runbook.',
    labels: {
      alertname: 'Alert',
      severity: 'Severity',
      instance: 'Host',
      device: 'Disk',
      pool: 'Pool',
    },
    columns: [
      {
        title: 'Since',
        expr: `1000 * max ${by} (${withHost(sinceSeconds)})${about}`,
        unit: 'dateTimeFromNow',
      },
    ],
    order: `max ${by} (${withHost(`${rank} + ignoring (alertstate) ${sinceSeconds}`)})${about}`,
    of: 'alert',
    empty: 'nothing fires',
  })
}
