/** What is full, and when what grows will be. */
import { board } from '../board.ts'
import { daysToFull, growthOfDay } from '../forecast.ts'
import { bars } from '../forms/bars.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { table } from '../forms/table.ts'
import { limits } from '../limits.ts'
import { ofCluster, ofDataDisk, ofHost, ofPool } from '../select.ts'
import { ageColumn, ageOf, unlessSilent } from '../silence.ts'
import { bottom, top } from '../top.ts'

const byDisk = 'by (cluster, node, device)'
const used = `max ${byDisk} (zstone_engine_data_disk_used_bytes{${ofDataDisk}})`
const size = `max ${byDisk} (zstone_engine_data_disk_size_bytes{${ofDataDisk}})`
const stored = `max by (cluster, pool) (zstone_engine_pool_bytes{${ofPool}})`
const sort = 'fstype!~"tmpfs|ramfs"'
const free = `node_filesystem_avail_bytes{${sort},${ofHost}}`
const whole = `(node_filesystem_size_bytes{${sort},${ofHost}} > 0)`
const each = (expr: string) => `min by (cluster, instance, mountpoint, device, fstype) (${expr})`

const room = { free, days: 7 }
const week = daysToFull(room)
const month = daysToFull({ free, days: 30 })
const diskWeek = daysToFull({ free: `(${size} - ${used})`, days: 7 })
const least = limits.filesystemFree.warnBelow
/** Data disks that are out owe nobody anything. */
const inService = (what: 'used' | 'size') => {
  const disk = 'max by (cluster, data_disk, node)'
  const isOut = `${disk} (zstone_engine_data_disk_state{state="out",${ofCluster}}) == 1`
  return `(${disk} (zstone_engine_data_disk_${what}_bytes{${ofCluster}}) unless ${isOut})`
}

const tooEarly = 'no trend'
const soon = { alert: 'NodeFilesystemAlmostFull', warnBelow: 30, badBelow: 7 }

const highlights = [
  figure({
    title: 'Size',
    description: 'Of all data disks together, copies and all.',
    unit: 'bytes',
    span: 6,
    expr: `sum(${size})`,
    leadsTo: 'stor-disks',
  }),
  figure({
    title: 'Used',
    description: 'What data disks hold, copies and garbage included.',
    unit: 'bytes',
    span: 6,
    expr: `sum(${used})`,
    leadsTo: 'stor-disks',
  }),
  figure({
    title: 'Stored by clients',
    description: 'One copy of every object of the chosen pools.',
    unit: 'bytes',
    span: 6,
    expr: `sum(${stored})`,
    leadsTo: 'stor-recovery',
  }),
  figure({
    title: 'Fullest data disk',
    description: 'The fullest disk, not the average, decides when writes are refused.',
    unit: 'percentunit',
    span: 6,
    expr: `max(${used} / (${size} > 0))`,
    limit: limits.dataDiskNearFull,
  }),
  figure({
    title: 'Soonest full data disk',
    description:
      'By a line through the last week. No trend: it fits none, or knows less than half a week.',
    unit: 'd',
    span: 6,
    expr: `min(${diskWeek})`,
    limit: { alert: 'DataDiskNearFull', warnBelow: 30, badBelow: 7 },
    empty: tooEarly,
  }),
  figure({
    title: 'Soonest full file system',
    description: 'Of the first file system, by a line through the last week, where one fits.',
    unit: 'd',
    span: 6,
    expr: `min(${week})`,
    limit: soon,
    empty: tooEarly,
  }),
  figure({
    title: 'After a lost node',
    description: 'How full the data disks would be that are left when the largest node is lost.',
    unit: 'percentunit',
    span: 6,
    expr: `max(sum by (cluster) (${inService('used')}) / ((sum by (cluster) (${inService('size')}) - max by (cluster) (sum by (cluster, node) (${inService('size')}))) > 0))`,
    limit: limits.nodeLossWouldFill,
    empty: 'one node only',
    leadsTo: 'stor-hosts',
  }),
  figure({
    title: 'Copies and garbage',
    description: 'Bytes on disks for each byte that clients stored; more than copies is garbage.',
    unit: 'none',
    span: 6,
    expr: `sum(max by (cluster, data_disk) (zstone_engine_data_disk_used_bytes{${ofCluster}})) / (sum(max by (cluster, pool) (zstone_engine_pool_bytes{${ofCluster}})) > 0)`,
    empty: 'nothing stored',
    leadsTo: 'stor-recovery',
  }),
  table({
    title: 'File systems',
    description:
      'When each is full by a line through 7 days and through 30; blank where none fits, and of a silent host.',
    labels: { instance: 'Host', mountpoint: 'Mounted on', device: 'Device', fstype: 'Type' },
    columns: [
      { title: 'Size', expr: each(whole), unit: 'bytes' },
      { title: 'Free', expr: each(unlessSilent(free)), unit: 'bytes' },
      {
        title: 'Free share',
        expr: each(unlessSilent(`${free} / ${whole}`)),
        unit: 'percentunit',
        limit: limits.filesystemFree,
      },
      {
        title: 'Inodes free',
        expr: each(
          unlessSilent(
            `node_filesystem_files_free{${sort},${ofHost}} / ` +
              `(node_filesystem_files{${sort},${ofHost}} > 0)`,
          ),
        ),
        unit: 'percentunit',
        limit: limits.filesystemFiles,
      },
      { title: 'Growth a day', expr: each(unlessSilent(growthOfDay(room))), unit: 'bytes' },
      { title: 'Full, by 7 d', expr: each(unlessSilent(week)), unit: 'd', limit: soon },
      { title: 'Full, by 30 d', expr: each(unlessSilent(month)), unit: 'd', limit: soon },
      ageColumn(each(ageOf(free))),
    ],
    sortBy: '-Free share',
    height: 10,
    of: 'host',
    leadsTo: 'stor-hosts',
  }),
]

const growth = [
  course({
    title: 'Free on file systems, and in a week',
    description:
      'What is free; dashed, where a line through the last week leads within another, if too low.',
    unit: 'bytes',
    expr: [
      { expr: bottom(free), legend: '{{instance}} {{mountpoint}}' },
      {
        expr: `(${bottom(`predict_linear((${free})[7d:1h], 604800)`)}) < ${least} * ${whole}`,
        legend: '{{instance}} {{mountpoint}} in a week',
        isDashed: true,
      },
    ],
    limit: { alert: 'NodeFilesystemAlmostFull' },
    of: 'host',
  }),
  course({
    title: 'Stored by pool',
    description: 'One copy of every object, by pool.',
    unit: 'bytes',
    expr: top(stored),
    legend: '{{pool}}',
    of: 'pool',
    leadsTo: 'stor-recovery',
  }),
  course({
    title: 'Data disks, used share',
    description: 'The fullest data disks. A wide spread means that placement is uneven.',
    unit: 'percentunit',
    expr: [
      { expr: top(`${used} / (${size} > 0)`), legend: '{{node}} {{device}}' },
      { expr: `sum by (cluster) (${used}) / sum by (cluster) (${size})`, legend: 'all together' },
    ],
    limit: limits.dataDiskNearFull,
  }),
  bars({
    title: 'Biggest growers of a day',
    description: 'File systems that lost most free bytes since yesterday.',
    unit: 'bytes',
    expr: `topk($topk, -(${free} - ${free} offset 1d) > 0)`,
    legend: '{{instance}} {{mountpoint}}',
    of: 'host',
    empty: 'nothing grew',
    leadsTo: 'stor-hosts',
  }),
]

const pools = [
  table({
    title: 'Pools',
    description: 'What each pool holds for clients, and what is wrong with it.',
    labels: { pool: 'Pool' },
    columns: [
      { title: 'Stored', expr: stored, unit: 'bytes' },
      {
        title: 'Objects',
        expr: `max by (cluster, pool) (zstone_engine_pool_objects{${ofPool}})`,
      },
      {
        title: 'At risk',
        expr: `max by (cluster, pool) (zstone_engine_pool_objects_degraded{${ofPool}})`,
        limit: limits.dataRedundancy,
      },
    ],
    sortBy: 'Stored',
    height: 6,
    of: 'pool',
    leadsTo: 'stor-recovery',
  }),
]

export const capacityBoard = () =>
  board({
    uid: 'stor-capacity',
    title: 'Capacity',
    description: 'What is full, and when what grows will be.',
    variables: ['host', 'pool', 'topk'],
    rows: { Highlights: highlights, Growth: growth, Pools: pools },
    from: 'now-7d',
  })
