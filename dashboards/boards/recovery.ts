/** Is every copy there, and when will it be: recovery and scrubbing. */
import { board } from '../board.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { states, words } from '../forms/states.ts'
import { limits } from '../limits.ts'
import { ofCluster, ofPool } from '../select.ts'
import { told } from '../silence.ts'

const objects = (how: string) =>
  `max by (cluster, pool) (${told(`zstone_engine_pool_objects_${how}{${ofPool}}`)})`
const groups = (state: string) =>
  `max by (cluster, pool) (${told(`zstone_engine_pool_placement_groups{state="${state}",${ofPool}}`)})`
const recovered = `zstone_engine_recovery_bytes_total{${ofCluster}}`
const copied = `max by (cluster) (rate(${recovered}[$__rate_interval]))`
const left = `max by (cluster) (${told(`zstone_engine_recovery_groups_left{${ofCluster}}`)})`
const toDo = `(sum(${objects('degraded')}) + sum(${objects('misplaced')}))`
const stuck = { alert: 'RecoveryStuck' }

const highlights = [
  figure({
    title: 'Too few copies',
    description: 'Objects that another failure could cost.',
    unit: 'short',
    expr: `sum(${objects('degraded')})`,
    limit: limits.dataRedundancy,
  }),
  figure({
    title: 'In the wrong place',
    description:
      'Objects with all their copies, some not where they should be: nothing is at risk.',
    unit: 'short',
    expr: `sum(${objects('misplaced')})`,
    limit: limits.recoveryStuck,
  }),
  figure({
    title: 'Unavailable',
    description: 'Objects with no good copy in reach. Bring back a disk that held them.',
    unit: 'short',
    expr: `sum(${objects('unavailable')})`,
    limit: limits.dataUnavailable,
  }),
  figure({
    title: 'Groups left',
    description: 'Placement groups that recovery still has to settle.',
    unit: 'short',
    expr: `sum(${left})`,
    limit: limits.recoveryStuck,
  }),
  figure({
    title: 'Done in',
    description:
      'At the pace of the last ten minutes, by objects. Empty: nothing is left, or nothing moves.',
    unit: 's',
    expr: `(${toDo} > 0) / -(deriv((${toDo})[10m:1m]) < 0)`,
    limit: stuck,
    empty: 'nothing moves',
  }),
  figure({
    title: 'Wrong copies in a day',
    description: 'Copies that scrubs and reads found wrong; they are mended from good ones.',
    unit: 'short',
    expr: `sum(max by (cluster, pool) (increase(zstone_engine_scrub_errors_total{${ofPool}}[1d])))`,
    limit: limits.scrubErrors,
  }),
  states({
    title: 'Pools',
    description: 'The worst that is true of any placement group of each pool. A gap: nobody tells.',
    expr: `2 * (${groups('unavailable')} > bool 0) + ((${groups('unavailable')} == bool 0) * (${groups('degraded')} > bool 0))`,
    legend: '{{pool}}',
    words: words([0, 'clean', 'green'], [1, 'degraded', 'orange'], [2, 'unavailable', 'red']),
    span: 24,
    limit: limits.dataUnavailable,
  }),
]

const recovery = [
  course({
    title: 'Recovery',
    description: 'Bytes that recovery copies; what clients do meanwhile is beside it.',
    unit: 'Bps',
    expr: copied,
    legend: 'recovery',
    limit: stuck,
  }),
  course({
    title: 'Operations of clients',
    description: 'If they fall while recovery runs, its limit is too high.',
    unit: 'ops',
    expr: `sum by (cluster, operation) (rate(zstone_engine_operations_total{${ofPool}}[$__rate_interval]))`,
    legend: '{{operation}}',
    leadsTo: 'stor-cluster',
  }),
  course({
    title: 'Objects with too few copies',
    description: 'By pool. A level that does not fall means that the repair is stuck.',
    unit: 'short',
    expr: objects('degraded'),
    legend: '{{pool}}',
    limit: limits.dataRedundancy,
  }),
  course({
    title: 'Objects in the wrong place',
    description: 'By pool. They move when disks come, go or are reweighted.',
    unit: 'short',
    expr: objects('misplaced'),
    legend: '{{pool}}',
    limit: limits.recoveryStuck,
  }),
]

const scrub = [
  course({
    title: 'Wrong copies found',
    description: 'Find the data disk that they were on: one that returns wrong data has to go.',
    unit: 'short',
    expr: `max by (cluster, pool) (increase(zstone_engine_scrub_errors_total{${ofPool}}[$__rate_interval]))`,
    legend: '{{pool}}',
    limit: limits.scrubErrors,
  }),
  course({
    title: 'Wrong copies mended',
    description: 'Fewer than were found: a good copy was missing too.',
    unit: 'short',
    expr: `max by (cluster, pool) (increase(zstone_engine_scrub_repaired_total{${ofPool}}[$__rate_interval]))`,
    legend: '{{pool}}',
    limit: limits.scrubErrors,
  }),
]

export const recoveryBoard = () =>
  board({
    uid: 'stor-recovery',
    title: 'Recovery',
    description: 'Is every copy there, and when will it be.',
    variables: ['pool'],
    rows: { Highlights: highlights, Recovery: recovery, Scrubbing: scrub },
  })
