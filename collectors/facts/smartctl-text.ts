/**
 * The text of `smartctl -a` and `-x` as the JSON that `-j` would have given, that part of it of
 * which facts are made: so one reader understands both.
 */
import type { Json } from '../smart/json.ts'
import { groupedCount } from './grouped-count.ts'
import { grownDefectsInText } from './scsi-facts.ts'
import { attributeTable, deviceStatistics, errorCounters, lastSelfTest } from './smartctl-tables.ts'

export function isSmartctlText(text: string): boolean {
  return (
    /^smartctl(\.exe)? (version )?\d+\.\d+/m.test(text) ||
    /^=== START OF (INFORMATION|(READ )?SMART)|^ID# ATTRIBUTE_NAME /m.test(text)
  )
}

type Tree = Record<string, unknown>

export function smartctlTextAsJson(text: string): Json {
  const lines = text.split(/\r?\n/)
  const labels = labelsOf(lines)
  const attributes = attributeTable(lines)
  const statistics = deviceStatistics(lines)
  const counters = errorCounters(lines)
  const selfTest = lastSelfTest(lines)
  return {
    ...headOf(lines),
    ...identityOf(labels),
    ...formOf(labels),
    ...statusOf(lines),
    ...nvmeOf(labels),
    ...scsiOf(labels, lines),
    ...temperatureOf(labels),
    ...(attributes.length > 0 ? { ata_smart_attributes: { table: attributes } } : {}),
    ...(statistics.length > 0 ? { ata_device_statistics: { pages: statistics } } : {}),
    ...(counters === undefined ? {} : { scsi_error_counter_log: counters }),
    ...(selfTest === undefined ? {} : { ata_smart_self_test_log: { standard: selfTest } }),
    ...protocolOf(labels, attributes.length > 0),
  }
}

/** `Label: value` lines, first one of a label; labels in lower case. */
function labelsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  const labels = new Map<string, string>()
  for (const line of lines) {
    const [, label, value] = /^ {0,4}([A-Za-z][^:=\t]{1,60}?)\s*[:=]\s*(\S.*?)\s*$/.exec(line) ?? []
    const key = label?.toLowerCase().replace(/\s+/g, ' ')
    if (key !== undefined && !labels.has(key)) labels.set(key, value ?? '')
  }
  return labels
}

type Labels = ReadonlyMap<string, string>

function countAt(labels: Labels, label: string): string | undefined {
  return groupedCount(labels.get(label) ?? '')
}

const complaint = /^(smartctl open device|device is in|read .* failed|unable to|\/dev\/\S+: )/i

function headOf(lines: readonly string[]): Tree {
  const head = lines.find((line) => /^smartctl(\.exe)? (version )?\d/.test(line)) ?? ''
  const [, major, minor, revision] = /(\d+)\.(\d+)(?:.*? r(\d+))?/.exec(head) ?? []
  const messages = lines
    .filter((line) => complaint.test(line.trim()))
    .map((line) => ({ string: line.trim(), severity: 'error' }))
  return {
    smartctl: {
      ...(major === undefined ? {} : { version: [Number(major), Number(minor)] }),
      ...(revision === undefined ? {} : { svn_revision: revision }),
      ...(messages.length === 0 ? {} : { messages }),
    },
  }
}

function identityOf(labels: Labels): Tree {
  const of = (...names: string[]) => names.map((name) => labels.get(name)).find(Boolean)
  const [, oldModel, oldRevision] = oldScsiName.exec(labels.get('device') ?? '') ?? []
  return {
    model_family: of('model family'),
    model_name: of('device model', 'model number'),
    serial_number: of('serial number'),
    firmware_version: of('firmware version'),
    scsi_vendor: of('vendor'),
    scsi_product: of('product') ?? oldModel?.replace(/\s+/g, ' '),
    scsi_revision: of('revision') ?? oldRevision,
    logical_unit_id: of('logical unit id'),
  }
}

/** `SEAGATE  ST3300655SS      Version: 0004`, as smartctl 5 named a SCSI device. */
const oldScsiName = /^(\S.*?)\s+Version:\s*(\S+)$/

function formOf(labels: Labels): Tree {
  const bytes = countAt(labels, 'user capacity')
  const total =
    countAt(labels, 'total nvm capacity') ?? countAt(labels, 'namespace 1 size/capacity')
  const rotation = labels.get('rotation rate')
  const turns = /^(\d+) rpm/.exec(rotation ?? '')?.[1]
  const sectors = labels.get('sector size') ?? labels.get('sector sizes')
  const block = /^\d+/.exec(sectors ?? labels.get('logical block size') ?? '')?.[0]
  return {
    ...(bytes === undefined ? {} : { user_capacity: { bytes: Number(bytes) } }),
    ...(total === undefined ? {} : { nvme_total_capacity: Number(total) }),
    ...(turns === undefined ? {} : { rotation_rate: Number(turns) }),
    ...(/solid state/i.test(rotation ?? '') ? { rotation_rate: 0 } : {}),
    ...(block === undefined ? {} : { logical_block_size: Number(block) }),
  }
}

function statusOf(lines: readonly string[]): Tree {
  for (const line of lines) {
    const [, ata] = /^SMART overall-health self-assessment test result: *(\S+)/.exec(line) ?? []
    if (ata !== undefined && /^(PASSED|FAILED)/.test(ata))
      return { smart_status: { passed: ata === 'PASSED' } }
    const [, scsi] = /^SMART (?:Sense|Health Status): *(.+?)\s*$/.exec(line) ?? []
    if (scsi !== undefined)
      return { smart_status: { passed: /^ok\b/i.test(scsi), scsi: { ie_string: scsi } } }
  }
  return {}
}

const health: readonly (readonly [label: string, key: string])[] = [
  ['available spare', 'available_spare'],
  ['available spare threshold', 'available_spare_threshold'],
  ['percentage used', 'percentage_used'],
  ['data units read', 'data_units_read'],
  ['data units written', 'data_units_written'],
  ['power cycles', 'power_cycles'],
  ['power on hours', 'power_on_hours'],
  ['unsafe shutdowns', 'unsafe_shutdowns'],
  ['media and data integrity errors', 'media_errors'],
  ['error information log entries', 'num_err_log_entries'],
]

function nvmeOf(labels: Labels): Tree {
  const warning = /^0x[\da-f]{1,2}$/i.exec(labels.get('critical warning') ?? '')?.[0]
  const found = health.flatMap(([label, key]) => {
    const count = countAt(labels, label)
    return count === undefined ? [] : [[key, count]]
  })
  if (warning === undefined && found.length === 0) return {}
  return {
    nvme_smart_health_information_log: {
      ...Object.fromEntries(found),
      ...(warning === undefined ? {} : { critical_warning: Number(warning) }),
    },
  }
}

function scsiOf(labels: Labels, lines: readonly string[]): Tree {
  const used =
    countAt(labels, 'percentage used endurance indicator') ??
    countAt(labels, 'ss media used endurance indicator')
  const defects = countAt(labels, 'elements in grown defect list')
  const pending = countAt(labels, 'pending defect count')
  const cycles = countAt(labels, 'specified cycle count over device lifetime')
  const time = lines.map((line) =>
    /^\s*Accumulated power on time, hours:minutes +(\d+):(\d+)/.exec(line),
  )
  const [, hours, minutes] = time.find((match) => match !== null) ?? []
  const older = /^\d+/.exec(labels.get('number of hours powered up') ?? '')?.[0]
  const poweredOn = hours ?? older
  return {
    ...(used === undefined ? {} : { scsi_percentage_used_endurance_indicator: Number(used) }),
    ...(defects === undefined ? {} : { [grownDefectsInText]: Number(defects) }),
    ...(pending === undefined ? {} : { scsi_pending_defects: { count: Number(pending) } }),
    ...(cycles === undefined ? {} : { scsi_start_stop_cycle_counter: { [specified]: cycles } }),
    ...(poweredOn === undefined
      ? {}
      : { power_on_time: { hours: Number(poweredOn), minutes: Number(minutes ?? 0) } }),
  }
}

const specified = 'specified_cycle_count_over_device_lifetime'

function temperatureOf(labels: Labels): Tree {
  const places = ['current temperature', 'temperature', 'current drive temperature']
  const texts = places.map((label) => /^-?\d+(?= (C|degrees))/.exec(labels.get(label) ?? '')?.[0])
  const found = texts.find((text) => text !== undefined)
  return found === undefined ? {} : { temperature: { current: Number(found) } }
}

const ofScsi = [
  'transport protocol',
  'logical unit id',
  'vendor',
  'compliance',
  'current drive temperature',
  'elements in grown defect list',
]

function protocolOf(labels: Labels, hasAttributes: boolean): Tree {
  const says = (...names: string[]) => names.some((name) => labels.has(name))
  if (says('total nvm capacity', 'nvme version', 'critical warning', 'model number'))
    return { device: { type: 'nvme', protocol: 'NVMe' } }
  if (hasAttributes || says('device model', 'ata version is', 'sata version is'))
    return { device: { type: 'sat', protocol: 'ATA' } }
  if (oldScsiName.test(labels.get('device') ?? '') || says(...ofScsi))
    return { device: { type: 'scsi', protocol: 'SCSI' } }
  return {}
}
