/** The first screen on call: is data safe, is anything firing, and how old is what we see. */
import { board } from '../board.ts'
import { firing, whatFires } from '../firing.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { heat } from '../forms/heat.ts'
import { states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { clusterHealth, healthLimit, healthWords } from '../health.ts'
import { anyOf, limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofCluster, zeroIfJudged } from '../select.ts'
import { told, unlessNodeSilent } from '../silence.ts'

const state = (name: string) =>
  `max by (cluster, node, device) (zstone_engine_data_disk_state{state="${name}",${ofCluster}})`

const highlights = [
  figure({
    title: 'Health',
    description: 'The worst alert that fires. Empty: nobody judges, which is worse than critical.',
    unit: 'none',
    expr: clusterHealth,
    limit: healthLimit,
    words: healthWords,
    empty: 'not judged',
    leadsTo: 'stor-alerts',
  }),
  figure({
    title: 'Firing alerts',
    description: 'Each alert links to its runbook. Zero is shown only while rules are evaluated.',
    unit: 'short',
    expr: `count(${firing}) or ${zeroIfJudged}`,
    limit: anyOf('DeadMansSwitch'),
    leadsTo: 'stor-alerts',
    empty: 'not judged',
  }),
  figure({
    title: 'Data disks down',
    description: 'Data disks in service that do not answer. Their copies are rebuilt elsewhere.',
    unit: 'short',
    expr:
      `sum((${state('out')} == bool 0) * ` +
      `(max by (cluster, node, device) (zstone_engine_data_disk_up{${ofCluster}}) == bool 0))`,
    limit: limits.dataDiskDown,
    leadsTo: 'stor-disks',
  }),
  figure({
    title: 'Too few copies',
    description: 'Objects that another failure could cost. Falls to zero as the repair proceeds.',
    unit: 'short',
    expr: `sum(max by (cluster, pool) (${told(`zstone_engine_pool_objects_degraded{${ofCluster}}`)}))`,
    limit: limits.dataRedundancy,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Objects unavailable',
    description: 'Objects with no good copy in reach. Bring back a disk that held them.',
    unit: 'short',
    expr: `sum(max by (cluster, pool) (${told(`zstone_engine_pool_objects_unavailable{${ofCluster}}`)}))`,
    limit: limits.dataUnavailable,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Fullest data disk',
    description: 'The fullest disk, not the average, decides when a pool stops taking writes.',
    unit: 'percentunit',
    expr: `max(zstone_engine_data_disk_used_bytes{${ofCluster}} / (zstone_engine_data_disk_size_bytes{${ofCluster}} > 0))`,
    limit: limits.dataDiskNearFull,
    leadsTo: 'stor-capacity',
  }),
  figure({
    title: 'Age of the oldest data',
    description: 'Time since the node that has been silent longest last pushed.',
    unit: 's',
    expr: `max(time() - push_time_seconds{job="zstone",${ofCluster}})`,
    limit: limits.nodeSilent,
    leadsTo: 'stor-pipeline',
  }),
  figure({
    title: 'Client operations',
    description: 'Operations of clients per second, whatever their result.',
    unit: 'ops',
    expr: `sum(rate(zstone_engine_operations_total{${ofCluster}}[$__rate_interval]))`,
    leadsTo: 'stor-fleet',
  }),
  figure({
    title: 'Failed operations',
    description: 'Share of the operations of clients that failed.',
    unit: 'percentunit',
    decimals: 2,
    expr:
      `sum(rate(zstone_engine_operations_total{result="error",${ofCluster}}[$__rate_interval]))` +
      ` / (sum(rate(zstone_engine_operations_total{${ofCluster}}[$__rate_interval])) > 0)`,
    limit: limits.operationsFailing,
    empty: 'no operations',
  }),
  figure({
    title: 'Slowest hundredth',
    description: 'The p99 of client operations of any kind.',
    unit: 's',
    expr: quantile(
      0.99,
      `sum by (le) (rate(zstone_engine_operation_seconds_bucket{${ofCluster}}[$__rate_interval]))`,
    ),
    leadsTo: 'stor-disks',
    empty: 'no operations',
  }),
  figure({
    title: 'Disks likely to fail',
    description: 'Disks whose attributes speak for a failure more than against it.',
    unit: 'short',
    expr: `sum(zstone_device_failure_risk_ratio{${ofCluster}} >= bool 0.5)`,
    limit: anyOf('DiskFailureLikely'),
    leadsTo: 'stor-smart',
  }),
  figure({
    title: 'Repairs under way',
    description: 'Jobs of the master that are queued, running or being undone.',
    unit: 'short',
    expr: `sum(zstone_master_jobs{${ofCluster}})`,
    leadsTo: 'stor-workflows',
  }),
]

const health = [
  whatFires({ leadsTo: 'stor-alerts' }),
  states({
    title: 'Data disks',
    description:
      'Each data disk by its state in the map. Out: nothing depends on it any more. A gap: its node is silent.',
    expr: unlessNodeSilent(`${state('draining')} + 2 * ${state('out')} + 3 * ${state('failed')}`),
    legend: '{{node}} {{device}}',
    words: words(
      [0, 'in', 'green'],
      [1, 'draining', 'orange'],
      [2, 'out', 'blue'],
      [3, 'failed', 'red'],
    ),
    span: 24,
    limit: limits.dataDiskDown,
    leadsTo: 'stor-disks',
  }),
]

const clients = [
  course({
    title: 'Operations',
    description: 'Operations per second by kind and result.',
    unit: 'ops',
    expr: `sum by (cluster, operation, result) (rate(zstone_engine_operations_total{${ofCluster}}[$__rate_interval]))`,
    legend: '{{operation}} {{result}}',
    wrong: / error$/,
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Latency, p50 and p99',
    description: 'Half of the operations are faster than p50, one in a hundred is slower than p99.',
    unit: 's',
    expr: [0.5, 0.99].map((share) => ({
      expr: quantile(
        share,
        `sum by (operation, le) (rate(zstone_engine_operation_seconds_bucket{${ofCluster}}[$__rate_interval]))`,
      ),
      legend: `{{operation}} p${share * 100}`,
    })),
    leadsTo: 'stor-disks',
    empty: 'no operations',
  }),
  ...['get', 'put'].map((operation) =>
    heat({
      title: `Latency of ${operation}`,
      description:
        'How many operations took how long: a second band means that some disks are slow.',
      expr: `sum by (le) (rate(zstone_engine_operation_seconds_bucket{operation="${operation}",${ofCluster}}[$__rate_interval]))`,
      leadsTo: 'stor-disks',
    }),
  ),
]

const versions = [
  table({
    title: 'Versions of agents',
    description: 'More than one row: an upgrade is half done.',
    labels: { version: 'Version' },
    columns: [
      { title: 'Agents', expr: `count by (cluster, version) (zstone_agent_info{${ofCluster}})` },
    ],
    sortBy: 'Agents',
    height: 5,
    leadsTo: 'stor-pipeline',
  }),
]

export const clusterBoard = () =>
  board({
    uid: 'stor-cluster',
    title: 'Cluster',
    description: 'Safety of the data, state of the disks, and age of what is shown.',
    rows: { Highlights: highlights, Health: health, Clients: clients, Versions: versions },
  })
