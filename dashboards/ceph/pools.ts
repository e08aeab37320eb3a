/** Pools of a Ceph cluster: what they store, what they can still take, what clients do. */
import { course } from '../forms/course.ts'
import { table } from '../forms/table.ts'
import { top } from '../top.ts'
import { ofPoolId, poolDaysToFull, poolRate } from './exported.ts'
import { fullness, soon } from './fullness.ts'

export const poolRow = [
  table({
    title: 'Pools, the fullest first',
    description: 'What each pool stores, what it can still take, and what its clients do.',
    labels: { name: 'Pool' },
    columns: [
      { title: 'Stored', expr: named(ofPoolId('ceph_pool_stored')), unit: 'bytes' },
      {
        title: 'Used',
        expr: named(ofPoolId('ceph_pool_percent_used')),
        unit: 'percentunit',
        limit: { ...fullness, alert: 'CephPoolNearFull' },
      },
      { title: 'Can take', expr: named(ofPoolId('ceph_pool_max_avail')), unit: 'bytes' },
      { title: 'Full in', expr: named(poolDaysToFull), unit: 'd', limit: soon },
      { title: 'Objects', expr: named(ofPoolId('ceph_pool_objects')) },
      { title: 'Reads', expr: named(poolRate('ceph_pool_rd')), unit: 'iops' },
      { title: 'Writes', expr: named(poolRate('ceph_pool_wr')), unit: 'iops' },
      { title: 'Read', expr: named(poolRate('ceph_pool_rd_bytes')), unit: 'Bps' },
      { title: 'Written', expr: named(poolRate('ceph_pool_wr_bytes')), unit: 'Bps' },
    ],
    sortBy: 'Used',
    limit: { alert: 'CephPoolNearFull' },
  }),
  ...(
    [
      ['Operations', 'iops', 'ceph_pool_rd', 'ceph_pool_wr'],
      ['Bytes', 'Bps', 'ceph_pool_rd_bytes', 'ceph_pool_wr_bytes'],
    ] as const
  ).map(([title, unit, read, written]) =>
    course({
      title: `${title} of clients`,
      description: 'Reads and writes per second, of the busiest pools.',
      unit,
      expr: [
        { expr: top(poolRate(read)), legend: '{{name}} reads' },
        { expr: top(poolRate(written)), legend: '{{name}} writes' },
      ],
      leadsTo: 'stor-disks',
    }),
  ),
]

/** Without the number of the pool, which is nobody's. */
function named(expr: string): string {
  return `max by (cluster, name) (${expr})`
}
