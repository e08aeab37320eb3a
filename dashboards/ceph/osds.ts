/** OSDs of a Ceph cluster: which are down, slow or full, and which disk to pull. */
import { bars } from '../forms/bars.ts'
import { course } from '../forms/course.ts'
import { goodOrPoor, states } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { ofCluster } from '../select.ts'
import { top } from '../top.ts'
import { ofOsd, osdUse, osdWait } from './exported.ts'
import { fullness } from './fullness.ts'

/** Where an OSD stands, as the agents of its host know. */
const disk =
  'max by (cluster, ceph_daemon, device, serial) ' +
  `(zstone_ceph_osd_device{role="block",${ofCluster}})`
const slowest = (kind: 'r' | 'w') => [
  { expr: top(osdWait(kind)), legend: '{{ceph_daemon}}' },
  { expr: `quantile by (cluster) (0.5, ${osdWait(kind)})`, legend: 'p50 of OSDs' },
  { expr: `quantile by (cluster) (0.99, ${osdWait(kind)})`, legend: 'p99 of OSDs' },
]

export const osdRow = [
  states({
    title: 'OSDs that were down',
    description: 'Those that were up all the time that is shown are left out.',
    expr: `${ofOsd('ceph_osd_up')} and (min_over_time((${ofOsd('ceph_osd_up')})[$__range:$__rate_interval] @ end()) == 0)`,
    legend: '{{ceph_daemon}}',
    words: goodOrPoor('down', 'up'),
    limit: { alert: 'CephOSDDown' },
    span: 24,
    height: 6,
    empty: 'none was down',
  }),
  table({
    title: 'OSDs, those down first',
    description:
      'Each OSD with its host and disk, then the fullest: who is slow, and what to pull.',
    labels: {
      ceph_daemon: 'OSD',
      hostname: 'Host',
      device_class: 'Class',
      device: 'Disk',
      serial: 'Serial',
    },
    columns: [
      {
        expr: `max by (cluster, ceph_daemon, hostname, device_class) (ceph_osd_metadata{${ofCluster}})`,
      },
      { expr: disk },
      {
        title: 'Up',
        expr: ofOsd('ceph_osd_up'),
        unit: 'none',
        words: goodOrPoor('down', 'up'),
        limit: { alert: 'CephOSDDown', warnBelow: 1 },
      },
      { title: 'In', expr: ofOsd('ceph_osd_in'), unit: 'none', words: goodOrPoor('out', 'in') },
      { title: 'Used', expr: osdUse, unit: 'percentunit', limit: fullness },
      { title: 'Size', expr: ofOsd('ceph_osd_stat_bytes'), unit: 'bytes' },
      { title: 'Groups', expr: ofOsd('ceph_osd_numpg') },
      { title: 'Reads take', expr: osdWait('r'), unit: 's' },
      { title: 'Writes take', expr: osdWait('w'), unit: 's' },
    ],
    order: `2 * (${ofOsd('ceph_osd_up')} == bool 0) + ${osdUse}`,
    height: 10,
    leadsTo: 'stor-smart',
  }),
  course({
    title: 'Reads: how long they take',
    description: 'The slowest OSDs beside p50 and p99 of all: one far above p99 is ill.',
    unit: 's',
    expr: slowest('r'),
    leadsTo: 'stor-disks',
    empty: 'no reads',
  }),
  course({
    title: 'Writes: how long they take',
    description: 'The slowest OSDs beside p50 and p99 of all: one far above p99 is ill.',
    unit: 's',
    expr: slowest('w'),
    leadsTo: 'stor-disks',
    empty: 'no writes',
  }),
  bars({
    title: 'Fullest OSDs',
    description: 'A wide spread means that placement is uneven: look at the balancer.',
    unit: 'percentunit',
    expr: `topk($topk, ${osdUse})`,
    legend: '{{ceph_daemon}}',
    limit: fullness,
  }),
  bars({
    title: 'Placement groups by OSD',
    description: 'OSDs with most groups; they are the first to be full and to be busy.',
    unit: 'short',
    expr: `topk($topk, ${ofOsd('ceph_osd_numpg')})`,
    legend: '{{ceph_daemon}}',
    limit: { alert: 'CephPGImbalance' },
  }),
]
