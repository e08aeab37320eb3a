/** All clusters that one Prometheus knows: which needs somebody, and for what. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { clusterHealth, healthLimit, healthWords } from '../health.ts'
import { anyBad, limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofAlert, ofCluster, zeroIfJudged } from '../select.ts'
import { told } from '../silence.ts'
import { top } from '../top.ts'

const used = `max by (cluster, data_disk) (zstone_engine_data_disk_used_bytes{${ofCluster}})`
const size = `max by (cluster, data_disk) (zstone_engine_data_disk_size_bytes{${ofCluster}})`
const operations = `rate(zstone_engine_operations_total{${ofCluster}}[$__rate_interval])`
const buckets = `rate(zstone_engine_operation_seconds_bucket{${ofCluster}}[$__rate_interval])`
const p99 = quantile(0.99, `sum by (cluster, le) (${buckets})`)
const degraded = told(`zstone_engine_pool_objects_degraded{${ofCluster}}`)
const atRisk = `max by (cluster, pool) (${degraded})`

const highlights = [
  figure({
    title: 'Clusters critical',
    description: 'Clusters with a critical alert. Zero is shown only where rules are evaluated.',
    unit: 'short',
    expr: `sum(${clusterHealth} == bool 2)`,
    limit: { alert: 'DeadMansSwitch', badFrom: 1 },
    empty: 'not judged',
    leadsTo: 'stor-cluster',
  }),
  ...(['critical', 'warning'] as const).map((severity) =>
    figure({
      title: `Alerts, ${severity}`,
      description: `Alerts of severity ${severity} that fire now, in all clusters.`,
      unit: 'short',
      expr: `count(ALERTS{alertstate="firing",severity="${severity}",${ofAlert}}) or ${zeroIfJudged}`,
      limit: { alert: 'DeadMansSwitch', [severity === 'critical' ? 'badFrom' : 'warnFrom']: 1 },
      empty: 'not judged',
      leadsTo: 'stor-alerts',
    }),
  ),
  figure({
    title: 'Objects at risk',
    description: 'Objects with fewer copies than their pool wants.',
    unit: 'short',
    expr: `sum(${atRisk})`,
    limit: limits.dataRedundancy,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Disks failing',
    description: 'Disks that call themselves failed.',
    unit: 'short',
    expr: `sum(smartctl_device_smart_status{${ofCluster}} == bool 0)`,
    limit: anyBad('DiskFailing'),
    leadsTo: 'stor-disks',
  }),
  figure({
    title: 'Oldest data',
    description: 'How long ago the node that has been silent longest said something.',
    unit: 's',
    expr: `max(time() - push_time_seconds{job="zstone",${ofCluster}})`,
    limit: limits.nodeSilent,
    leadsTo: 'stor-pipeline',
  }),
  table({
    title: 'Clusters',
    description:
      'One row a cluster, by the label that its Prometheus adds; a click on one shows it alone.',
    labels: {},
    columns: [
      {
        title: 'Health',
        expr: clusterHealth,
        unit: 'none',
        words: healthWords,
        limit: healthLimit,
      },
      { title: 'Nodes', expr: `count by (cluster) (push_time_seconds{job="zstone",${ofCluster}})` },
      { title: 'Data disks', expr: `count by (cluster) (${size})` },
      {
        title: 'Used',
        expr: `sum by (cluster) (${used}) / sum by (cluster) (${size})`,
        unit: 'percentunit',
      },
      {
        title: 'Fullest disk',
        expr: `max by (cluster) (${used} / (${size} > 0))`,
        unit: 'percentunit',
        limit: limits.dataDiskNearFull,
      },
      {
        title: 'Alerts',
        expr: `count by (cluster) (ALERTS{alertstate="firing",${ofAlert}}) or 0 * max by (cluster) (ALERTS{${ofCluster},alertname="DeadMansSwitch"})`,
      },
      { title: 'At risk', expr: `sum by (cluster) (${atRisk})`, limit: limits.dataRedundancy },
      { title: 'Operations', expr: `sum by (cluster) (${operations})`, unit: 'ops' },
      { title: 'p99', expr: p99, unit: 's' },
      {
        title: 'Data age',
        expr: `max by (cluster) (time() - push_time_seconds{job="zstone",${ofCluster}})`,
        unit: 's',
        limit: limits.nodeSilent,
      },
    ],
    sortBy: 'Health',
    of: 'cluster',
    leadsTo: 'stor-cluster',
    height: 6,
  }),
]

const trends = [
  states({
    title: 'Health',
    description: 'The worst alert of each cluster over time. A gap: nobody judged.',
    expr: clusterHealth,
    legend: 'cluster {{cluster}}',
    words: healthWords,
    leadsTo: 'stor-alerts',
    empty: 'not judged',
  }),
  course({
    title: 'Fullest data disk',
    description: 'The fullest disk of each cluster decides when writes are refused.',
    unit: 'percentunit',
    expr: top(`max by (cluster) (${used} / (${size} > 0))`),
    legend: 'cluster {{cluster}}',
    limit: limits.dataDiskNearFull,
    leadsTo: 'stor-capacity',
  }),
  course({
    title: 'Operations of clients',
    description: 'Operations per second of each cluster, whatever their result.',
    unit: 'ops',
    expr: top(`sum by (cluster) (${operations})`),
    legend: 'cluster {{cluster}}',
    leadsTo: 'stor-cluster',
  }),
  course({
    title: 'Latency, p99',
    description: 'The slowest hundredth of the operations of each cluster.',
    unit: 's',
    expr: top(p99),
    legend: 'cluster {{cluster}}',
    leadsTo: 'stor-cluster',
    empty: 'no operations',
  }),
]

export const fleetBoard = () =>
  board({
    uid: 'stor-fleet',
    title: 'Fleet',
    description: 'All clusters that one Prometheus knows: which needs somebody, and for what.',
    variables: ['topk'],
    rows: { Highlights: highlights, Trends: trends },
  })
