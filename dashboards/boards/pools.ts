/** All pools: which are at risk, which are busy, which grow. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states, words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { limits } from '../limits.ts'
import { quantile } from '../quantile.ts'
import { ofCluster, ofPool } from '../select.ts'
import { told } from '../silence.ts'
import { top } from '../top.ts'

const by = 'by (cluster, pool)'
const objects = (how = '') => `max ${by} (${told(`zstone_engine_pool_objects${how}{${ofPool}}`)})`
const stored = `max ${by} (zstone_engine_pool_bytes{${ofPool}})`
const groups = (state: string) =>
  `max ${by} (${told(`zstone_engine_pool_placement_groups{state="${state}",${ofPool}}`)})`
const operations = (more = '') =>
  `sum by (cluster, pool) (rate(zstone_engine_operations_total{${more}${ofPool}}[$__rate_interval]))`
const failed = `${operations('result="error",')} / (${operations()} > 0)`
const growth = `86400 * deriv((${stored})[7d:1h])`

const highlights = [
  figure({
    title: 'Pools',
    description: 'Pools that the engine serves.',
    unit: 'short',
    expr: `count(${objects()})`,
    leadsTo: 'stor-capacity',
  }),
  figure({
    title: 'Not clean',
    description: 'Pools with a placement group that lacks a copy or does not answer.',
    unit: 'short',
    expr: `sum((${groups('degraded')} + ${groups('unavailable')}) > bool 0)`,
    limit: limits.dataRedundancy,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Unavailable',
    description: 'Objects with no good copy in reach. Bring back a disk that held them.',
    unit: 'short',
    expr: `sum(${objects('_unavailable')})`,
    limit: limits.dataUnavailable,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Stored',
    description: 'One copy of every object of the chosen pools.',
    unit: 'bytes',
    expr: `sum(${stored})`,
    leadsTo: 'stor-capacity',
  }),
  figure({
    title: 'Operations',
    description: 'Operations of clients per second, whatever their result.',
    unit: 'ops',
    expr: `sum(${operations()})`,
    leadsTo: 'stor-cluster',
  }),
  figure({
    title: 'Most failures',
    description: 'Share of the operations that failed, of the pool that is worst off.',
    unit: 'percentunit',
    decimals: 3,
    expr: `max(${failed})`,
    limit: limits.operationsFailing,
    empty: 'no operations',
    leadsTo: 'stor-slo',
  }),
  table({
    title: 'Pools, those at risk first',
    description: 'What each pool holds, what is wrong with it, and what its clients do.',
    labels: { pool: 'Pool' },
    columns: [
      { title: 'Stored', expr: stored, unit: 'bytes' },
      { title: 'Growth a day', expr: growth, unit: 'bytes' },
      { title: 'Objects', expr: objects() },
      { title: 'Too few copies', expr: objects('_degraded'), limit: limits.dataRedundancy },
      { title: 'Wrong place', expr: objects('_misplaced'), limit: limits.recoveryStuck },
      { title: 'Unavailable', expr: objects('_unavailable'), limit: limits.dataUnavailable },
      { title: 'Groups', expr: `sum ${by} (${group()})` },
      { title: 'Operations', expr: operations(), unit: 'ops' },
      {
        title: 'Failed',
        expr: failed,
        unit: 'percentunit',
        decimals: 3,
        limit: limits.operationsFailing,
      },
    ],
    order: `1e15 * ${objects('_unavailable')} + ${objects('_degraded')}`,
    of: 'pool',
    leadsTo: 'stor-recovery',
  }),
  states({
    title: 'State',
    description: 'The worst that is true of any placement group of each pool. A gap: nobody tells.',
    expr: `2 * (${groups('unavailable')} > bool 0) + ((${groups('unavailable')} == bool 0) * (${groups('degraded')} > bool 0))`,
    legend: '{{pool}}',
    words: words([0, 'clean', 'green'], [1, 'degraded', 'orange'], [2, 'unavailable', 'red']),
    span: 24,
    limit: limits.dataUnavailable,
  }),
]

/** Several nodes may report what the cluster as a whole knows. */
function group(): string {
  return `max by (cluster, pool, state) (zstone_engine_pool_placement_groups{${ofPool}})`
}

const ofKind = (operation: string) => top(operations(`operation=~"${operation}",`))

const clients = [
  course({
    title: 'Reads',
    description: 'Reads of clients per second, of the busiest pools.',
    unit: 'ops',
    expr: ofKind('get|list'),
    legend: '{{pool}}',
    of: 'pool',
    leadsTo: 'stor-cluster',
  }),
  course({
    title: 'Writes',
    description: 'Writes and deletions of clients per second, of the busiest pools.',
    unit: 'ops',
    expr: ofKind('put|delete'),
    legend: '{{pool}}',
    of: 'pool',
    leadsTo: 'stor-cluster',
  }),
  course({
    title: 'Failed',
    description: 'Share of the operations of each pool that failed.',
    unit: 'percentunit',
    softMax: 0.012,
    expr: top(failed),
    legend: '{{pool}}',
    limit: limits.operationsFailing,
    of: 'pool',
    empty: 'no operations',
    leadsTo: 'stor-slo',
  }),
  course({
    title: 'Latency, p50 and p99',
    description: 'Of all pools together: the engine does not tell them apart.',
    unit: 's',
    expr: [0.5, 0.99].map((share) => ({
      expr: quantile(
        share,
        `sum by (operation, le) (rate(zstone_engine_operation_seconds_bucket{${ofCluster}}[$__rate_interval]))`,
      ),
      legend: `{{operation}} p${share * 100}`,
    })),
    leadsTo: 'stor-cluster',
    empty: 'no operations',
  }),
]

const answersOf = (more: string) =>
  `rate(zstone_engine_gateway_requests_total{${more}${ofCluster}}[$__rate_interval])`
const [answers, broken] = [answersOf(''), answersOf('status=~"5..",')]

const gateway = [
  course({
    title: 'Answers of the object gateway',
    description: 'Per second, by method and status. 503 and 507: the engine is busy, or full.',
    unit: 'ops',
    expr: `sum by (cluster, method, status) (${answers})`,
    legend: '{{method}} {{status}}',
    wrong: / 5..$/,
    limit: { alert: 'ObjectGatewayFailing' },
    empty: 'nobody asks',
  }),
  course({
    title: 'Answers that are its fault',
    description: 'Share of the answers from 500 on.',
    unit: 'percentunit',
    softMax: 0.012,
    expr: `(sum by (cluster) (${broken}) or 0 * sum by (cluster) (${answers})) / (sum by (cluster) (${answers}) > 0)`,
    legend: 'from 500 on',
    limit: limits.gatewayErrors,
    empty: 'nobody asks',
  }),
]

const content = [
  course({
    title: 'Stored',
    description: 'One copy of every object, of the largest pools.',
    unit: 'bytes',
    expr: top(stored),
    legend: '{{pool}}',
    of: 'pool',
    leadsTo: 'stor-capacity',
  }),
  course({
    title: 'Objects',
    description: 'Objects of the pools that have most.',
    unit: 'short',
    expr: top(objects()),
    legend: '{{pool}}',
    of: 'pool',
    leadsTo: 'stor-capacity',
  }),
  course({
    title: 'Too few copies',
    description: 'Objects that another failure could cost. A level that does not fall is stuck.',
    unit: 'short',
    expr: top(objects('_degraded')),
    legend: '{{pool}}',
    limit: limits.dataRedundancy,
    of: 'pool',
  }),
  course({
    title: 'Wrong copies found',
    description: 'Copies that scrubs and reads found wrong; a data disk that makes them has to go.',
    unit: 'short',
    expr: `max ${by} (increase(zstone_engine_scrub_errors_total{${ofPool}}[$__rate_interval]))`,
    legend: '{{pool}}',
    limit: limits.scrubErrors,
    of: 'pool',
  }),
]

export const poolsBoard = () =>
  board({
    uid: 'stor-pools',
    title: 'Pools',
    description: 'All pools: which are at risk, which are busy, which grow.',
    variables: ['pool', 'topk'],
    rows: { Highlights: highlights, Clients: clients, 'Object gateway': gateway, Content: content },
  })
