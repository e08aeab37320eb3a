/** The monitoring itself: who does not report, what is late, what is turned away. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { goodOrPoor, states } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { anyOf, limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofCluster, ofHost } from '../select.ts'
import { age, badUnlessSilent, unlessSilent } from '../silence.ts'
import { top } from '../top.ts'

const each = (expr: string) => `max by (cluster, instance) (${expr})`
const p = (share: number, of: { bucket: string; by: string }) =>
  quantile(
    share,
    `sum by (cluster, ${of.by}, le) (rate(${of.bucket}{${ofCluster}}[$__rate_interval]))`,
  )
const both = (of: { bucket: string; by: string }) =>
  [0.5, 0.99].map((share) => ({ expr: p(share, of), legend: `{{${of.by}}} p${share * 100}` }))

const ofGroup = (metric: string) =>
  `max by (cluster, instance, rule_group) (prometheus_rule_group_${metric}_seconds{${ofCluster}})`
const ruleTime = `(${ofGroup('last_duration')} / (${ofGroup('interval')} > 0))`

const remote = 'prometheus_remote_storage'
const taken = `max_over_time(${remote}_highest_timestamp_in_seconds{${ofCluster}}[5m])`
const queue = `${remote}_queue_highest_sent_timestamp_seconds`
const sent = `max_over_time(${queue}{${ofCluster}}[5m])`
const behind =
  `max by (cluster, instance) (${taken}) ` +
  '- on (cluster, instance) group_right () ' +
  `max by (cluster, instance, remote_name, url) (${sent})`

/** All together, and each that is not 0: a dozen lines at 0 say no more than one. */
const allAnd = (label: string, each: string) => [
  { expr: `sum by (cluster) (${each})`, legend: 'all' },
  { expr: `sum by (cluster, ${label}) (${each}) > 0`, legend: `{{${label}}}` },
]

const highlights = [
  figure({
    title: 'Oldest data',
    description: 'How long ago the host that has been silent longest said something.',
    unit: 's',
    expr: `max(${age})`,
    limit: limits.nodeSilent,
  }),
  figure({
    title: 'Collectors failing',
    description: 'Collectors whose last reading was not good: what they measure is unknown.',
    unit: 'short',
    expr: `sum(zstone_collector_success{${ofHost}} == bool 0)`,
    limit: anyOf('CollectorFailing'),
  }),
  figure({
    title: 'Rules that fail',
    description: 'Evaluations of rules that failed within five minutes.',
    unit: 'short',
    expr: `sum(increase(prometheus_rule_evaluation_failures_total{${ofCluster}}[5m]))`,
    limit: limits.ruleFailures,
  }),
  figure({
    title: 'Oldest waiting wake-up',
    description: 'Of queues: notifications or repairs are that late.',
    unit: 's',
    expr: `max(zstone_queue_oldest_waiting_seconds{${ofCluster}})`,
    limit: limits.queueStuck,
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
    title: 'Clock off by',
    description: 'The largest difference of a host’s clock from the gateway’s.',
    unit: 's',
    expr: `max(abs(zstone_agent_clock_offset_seconds{${ofHost}}))`,
    limit: limits.clockOff,
    empty: 'not measured',
  }),
  figure({
    title: 'Notifications late',
    description: 'How long the notification has been due that waits longest.',
    unit: 's',
    expr: `max(zstone_alertmanager_notifications_oldest_due_seconds{${ofCluster}})`,
    limit: limits.notificationsLate,
    leadsTo: 'stor-alerts',
  }),
  figure({
    title: 'Alerts not stored',
    description: 'Alerts that the alertmanager has in memory only: its database does not answer.',
    unit: 'short',
    expr: `sum(zstone_alertmanager_alerts_unstored{${ofCluster}})`,
    limit: limits.alertsUnstored,
    leadsTo: 'stor-alerts',
  }),
  figure({
    title: 'Slowest rules',
    description: 'Share of its interval that the slowest group of rules takes.',
    unit: 'percentunit',
    expr: `max(${ruleTime})`,
    limit: limits.ruleTime,
  }),
  figure({
    title: 'Restarts in an hour',
    description: 'Of the process that was started most often.',
    unit: 'short',
    expr: `max(changes(process_start_time_seconds{job=~"pushgateway|alertmanager|zstone.*",${ofCluster}}[1h]))`,
    limit: limits.processRestarts,
  }),
  figure({
    title: 'First certificate ends',
    description: 'Days until the first certificate of a server is no longer valid.',
    unit: 'd',
    expr: `min(zstone_http_certificate_expires_timestamp_seconds{${ofCluster}} - time()) / 86400`,
    limit: limits.certificateExpires,
    empty: 'none is used',
  }),
  figure({
    title: 'History behind',
    description: 'How far what was written to another Prometheus is behind what is here.',
    unit: 's',
    expr: `max(${behind})`,
    limit: limits.historyBehind,
    empty: 'no remote write',
  }),
  table({
    title: 'Hosts, the oldest data first',
    description: 'How old what each says is, and what it costs to say it.',
    labels: { instance: 'Host', version: 'Version' },
    columns: [
      { expr: `max by (cluster, instance, version) (zstone_agent_info{${ofHost}})` },
      { title: 'Age', expr: each(age), unit: 's', limit: limits.nodeSilent },
      { title: 'Pushed', expr: each(`zstone_agent_push_bytes{${ofHost}}`), unit: 'bytes' },
      { title: 'A tick takes', expr: each(`zstone_agent_tick_seconds{${ofHost}}`), unit: 's' },
      {
        title: 'Clock off by',
        expr: each(`abs(${unlessSilent(`zstone_agent_clock_offset_seconds{${ofHost}}`)})`),
        unit: 's',
        limit: limits.clockOff,
      },
      {
        title: 'Collectors failing',
        expr: badUnlessSilent(
          `sum by (cluster, instance) (zstone_collector_success{${ofHost}} == bool 0)`,
          '> 0',
        ),
        limit: anyOf('CollectorFailing'),
      },
    ],
    sortBy: 'Age',
    height: 10,
    of: 'host',
    leadsTo: 'stor-hosts',
  }),
]

const collectors = [
  states({
    title: 'Collectors that failed',
    description:
      'Those that did not fail in the time that is shown are left out; a host has sixty.',
    expr:
      `min by (cluster, instance, collector) (zstone_collector_success{${ofHost}}) ` +
      'and on (cluster, instance, collector) ' +
      `(min_over_time(zstone_collector_success{${ofHost}}[$__range:$__rate_interval] @ end()) == 0)`,
    legend: '{{instance}} {{collector}}',
    words: goodOrPoor('fails', 'works'),
    limit: { alert: 'CollectorFailing' },
    span: 24,
    empty: 'none failed',
  }),
  table({
    title: 'Why collectors fail',
    description: 'In the words of the agent; its log has more.',
    labels: { instance: 'Host', collector: 'Collector', reason: 'Reason' },
    columns: [
      {
        expr: `max by (cluster, instance, collector, reason) (zstone_collector_failure_info{${ofHost}})`,
      },
    ],
    sortBy: '-Host',
    of: 'host',
    limit: { alert: 'CollectorFailing' },
    empty: 'none fails',
  }),
  course({
    title: 'Slowest collectors',
    description: 'Time of the last reading, by collector, of the slowest host.',
    unit: 's',
    expr: top(
      `max by (cluster, collector) (${unlessSilent(`zstone_collector_duration_seconds{${ofHost}}`)})`,
    ),
    legend: '{{collector}}',
    limit: { alert: 'CollectorFailing' },
  }),
  course({
    title: 'Oldest readings',
    description: 'Age of what slow collectors serve between two readings.',
    unit: 's',
    expr: top(
      `max by (cluster, collector) (${unlessSilent(`zstone_collector_reading_age_seconds{${ofHost}}`)})`,
    ),
    legend: '{{collector}}',
    limit: { alert: 'CollectorFailing' },
    empty: 'all are quick',
  }),
]

const gateway = [
  course({
    title: 'Pushes',
    description: 'By answer. 429 and 5xx: agents try again.',
    unit: 'ops',
    expr: `sum by (cluster, method, code) (rate(pushgateway_http_requests_total{handler="push",${ofCluster}}[$__rate_interval]))`,
    legend: '{{method}} {{code}}',
    wrong: / [45]..$/,
    limit: { alert: 'PushgatewayLogFailing' },
  }),
  course({
    title: 'Turned away, by limit',
    description: 'Clients that push too much or too often, by the limit that they met.',
    unit: 'ops',
    expr: allAnd(
      'reason',
      `rate(zstone_pushgateway_rejected_total{${ofCluster}}[$__rate_interval])`,
    ),
    limit: { alert: 'PushgatewayRejecting' },
  }),
  course({
    title: 'Syncs of the log, p50 and p99',
    description: 'How long the disk takes to make a push durable.',
    unit: 's',
    expr: [0.5, 0.99].map((share) => ({
      expr: quantile(
        share,
        `sum by (cluster, le) (rate(zstone_pushgateway_wal_fsync_seconds_bucket{${ofCluster}}[$__rate_interval]))`,
      ),
      legend: `p${share * 100}`,
    })),
    limit: { alert: 'PushgatewayLogFailing' },
    empty: 'no pushes',
  }),
  course({
    title: 'Series kept',
    description: 'Series of the embedded evaluator; absent where a Prometheus evaluates.',
    unit: 'short',
    expr: [
      { expr: `zstone_promql_series{${ofCluster}}`, legend: 'series' },
      { expr: `zstone_promql_series_limit{${ofCluster}}`, legend: 'may be' },
    ],
    limit: { alert: 'SeriesNearLimit' },
    empty: 'a Prometheus evaluates',
  }),
]

/** Prometheus calls a group `file;name`: the name will do. */
function named(value: string): string {
  return `label_replace(${value}, "rule_group", "$1", "rule_group", ".*;(.*)")`
}

const rules = [
  course({
    title: 'Rules: share of their interval',
    description: 'Time of the last evaluation of each group, as a share of its interval.',
    unit: 'percentunit',
    softMax: 0.6,
    expr: `max by (cluster, rule_group) (${named(ruleTime)})`,
    legend: '{{rule_group}}',
    limit: limits.ruleTime,
  }),
  course({
    title: 'Rules: rounds missed',
    description: 'Evaluations that were skipped because the one before was not done.',
    unit: 'short',
    expr: allAnd(
      'rule_group',
      named(
        `increase(prometheus_rule_group_iterations_missed_total{${ofCluster}}[$__rate_interval])`,
      ),
    ),
    limit: { alert: 'RuleEvaluationFailing' },
  }),
  course({
    title: 'Alerts not yet sent',
    description: 'Alerts that wait to be sent to an alertmanager, and those that were dropped.',
    unit: 'short',
    expr: [
      { expr: `prometheus_notifications_queue_length{${ofCluster}}`, legend: 'waiting' },
      {
        expr: `increase(prometheus_notifications_dropped_total{${ofCluster}}[$__rate_interval])`,
        legend: 'dropped',
      },
    ],
    leadsTo: 'stor-alerts',
  }),
]

const queues = [
  course({
    title: 'Queues: how late wake-ups run, p50 and p99',
    description: 'From when one was due to its first run.',
    unit: 's',
    expr: both({ bucket: 'zstone_queue_wait_seconds_bucket', by: 'queue' }),
    limit: limits.queueStuck,
    empty: 'nothing ran',
  }),
  course({
    title: 'Queues: failures',
    description: 'Runs that threw, and wake-ups that the store did not take.',
    unit: 'ops',
    expr: [
      ...allAnd('queue', `rate(zstone_queue_run_failures_total{${ofCluster}}[$__rate_interval])`),
      {
        expr: `sum by (cluster) (rate(zstone_queue_add_failures_total{${ofCluster}}[$__rate_interval]))`,
        legend: 'not taken',
      },
    ],
    limit: { alert: 'QueueStuck' },
  }),
  course({
    title: 'Stages: time of alerts, p99',
    description: 'How long each stage of each pipeline takes; its name is the file’s in the code.',
    unit: 's',
    expr: top(p(0.99, { bucket: 'zstone_pipeline_stage_seconds_bucket', by: 'stage' })),
    legend: '{{stage}}',
    leadsTo: 'stor-alerts',
    empty: 'nothing ran',
  }),
  course({
    title: 'Loops: failures',
    description: 'Passes of reconcilers that failed; each is tried again at its period.',
    unit: 'ops',
    expr: allAnd('loop', `rate(zstone_loop_failures_total{${ofCluster}}[$__rate_interval])`),
    leadsTo: 'stor-workflows',
  }),
  course({
    title: 'Restarts and memory',
    description: 'Memory of each process; a fall to little is a restart.',
    unit: 'bytes',
    expr: `process_resident_memory_bytes{${ofCluster}}`,
    legend: '{{instance}}',
    leadsTo: 'stor-hosts',
  }),
]

export const pipelineBoard = () =>
  board({
    uid: 'stor-pipeline',
    title: 'Monitoring',
    description: 'The monitoring itself: who does not report, what is late, what is turned away.',
    variables: ['host', 'topk'],
    rows: {
      Highlights: highlights,
      Collectors: collectors,
      Pushgateway: gateway,
      Rules: rules,
      'Queues and loops': queues,
    },
  })
