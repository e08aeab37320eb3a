/** What fires, what fires too often, and whether anybody was told. */
import { board } from '../board.ts'
import { firing, ofSeverity, whatFires } from '../firing.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { goodOrBad, states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { anyOf, limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofAlert, ofCluster, zeroIfJudged } from '../select.ts'

const count = (title: string, of: { expr: string; description: string; empty?: string }) =>
  figure({ title, unit: 'short', leadsTo: 'stor-cluster', empty: 'not judged', ...of })

const highlights = [
  figure({
    title: 'Firing',
    description: 'Zero is shown only while the dead man’s switch proves that rules are evaluated.',
    unit: 'short',
    expr: `count(${firing}) or ${zeroIfJudged}`,
    limit: anyOf('DeadMansSwitch'),
    empty: 'not judged',
  }),
  count('Pending', {
    description: 'True, but not yet for as long as their rule asks.',
    expr: `count(ALERTS{alertstate="pending",${ofAlert}}) or ${zeroIfJudged}`,
  }),
  count('Active silences', {
    description: 'Silences hold notifications back, never alerts.',
    expr: `sum(alertmanager_silences{state="active",${ofCluster}})`,
  }),
  figure({
    title: 'Notifications due',
    description:
      'Notifications that wait for their turn, or for a receiver that does not take them.',
    unit: 'short',
    expr: `sum(zstone_alertmanager_notifications_due{${ofCluster}})`,
    leadsTo: 'stor-pipeline',
  }),
  figure({
    title: 'Longest without delivery',
    description: 'How long the receiver that is worst off has not been reached.',
    unit: 's',
    expr: `max(zstone_alertmanager_path_failing_seconds{${ofCluster}})`,
    limit: limits.notificationFailed,
    empty: 'nothing sent',
  }),
  figure({
    title: 'Dead man’s switch',
    description:
      'Fires as long as data, rules and alertmanager work. Absent: nobody would be told.',
    unit: 'none',
    expr: `count(ALERTS{alertname="DeadMansSwitch",alertstate="firing",${ofCluster}}) > bool 0`,
    limit: { alert: 'DeadMansSwitch', badBelow: 1 },
    words: goodOrBad('silent', 'alive'),
    empty: 'silent',
  }),
  whatFires({ leadsTo: 'stor-hosts', height: 14 }),
]

const worst =
  `max by (cluster, alertname) (2 * ${ofSeverity('critical')} ` +
  `or 1 * ${ofSeverity('warning')} or 0 * ${firing})`
const wasCritical = `(max_over_time((${worst})[$__range:$__rate_interval] @ end()) == 2)`

const history = [
  states({
    title: 'Alerts over time',
    description:
      'When each alert fired; those that were critical come first. Bands that begin and end often: its rule wants a longer for.',
    expr: [{ expr: `${worst} and ${wasCritical}` }, { expr: `${worst} unless ${wasCritical}` }],
    legend: '{{alertname}}',
    words: words([0, 'info', 'blue'], [1, 'warning', 'orange'], [2, 'critical', 'red']),
    span: 24,
    height: 14,
    perPage: 30,
    leadsTo: 'stor-cluster',
    empty: 'nothing fired',
  }),
  table({
    title: 'Noisiest rules of the last day',
    description: 'How long it fired, all its subjects together, and how often one began anew.',
    labels: { alertname: 'Alert' },
    columns: [
      {
        title: 'Fired for',
        expr: `60 * sum by (cluster, alertname) (count_over_time(${firing}[1d:1m]))`,
        unit: 's',
      },
      {
        title: 'Began anew',
        expr: `sum by (cluster, alertname) (changes(ALERTS_FOR_STATE{${ofAlert}}[1d]))`,
      },
    ],
    sortBy: 'Fired for',
    of: 'alert',
    leadsTo: 'stor-cluster',
    empty: 'nothing fired',
  }),
]

const delivery = [
  course({
    title: 'Notifications',
    description: 'Attempts per second to reach a receiver, by kind, and those that failed.',
    unit: 'ops',
    expr: [
      {
        expr: `sum by (cluster, integration) (rate(alertmanager_notifications_total{${ofCluster}}[$__rate_interval]))`,
        legend: '{{integration}}',
      },
      {
        expr: `sum by (cluster, integration) (rate(alertmanager_notifications_failed_total{${ofCluster}}[$__rate_interval])) > 0`,
        legend: '{{integration}} failed',
      },
    ],
    wrong: / failed$/,
    limit: { alert: 'NotificationsFailing' },
  }),
  course({
    title: 'Time of delivery, p50 and p99',
    description: 'How long a receiver takes to answer, by kind.',
    unit: 's',
    expr: [0.5, 0.99].map((share) => ({
      expr: quantile(
        share,
        `sum by (cluster, integration, le) (rate(alertmanager_notification_latency_seconds_bucket{${ofCluster}}[$__rate_interval]))`,
      ),
      legend: `{{integration}} p${share * 100}`,
    })),
    leadsTo: 'stor-pipeline',
    empty: 'nothing sent',
  }),
  table({
    title: 'Receivers',
    description: 'Every way to tell somebody: since when it fails, and when it last worked.',
    labels: { receiver: 'Receiver', integration: 'By', index: 'No.', kind: 'For' },
    columns: [
      {
        title: 'Failing for',
        expr: `max by (cluster, receiver, integration, index, kind) (zstone_alertmanager_path_failing_seconds{${ofCluster}})`,
        unit: 's',
        limit: limits.notificationFailed,
      },
      {
        title: 'Last success',
        expr: `1000 * max by (cluster, receiver, integration, index, kind) (zstone_alertmanager_path_last_success_timestamp_seconds{${ofCluster}})`,
        unit: 'dateTimeFromNow',
      },
      {
        title: 'Due',
        expr: `sum by (cluster, receiver, integration, index, kind) (zstone_alertmanager_path_notifications_due{${ofCluster}})`,
      },
    ],
    sortBy: 'Failing for',
    height: 6,
    leadsTo: 'stor-pipeline',
    empty: 'nothing sent',
  }),
]

export const alertsBoard = () =>
  board({
    uid: 'stor-alerts',
    title: 'Alerts',
    description: 'What fires, what fires too often, and whether anybody was told.',
    rows: { Highlights: highlights, 'Last day': history, Delivery: delivery },
    from: 'now-24h',
  })
