/** All disks of all hosts: which are failing, worn, hot or slow. */
import { board } from '../board.ts'
import { bytesRead, bytesWritten, ofAll, queue, readWait, use, writeWait } from '../disk-load.ts'
import { bars } from '../forms/bars.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { goodOrBad } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { newOfDay } from '../growth.ts'
import { identity } from '../identity.ts'
import { anyBad, anyOf, limits } from '../limits.ts'
import { ofDataDisk, ofHost } from '../select.ts'
import { ageColumn, ageOf, badUnlessSilent, unlessSilent } from '../silence.ts'
import { top } from '../top.ts'

const by = 'by (cluster, instance, device)'
const legend = '{{instance}} {{device}}'
const temperature = unlessSilent(
  `max ${by} (smartctl_device_temperature{temperature_type="current",${ofHost}})`,
)

/** Sectors that were replaced, and what NVMe and SAS disks count instead. */
const defects =
  `max ${by} (` +
  `smartctl_device_attribute{attribute_id="5",attribute_value_type="raw",${ofHost}} < 65536 ` +
  `or smartctl_device_media_errors{${ofHost}} or smartctl_scsi_grown_defect_list{${ofHost}})`

const highlights = [
  figure({
    title: 'Disks',
    description: 'Disks that are read, behind every path once.',
    unit: 'short',
    expr: `count(zstone_device_readable{${ofHost}})`,
    leadsTo: 'stor-smart',
  }),
  figure({
    title: 'Failed',
    description: 'Disks that call themselves failed. ZStone drains them; then they can be pulled.',
    unit: 'short',
    expr: `sum(smartctl_device_smart_status{${ofHost}} == bool 0)`,
    limit: anyBad('DiskFailing'),
  }),
  figure({
    title: 'Likely to fail',
    description: 'Disks whose attributes speak for a failure more than against it.',
    unit: 'short',
    expr: `sum(zstone_device_failure_risk_ratio{${ofHost}} >= bool 0.5)`,
    limit: anyOf('DiskFailureLikely'),
    leadsTo: 'stor-smart',
  }),
  figure({
    title: 'Do not answer',
    description: 'Disks whose health is unknown because they cannot be read.',
    unit: 'short',
    expr: `sum(zstone_device_readable{${ofHost}} == bool 0)`,
    limit: anyOf('DiskUnreadable'),
  }),
  figure({
    title: 'Hottest',
    description: 'From 60 °C a rotating disk is too hot, from 75 °C an SSD.',
    unit: 'celsius',
    expr: `max(${temperature})`,
    limit: limits.diskHot,
  }),
  figure({
    title: 'Most worn',
    description:
      'Endurance that the most worn SSD has used; past 100 % its maker promises nothing.',
    unit: 'percent',
    max: 110,
    expr: `max(zstone_device_wear_percent{${ofHost}})`,
    limit: limits.wornOut,
    empty: 'no SSD',
    leadsTo: 'stor-smart',
  }),
  table({
    title: 'Disks, the most at risk first',
    description: 'Who each disk is and how it is; a click on a disk shows all that is known of it.',
    labels: {
      instance: 'Host',
      device: 'Disk',
      model_name: 'Model',
      serial_number: 'Serial',
      firmware_version: 'Firmware',
    },
    columns: [
      {
        expr: `max by (cluster, instance, device, model_name, serial_number, firmware_version) (${identity(ofHost)})`,
      },
      {
        title: 'SMART',
        expr: badUnlessSilent(`min ${by} (smartctl_device_smart_status{${ofHost}})`, '== 0'),
        unit: 'none',
        words: goodOrBad('failed', 'good'),
        limit: { alert: 'DiskFailing', badBelow: 1 },
      },
      {
        title: 'Risk',
        expr: `max ${by} (zstone_device_failure_risk_ratio{${ofHost}})`,
        unit: 'percentunit',
        limit: limits.diskRisk,
      },
      {
        title: 'Wear',
        expr: `max ${by} (zstone_device_wear_percent{${ofHost}})`,
        unit: 'percent',
        max: 110,
        limit: limits.wornOut,
      },
      { title: 'Defects', expr: defects },
      { title: 'New in a day', expr: newOfDay(defects), limit: limits.diskMediaErrors },
      { title: 'Heat', expr: temperature, unit: 'celsius', limit: limits.diskHot },
      {
        title: 'Powered on',
        expr: `max ${by} (smartctl_device_power_on_seconds{${ofHost}})`,
        unit: 's',
      },
      ageColumn(ageOf(`max ${by} (zstone_device_readable{${ofHost}})`)),
      {
        title: 'Size',
        expr: `max ${by} (smartctl_device_capacity_bytes{${ofHost}})`,
        unit: 'bytes',
      },
    ],
    sortBy: 'Risk',
    of: 'disk',
    leadsTo: 'stor-smart',
    height: 10,
  }),
]

const load = [
  course({
    title: 'Busiest disks',
    description: 'Share of time with something under way. An SSD may be far from full at 100 %.',
    unit: 'percentunit',
    expr: top(use(ofAll)),
    legend,
    of: 'disk',
    leadsTo: 'stor-hosts',
  }),
  course({
    title: 'Longest queues',
    description: 'Requests that wait or are under way: a queue that stays says saturated.',
    unit: 'short',
    expr: top(queue(ofAll)),
    legend,
    of: 'disk',
    leadsTo: 'stor-hosts',
  }),
  ...(
    [
      ['Reads', readWait],
      ['Writes', writeWait],
    ] as const
  ).map(([title, wait]) =>
    course({
      title: `${title}: how long they wait`,
      description: 'The slowest disks beside p50 and p99 of all: one far above p99 is ill.',
      unit: 's',
      expr: [
        { expr: top(wait(ofAll)), legend },
        { expr: `quantile by (cluster) (0.5, ${wait(ofAll)})`, legend: 'p50 of disks' },
        { expr: `quantile by (cluster) (0.99, ${wait(ofAll)})`, legend: 'p99 of disks' },
      ],
      of: 'disk',
      empty: 'idle',
      leadsTo: 'stor-hosts',
    }),
  ),
  ...(
    [
      ['Read', bytesRead],
      ['Written', bytesWritten],
    ] as const
  ).map(([title, bytes]) =>
    course({
      title,
      description: `Bytes per second that are ${title.toLowerCase()}, by disk.`,
      unit: 'Bps',
      expr: top(bytes(ofAll)),
      legend,
      of: 'disk',
      leadsTo: 'stor-hosts',
    }),
  ),
]

const heat = [
  course({
    title: 'Temperature',
    description: 'The hottest disks. All of a host: its fans; all of a rack: the room.',
    unit: 'celsius',
    expr: top(temperature),
    legend,
    limit: limits.diskHot,
    of: 'disk',
  }),
  bars({
    title: 'Hottest now',
    description: 'The hottest disks as they are now, on a scale up to 80 °C.',
    unit: 'celsius',
    max: 80,
    expr: `topk($topk, ${temperature})`,
    legend,
    limit: limits.diskHot,
    of: 'disk',
  }),
]

const engine = [
  course({
    title: 'Errors of data disks',
    description: 'Operations of the engine that its data disks failed.',
    unit: 'ops',
    expr: top(
      `sum by (cluster, data_disk) (rate(zstone_engine_data_disk_errors_total{${ofDataDisk}}[$__rate_interval]))`,
    ),
    legend: '{{data_disk}}',
    limit: { alert: 'DataDiskErrors' },
  }),
  course({
    title: 'Data disks in use',
    description: 'Share of each data disk that is used.',
    unit: 'percentunit',
    expr: top(
      `zstone_engine_data_disk_used_bytes{${ofDataDisk}} / (zstone_engine_data_disk_size_bytes{${ofDataDisk}} > 0)`,
    ),
    legend: '{{node}} {{device}}',
    limit: limits.dataDiskNearFull,
    leadsTo: 'stor-capacity',
  }),
]

export const disksBoard = () =>
  board({
    uid: 'stor-disks',
    title: 'Disks',
    description: 'All disks of all hosts: which are failing, worn, hot or slow.',
    variables: ['host', 'topk'],
    rows: { Highlights: highlights, Load: load, Heat: heat, 'Data disks': engine },
  })
