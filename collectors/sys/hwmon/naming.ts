/** How node_exporter names what a hwmon chip says, and in which unit. */
import { counter, gauge, type Metric } from '../../families.ts'

/** A file of a chip: `temp1_crit` is the element `crit` of the sensor `temp1`. */
export interface SensorFile {
  readonly file: string
  readonly type: string
  readonly sensor: string
  /** Empty for a file such as `pwm1`. */
  readonly element: string
}

const types = new Set([
  'vrm',
  'beep_enable',
  'update_interval',
  'in',
  'cpu',
  'fan',
  'pwm',
  'temp',
  'curr',
  'power',
  'energy',
  'humidity',
  'intrusion',
])

/** Undefined for a file that belongs to no sensor, such as `uevent`. */
export function sensorFileOf(file: string): SensorFile | undefined {
  const [, type = '', id = '', element = ''] = /^(\D+)(\d*)(?:_(.+))?$/.exec(file) ?? []
  if (!types.has(type)) return undefined
  return { file, type, sensor: `${type}${Number(id)}`, element }
}

/** What changes by itself; the rest are limits, names and settings. */
export const isReading = ({ element }: SensorFile) =>
  /^((input|average)(_(highest|lowest))?|highest|lowest)?$|fault$|alarm$/.test(element)

export interface NamedMetric {
  readonly metric: Metric
  readonly unit: number
}

/** `elements`: all that the sensor has, because they shape each other's names. */
export function metricOf(
  { type, element }: SensorFile,
  elements: ReadonlySet<string>,
): NamedMetric | undefined {
  if (element === 'label') return undefined
  const special = wholeSensors.get(type)
  if (special !== undefined) return element === '' ? special : undefined
  const named = `node_hwmon_${type}${suffixOf(element, elements)}`
  const { ending = '', unit = 1, isCounter = false } = unitOf(type, element)
  const help = `What the chip says as ${type}*${element === '' ? '' : `_${element}`}.`
  return { metric: (isCounter ? counter : gauge)(`${named}${ending}`, help), unit }
}

const wholeSensors: ReadonlyMap<string, NamedMetric> = new Map([
  ['beep_enable', { metric: gauge('node_hwmon_beep_enabled', 'Whether it may beep.'), unit: 1 }],
  ['vrm', { metric: gauge('node_hwmon_voltage_regulator_version', 'Version.'), unit: 1 }],
  [
    'update_interval',
    { metric: gauge('node_hwmon_update_interval_seconds', 'How often it measures.'), unit: 0.001 },
  ],
])

function suffixOf(element: string, elements: ReadonlySet<string>): string {
  if (element === 'input') return elements.has('') ? '_input' : ''
  return element === '' ? '' : `_${cleaned(element)}`
}

interface Unit {
  readonly ending?: string
  readonly unit?: number
  readonly isCounter?: boolean
}

function unitOf(type: string, element: string): Unit {
  if (element === 'fault' || element === 'alarm') return {}
  if (element === 'beep') return { ending: '_enabled' }
  if (type === 'in' || type === 'cpu') return { ending: '_volts', unit: 0.001 }
  // Of its alarms too: node_hwmon_temp_crit_alarm_celsius is 0.001 while the alarm is on.
  if (type === 'temp') return element === 'type' ? {} : { ending: '_celsius', unit: 0.001 }
  if (type === 'curr') return { ending: '_amps', unit: 0.001 }
  if (type === 'energy') return { ending: '_joule_total', unit: 1e-6, isCounter: true }
  if (type === 'humidity') return { unit: 1e-6 }
  if (type === 'power') return unitOfPower(element)
  const isSpeed = type === 'fan' && /^(input|min|max|target)$/.test(element)
  return isSpeed ? { ending: '_rpm' } : {}
}

function unitOfPower(element: string): Unit {
  if (element === 'accuracy') return { unit: 1e-6 }
  if (/^average_interval(_min|_max)?$/.test(element)) return { ending: '_seconds', unit: 0.001 }
  return { ending: '_watt', unit: 1e-6 }
}

/** What may stand in a metric's name and in the label `chip`. */
export const cleaned = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9:_]/g, '_')
    .replaceAll(/^_+|_+$/g, '')
