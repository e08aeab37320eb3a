/** A Ceph cluster, by what its manager exports: is data safe, who is slow, what is full. */
import { board } from '../board.ts'
import {
  badStates,
  groupsIn,
  ofCeph,
  ofOsd,
  osdRate,
  osdUse,
  osdWait,
  poolDaysToFull,
  poolRate,
} from '../ceph/exported.ts'
import { fullness, soon } from '../ceph/fullness.ts'
import { osdRow } from '../ceph/osds.ts'
import { poolRow } from '../ceph/pools.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { words } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import type { Limit } from '../limits.ts'
import { ofCluster } from '../select.ts'

const health = words([0, 'OK', 'green'], [1, 'WARN', 'orange'], [2, 'ERR', 'red'])
const one = (alert: string): Limit => ({ alert, warnFrom: 1 })
const bad = (alert: string): Limit => ({ alert, badFrom: 1 })

const raised = `(ceph_health_detail{${ofCluster}} == 1)`

const highlights = [
  figure({
    title: 'Health',
    description:
      'What Ceph says of itself; the table below says why. Empty: its manager is silent.',
    unit: 'none',
    expr: `max(${ofCeph('ceph_health_status')})`,
    limit: { alert: 'CephHealthError', warnFrom: 1, badFrom: 2 },
    words: health,
    empty: 'silent',
  }),
  figure({
    title: 'Monitors out',
    description:
      'Monitors that are not in the quorum. With half of them out everything stands still.',
    unit: 'short',
    expr: `sum(${ofCeph('ceph_mon_quorum_status', 'ceph_daemon')} == bool 0)`,
    limit: one('CephMonDown'),
  }),
  figure({
    title: 'OSDs down',
    description: 'OSDs that do not answer. Down and in: their data has too few copies.',
    unit: 'short',
    expr: `sum(${ofOsd('ceph_osd_up')} == bool 0)`,
    limit: one('CephOSDDown'),
  }),
  figure({
    title: 'Groups inactive',
    description: 'Placement groups that serve nobody: clients wait for them.',
    unit: 'short',
    expr: `${groupsIn('total')} - ${groupsIn('active')}`,
    limit: bad('CephPGsInactive'),
  }),
  figure({
    title: 'Objects at risk',
    description: 'Copies of objects that are missing. Falls to zero as the repair proceeds.',
    unit: 'short',
    expr: `sum(${ofCeph('ceph_num_objects_degraded')})`,
    limit: one('CephPGsUnclean'),
  }),
  figure({
    title: 'Unfound',
    description: 'Objects of which no copy is in reach. Bring back the OSD that held them.',
    unit: 'short',
    expr: `sum(${ofCeph('ceph_num_objects_unfound')})`,
    limit: bad('CephObjectMissing'),
  }),
  figure({
    title: 'Used',
    description: 'Share of all bytes that are used, copies included.',
    unit: 'percentunit',
    expr: `sum(${ofCeph('ceph_cluster_total_used_bytes')}) / sum(${ofCeph('ceph_cluster_total_bytes')})`,
    limit: fullness,
  }),
  figure({
    title: 'Fullest OSD',
    description: 'The fullest OSD, not the average, decides when writes are refused.',
    unit: 'percentunit',
    expr: `max(${osdUse})`,
    limit: fullness,
  }),
  figure({
    title: 'Soonest full pool',
    description: 'Of the pool that is full first, by how it grew in a week.',
    unit: 'd',
    expr: `min(${poolDaysToFull})`,
    limit: soon,
    empty: 'none grows',
  }),
  figure({
    title: 'Client operations',
    description: 'Reads and writes of clients per second, of all pools.',
    unit: 'iops',
    expr: `sum(${poolRate('ceph_pool_rd')}) + sum(${poolRate('ceph_pool_wr')})`,
    leadsTo: 'stor-disks',
  }),
  figure({
    title: 'Slow operations',
    description: 'Operations that an OSD or monitor has not answered for thirty seconds.',
    unit: 'short',
    expr: `sum(${ofCeph('ceph_healthcheck_slow_ops')})`,
    limit: one('CephSlowOps'),
  }),
  figure({
    title: 'Slowest writes',
    description: 'Average of a write on the slowest OSD; look at its disk and its link.',
    unit: 's',
    expr: `max(${osdWait('w')})`,
    leadsTo: 'stor-disks',
    empty: 'no writes',
  }),
  table({
    title: 'Health checks',
    description: 'What Ceph complains of, in its own words: ceph health detail says more of each.',
    labels: { name: 'Check', severity: 'Severity' },
    columns: [
      {
        title: 'Raised since',
        expr: `1000 * max by (cluster, name, severity) (last_over_time(timestamp(ceph_health_detail{${ofCluster}} == 0)[1d:1m]) and ${raised})`,
        unit: 'dateTimeFromNow',
      },
      { expr: `max by (cluster, name, severity) (${raised})` },
    ],
    sortBy: '-Severity',
    height: 7,
    limit: { alert: 'CephHealthWarning' },
    empty: 'none is raised',
  }),
]

const groups = [
  course({
    title: 'Placement groups that are not well',
    description: 'By state; a group may be in several. Undersized and degraded come first.',
    unit: 'short',
    expr: badStates.map((state) => ({
      expr: `${groupsIn(state)} > 0`,
      legend: state.replaceAll('_', ' '),
    })),
    limit: { alert: 'CephPGsUnclean' },
    empty: 'all are well',
  }),
  course({
    title: 'Objects to mend and to move',
    description: 'Degraded: copies are missing. Misplaced: they are elsewhere than they should be.',
    unit: 'short',
    expr: ['degraded', 'misplaced', 'unfound'].map((how) => ({
      expr: `sum by (cluster) (${ofCeph(`ceph_num_objects_${how}`)})`,
      legend: how,
    })),
    limit: { alert: 'CephPGsUnclean' },
  }),
  course({
    title: 'Recovery beside clients',
    description: 'Objects that recovery copies per second, and operations of clients.',
    unit: 'ops',
    expr: [
      {
        expr: `sum by (cluster) (${osdRate('ceph_osd_recovery_ops')})`,
        legend: 'recovery',
      },
      {
        expr: `sum by (cluster) (${poolRate('ceph_pool_rd')}) + sum by (cluster) (${poolRate('ceph_pool_wr')})`,
        legend: 'clients',
      },
    ],
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Scrub errors found',
    description: 'Groups with copies that differ: ceph pg repair mends them, if one copy is good.',
    unit: 'short',
    expr: groupsIn('inconsistent'),
    legend: 'inconsistent',
    limit: bad('CephPGsDamaged'),
  }),
]

const daemons = ['mon', 'mgr', 'osd', 'mds', 'rgw']

const versions = [
  table({
    title: 'Versions',
    description: 'More than one row: an upgrade is half done. See ceph versions.',
    labels: { ceph_version: 'Version' },
    columns: daemons.map((kind) => ({
      title: kind.toUpperCase(),
      expr: `count by (cluster, ceph_version) (max by (cluster, ceph_daemon, ceph_version) (ceph_${kind}_metadata{${ofCluster}}))`,
    })),
    height: 6,
    leadsTo: 'stor-pipeline',
    empty: 'none says',
  }),
]

export const cephBoard = () =>
  board({
    uid: 'stor-ceph',
    title: 'Ceph',
    description:
      'A Ceph cluster: is data safe, who is slow, what is full. From its manager’s metrics.',
    variables: ['topk'],
    rows: {
      Highlights: highlights,
      'Placement groups': groups,
      OSDs: osdRow,
      Pools: poolRow,
      Versions: versions,
    },
  })
