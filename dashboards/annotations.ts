/** What happened, as marks on every graph: alerts, silences, jobs, new versions and disks. */
import {
  type AnnotationQuery,
  AnnotationQueryBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { datasource } from './forms/datasource.ts'
import { growth } from './growth.ts'
import { ofAlert, ofCluster } from './select.ts'

interface Mark {
  readonly name: string
  readonly color: string
  readonly expr: string
  readonly title: string
  readonly text?: string
}

const marks: readonly Mark[] = [
  {
    name: 'Firing alerts',
    color: 'red',
    expr: begun(`ALERTS{alertstate="firing",${ofAlert}}`),
    title: '{{alertname}} began to fire',
    text: '{{severity}} {{instance}}',
  },
  {
    name: 'Silences',
    color: 'blue',
    expr: `changes(alertmanager_silences{state="active",${ofCluster}}[$__rate_interval]) > 0`,
    title: 'A silence began or ended',
  },
  {
    name: 'Jobs',
    color: 'purple',
    expr: `${growth(`zstone_master_jobs_finished_total{${ofCluster}}`, '$__rate_interval')} > 0`,
    title: 'Job {{workflow}}: {{state}}',
  },
  {
    name: 'Changes',
    color: 'yellow',
    expr: [
      appeared(`zstone_agent_info{${ofCluster}}`, 'instance', 'version'),
      appeared(
        `smartctl_device{${ofCluster}}`,
        'instance,device',
        'serial_number,firmware_version',
      ),
    ].join(' or '),
    title: 'New on {{instance}} {{device}}',
    text: '{{model_name}} {{serial_number}} {{firmware_version}} {{version}}',
  },
]

export function annotations(): AnnotationQuery[] {
  return marks.map(({ name, color, expr, title, text = '' }) => {
    const { placement: _, ...built } = new AnnotationQueryBuilder()
      .name(name)
      .datasource(datasource)
      .enable(true)
      .iconColor(color)
      .expr(expr)
      .step('60s')
      .titleFormat(title)
      .textFormat(text)
      .build()
    return built // With a placement it would be hidden in a menu.
  })
}

/**
 * When, not how long: what fires for hours would cover every graph. Looked at once a step, which is
 * a minute on short ranges and half an hour on a month.
 */
function begun(alerts: string): string {
  const fresh = `${alerts} unless ${alerts} offset $__interval`
  return `count by (cluster, alertname, severity, instance) (${fresh})`
}

/** A subject that was there a step ago has another fact now: a replaced disk, an upgrade. */
function appeared(series: string, subject: string, facts: string): string {
  const before = `last_over_time(${series}[5m] offset $__interval)`
  const known = `${series} and on (cluster,${subject}) ${before}`
  return `((${known}) unless on (cluster,${subject},${facts}) ${before})`
}
