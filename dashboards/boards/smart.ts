/** Wear and forecasts: which disks to order, and which models to distrust. */
import { board } from '../board.ts'
import { bars } from '../forms/bars.ts'
import { course } from '../forms/course.ts'
import { figure } from '../forms/figure.ts'
import { table } from '../forms/table.ts'
import { identity } from '../identity.ts'
import { anyBad, anyOf, limits } from '../limits.ts'
import { ofHost } from '../select.ts'
import { ageColumn, ageOf } from '../silence.ts'
import { top } from '../top.ts'

const by = 'by (cluster, instance, device)'
const legend = '{{instance}} {{device}}'
const risk = `max ${by} (zstone_device_failure_risk_ratio{${ofHost}})`
const wear = `max ${by} (zstone_device_wear_percent{${ofHost}})`
const days = (bound: string) =>
  `min ${by} (zstone_device_wear_days_left{bound="${bound}",${ofHost}})`

/** With the model as a label. */
const ofModel = (value: string) =>
  `${value} * on (cluster, instance, device) group_left (model_name) ` +
  `max by (cluster, instance, device, model_name) (smartctl_device{${ofHost}})`

const highlights = [
  figure({
    title: 'Highest risk',
    description: 'Of the disk whose attributes speak most for a failure soon.',
    unit: 'percentunit',
    expr: `max(${risk})`,
    limit: limits.diskRisk,
  }),
  figure({
    title: 'Likely to fail',
    description: 'Disks whose attributes speak for a failure more than against it.',
    unit: 'short',
    expr: `sum(${risk} >= bool 0.5)`,
    limit: anyOf('DiskFailureLikely'),
  }),
  figure({
    title: 'Most worn',
    description: 'Endurance that the most worn SSD has used.',
    unit: 'percent',
    max: 110,
    expr: `max(${wear})`,
    limit: limits.wornOut,
    empty: 'no SSD',
  }),
  figure({
    title: 'First worn out in',
    description: 'Days, by the low bound of the forecast.',
    unit: 'd',
    expr: `min(${days('low')})`,
    limit: limits.wearsOutSoon,
    empty: 'not foreseen',
  }),
  figure({
    title: 'Worn out within 90 days',
    description: 'SSDs of which the middle forecast says so. Order their replacements.',
    unit: 'short',
    expr: `sum(${days('median')} < bool 90)`,
    limit: anyOf('SsdWearsOutSoon'),
    empty: 'not foreseen',
  }),
  figure({
    title: 'Lost',
    description: 'Disks that died or left within the last day.',
    unit: 'short',
    expr: `count(zstone_device_lost{${ofHost}}) or 0 * count(zstone_device_readable{${ofHost}})`,
    limit: anyOf('DiskMissing'),
    leadsTo: 'stor-disks',
  }),
  table({
    title: 'Disks by risk',
    description: 'The attribute that speaks most for a failure, and how much.',
    labels: {
      instance: 'Host',
      device: 'Disk',
      model_name: 'Model',
      serial_number: 'Serial',
      attribute: 'Because of',
    },
    columns: [
      {
        expr: `max by (cluster, instance, device, model_name, serial_number) (smartctl_device{${ofHost}})`,
      },
      {
        expr: `topk by (cluster, instance, device) (1, max by (cluster, instance, device, attribute) (zstone_device_failure_risk_reason{${ofHost}}))`,
      },
      {
        title: 'Risk',
        expr: risk,
        unit: 'percentunit',
        limit: limits.diskRisk,
      },
      ageColumn(ageOf(risk)),
    ],
    sortBy: 'Risk',
    height: 10,
    of: 'disk',
    leadsTo: 'stor-disks',
  }),
]

const endurance = [
  bars({
    title: 'Wear',
    description: 'Endurance used of each SSD, whatever vendors call it.',
    unit: 'percent',
    max: 110,
    expr: `topk($topk, ${wear})`,
    legend,
    limit: limits.wornOut,
    of: 'disk',
    empty: 'no SSD',
  }),
  course({
    title: 'Wear over time',
    description: 'A curve that bends up: something began to write more.',
    unit: 'percent',
    max: 110,
    expr: top(wear),
    legend,
    limit: limits.wornOut,
    of: 'disk',
    empty: 'no SSD',
  }),
  table({
    title: 'When SSDs are worn out',
    description: 'Four of five disks end between low and high; blank: not within 20 years.',
    labels: { instance: 'Host', device: 'Disk' },
    columns: [
      { title: 'Wear', expr: wear, unit: 'percent', max: 110, limit: limits.wornOut },
      { title: 'Low', expr: days('low'), unit: 'd', limit: limits.wearsOutSoon },
      { title: 'Middle', expr: days('median'), unit: 'd' },
      { title: 'High', expr: days('high'), unit: 'd' },
      {
        title: 'Rests on',
        expr: `max ${by} (zstone_device_wear_history_days{${ofHost}})`,
        unit: 'd',
      },
    ],
    sortBy: '-Low',
    of: 'disk',
    empty: 'no SSD',
    leadsTo: 'stor-disks',
  }),
  course({
    title: 'Bytes written',
    description: 'What disks were given to write in their life, as they count it.',
    unit: 'bytes',
    expr: top(`max ${by} (smartctl_device_bytes_written{${ofHost}})`),
    legend,
    of: 'disk',
    empty: 'no disk says',
    leadsTo: 'stor-disks',
  }),
]

const models = [
  table({
    title: 'Models',
    description: 'How many there are, how many failed, and how the rest are judged.',
    labels: { model_name: 'Model' },
    columns: [
      {
        title: 'Disks',
        expr: `count by (cluster, model_name) (smartctl_device{${ofHost}})`,
      },
      {
        title: 'Failed',
        expr: `sum by (cluster, model_name) (${ofModel(`(min ${by} (smartctl_device_smart_status{${ofHost}}) == bool 0)`)})`,
        limit: anyBad('DiskFailing'),
      },
      {
        title: 'Likely to fail',
        expr: `avg by (cluster, model_name) (${ofModel(`(${risk} >= bool 0.5)`)})`,
        unit: 'percentunit',
        limit: { alert: 'DiskFailureLikely', warnFrom: 0.1 },
      },
      {
        title: 'Most worn',
        expr: `max by (cluster, model_name) (${ofModel(wear)})`,
        unit: 'percent',
        max: 110,
        limit: limits.wornOut,
      },
    ],
    sortBy: 'Likely to fail',
    span: 12,
    leadsTo: 'stor-disks',
  }),
  table({
    title: 'Firmware',
    description: 'More than one row for a model: an upgrade is half done, or was forgotten.',
    labels: { model_name: 'Model', firmware_version: 'Firmware' },
    columns: [
      {
        title: 'Disks',
        expr: `count by (cluster, model_name, firmware_version) (${identity(ofHost)})`,
      },
    ],
    sortBy: '-Model',
    span: 12,
    leadsTo: 'stor-disks',
  }),
]

export const smartBoard = () =>
  board({
    uid: 'stor-smart',
    title: 'Wear and risk of disks',
    description: 'Which disks to order, and which models to distrust.',
    variables: ['host', 'topk'],
    rows: { Highlights: highlights, Endurance: endurance, Models: models },
    from: 'now-30d',
  })
