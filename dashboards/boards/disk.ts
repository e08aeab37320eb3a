/** One disk: who it is, how it is used, what it says of itself, and how its peers do. */
import { board } from '../board.ts'
import {
  bytesRead,
  bytesWritten,
  ofAll,
  ofOne,
  queue,
  reads,
  readWait,
  use,
  writes,
  writeWait,
} from '../disk-load.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { goodOrBad, goodOrPoor, states } from '../forms/states.ts'
import { table } from '../forms/table.ts'
import { newOfDay } from '../growth.ts'
import { identity } from '../identity.ts'
import { anyOf, limits } from '../limits.ts'
import { ofDisk } from '../select.ts'
import { age, badUnlessSilent, unlessSilent } from '../silence.ts'

const legend = '{{instance}} {{device}}'
const by = 'by (cluster, instance, device)'
const temperature = unlessSilent(
  `max ${by} (smartctl_device_temperature{temperature_type="current",${ofDisk}})`,
)
const raw = (id: string) =>
  `smartctl_device_attribute{attribute_id="${id}",attribute_value_type="raw",${ofDisk}} < 65536`

const small = { span: 3 } as const

const highlights = [
  figure({
    ...small,
    title: 'Data age',
    description: 'How long ago its host said something. What is old may be wrong by now.',
    unit: 's',
    expr: `max(${age})`,
    limit: limits.nodeSilent,
    leadsTo: 'stor-pipeline',
  }),
  figure({
    ...small,
    title: 'SMART',
    description: 'What the disk says of itself. A failed disk is drained by ZStone.',
    unit: 'none',
    expr: `min(${badUnlessSilent(`smartctl_device_smart_status{${ofDisk}}`, '== 0')})`,
    empty: 'not known',
    words: goodOrBad('failed', 'good'),
    limit: { alert: 'DiskFailing', badBelow: 1 },
  }),
  figure({
    ...small,
    title: 'Risk',
    description: 'How much its attributes speak for a failure soon. For ranking, not for proof.',
    unit: 'percentunit',
    expr: `max(zstone_device_failure_risk_ratio{${ofDisk}})`,
    limit: limits.diskRisk,
    leadsTo: 'stor-smart',
  }),
  figure({
    ...small,
    title: 'New defects',
    description: 'Sectors replaced, or media errors, within a day. The graph below has all.',
    unit: 'short',
    expr: `max(${newOfDay(`max ${by} (${raw('5')} or smartctl_device_media_errors{${ofDisk}} or smartctl_scsi_grown_defect_list{${ofDisk}})`)})`,
    limit: limits.diskMediaErrors,
    empty: 'not counted',
  }),
  figure({
    ...small,
    title: 'Temperature',
    description: 'From 60 °C a rotating disk is too hot, from 75 °C an SSD.',
    unit: 'celsius',
    expr: `max(${temperature})`,
    empty: 'not known',
    limit: limits.diskHot,
  }),
  figure({
    ...small,
    title: 'Wear',
    description: 'Endurance used; past 100 % the maker promises nothing.',
    unit: 'percent',
    max: 110,
    expr: `max(zstone_device_wear_percent{${ofDisk}})`,
    limit: limits.wornOut,
    empty: 'no SSD',
  }),
  figure({
    ...small,
    title: 'Worn out in',
    description: 'At the earliest: the low bound of a band that holds four of five disks.',
    unit: 'd',
    expr: `min(zstone_device_wear_days_left{bound="low",${ofDisk}})`,
    limit: limits.wearsOutSoon,
    empty: 'not foreseen',
    leadsTo: 'stor-smart',
  }),
  figure({
    ...small,
    title: 'Busy',
    description: 'Share of time with something under way.',
    unit: 'percentunit',
    expr: `max(${use(ofOne)})`,
    empty: 'not known',
    leadsTo: 'stor-disks',
  }),
  table({
    title: 'Who it is',
    description: 'What is printed on the disk, to find it and to order another.',
    labels: {
      instance: 'Host',
      device: 'Disk',
      model_name: 'Model',
      serial_number: 'Serial',
      firmware_version: 'Firmware',
      form_factor: 'Form',
      interface: 'By',
    },
    columns: [
      {
        expr: `max by (cluster, instance, device, model_name, serial_number, firmware_version, form_factor, interface) (${identity(ofDisk)})`,
      },
      {
        title: 'Size',
        expr: `max ${by} (smartctl_device_capacity_bytes{${ofDisk}})`,
        unit: 'bytes',
      },
      {
        title: 'Powered on',
        expr: `max ${by} (smartctl_device_power_on_seconds{${ofDisk}})`,
        unit: 's',
      },
      { title: 'Power cycles', expr: `max ${by} (smartctl_device_power_cycle_count{${ofDisk}})` },
    ],
    sortBy: '-Disk',
    of: 'host',
    leadsTo: 'stor-disks',
    height: 5,
  }),
]

const load = [
  course({
    title: 'Operations',
    description: 'Reads and writes per second that reach the disk.',
    unit: 'iops',
    expr: [
      { expr: reads(ofOne), legend: `${legend} reads` },
      { expr: writes(ofOne), legend: `${legend} writes` },
    ],
    of: 'host',
    empty: 'not known',
  }),
  course({
    title: 'Bytes',
    description: 'Bytes per second that the disk reads and writes.',
    unit: 'Bps',
    expr: [
      { expr: bytesRead(ofOne), legend: `${legend} read` },
      { expr: bytesWritten(ofOne), legend: `${legend} written` },
    ],
    of: 'host',
    empty: 'not known',
  }),
  ...(
    [
      ['Reads', readWait],
      ['Writes', writeWait],
    ] as const
  ).map(([title, wait]) =>
    course({
      title: `${title}: this disk and its peers`,
      description:
        'How long a request takes on average, beside p50 and p99 of all disks of the host.',
      unit: 's',
      expr: [
        { expr: wait(ofOne), legend },
        {
          expr: `quantile by (cluster, instance) (0.5, ${wait(ofAll)})`,
          legend: '{{instance}} p50',
        },
        {
          expr: `quantile by (cluster, instance) (0.99, ${wait(ofAll)})`,
          legend: '{{instance}} p99',
        },
      ],
      of: 'host',
      empty: 'idle',
    }),
  ),
  course({
    title: 'Busy',
    description: 'Share of time with something under way.',
    unit: 'percentunit',
    expr: use(ofOne),
    legend,
    of: 'host',
    empty: 'not known',
  }),
  course({
    title: 'Queue',
    description: 'Requests that wait or are under way.',
    unit: 'short',
    expr: queue(ofOne),
    legend,
    of: 'host',
    empty: 'not known',
  }),
]

const health = [
  states({
    title: 'Answers',
    description:
      'Whether the disk answers when it is asked for its health. A gap: its host is silent.',
    expr: unlessSilent(`min ${by} (zstone_device_readable{${ofDisk}})`),
    empty: 'its host is silent',
    legend,
    words: goodOrPoor('silent', 'answers'),
    height: 4,
    span: 24,
    limit: anyOf('DiskUnreadable'),
  }),
  course({
    title: 'Temperature',
    description: 'From 60 °C a rotating disk is too hot, from 75 °C an SSD.',
    unit: 'celsius',
    expr: temperature,
    empty: 'not known',
    legend,
    limit: limits.diskHot,
  }),
  course({
    title: 'Sectors that are or go bad',
    description: 'Replaced, pending and lost sectors. What grows matters, not what is there.',
    unit: 'short',
    expr: [
      { expr: raw('5'), legend: `${legend} replaced` },
      { expr: raw('197'), legend: `${legend} pending` },
      { expr: raw('198'), legend: `${legend} not correctable` },
      { expr: `smartctl_device_media_errors{${ofDisk}}`, legend: `${legend} media errors` },
      { expr: `smartctl_scsi_grown_defect_list{${ofDisk}}`, legend: `${legend} grown defects` },
    ],
    limit: { alert: 'DiskMediaErrors' },
    empty: 'says nothing of them',
  }),
  course({
    title: 'Errors on the wire',
    description:
      'Frames with a wrong checksum (attribute 199): a cable or a backplane, not the disk.',
    unit: 'short',
    expr: raw('199'),
    legend,
    empty: 'says nothing of them',
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Wear',
    description: 'Endurance used, and spare blocks that an NVMe disk has used up.',
    unit: 'percent',
    max: 110,
    expr: [
      { expr: `zstone_device_wear_percent{${ofDisk}}`, legend: `${legend} wear` },
      { expr: `100 - smartctl_device_available_spare{${ofDisk}}`, legend: `${legend} spare used` },
    ],
    limit: limits.wornOut,
    empty: 'no SSD',
  }),
  course({
    title: 'Days until it is worn out',
    description:
      'Low, middle and high of the forecast: four of five disks end between the outer two.',
    unit: 'suffix:d',
    expr: `zstone_device_wear_days_left{${ofDisk}}`,
    legend: `${legend} {{bound}}`,
    empty: 'not foreseen',
    leadsTo: 'stor-smart',
  }),
]

export const diskBoard = () =>
  board({
    uid: 'stor-disk',
    title: 'One disk',
    description: 'Who it is, how it is used, what it says of itself, and how its peers do.',
    variables: ['one host', 'one disk'],
    rows: { Highlights: highlights, Health: health, Load: load },
    from: 'now-24h',
  })
