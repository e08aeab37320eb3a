/** What a device says through smartctl, under the metric names of smartctl_exporter. */
import { counter, type Families, gauge, type Metric } from '../families.ts'
import { flagAt, type Json, listAt, numberAt, objectAt, textAt } from './json.ts'
import { addLogs } from './logs.ts'
import { addScsi } from './scsi.ts'

/** One number of the answer is one sample, times what makes it our unit. */
interface Single {
  readonly path: string
  readonly metric: Metric
  readonly unit?: number
}

const health = 'nvme_smart_health_information_log'
/** NVMe counts in thousands of 512 bytes. */
const dataUnitBytes = 512_000

const singles: readonly Single[] = [
  {
    path: 'smartctl.exit_status',
    metric: gauge('smartctl_device_smartctl_exit_status', 'Exit status of smartctl, a bit mask.'),
  },
  {
    path: 'user_capacity.blocks',
    metric: gauge('smartctl_device_capacity_blocks', 'Capacity in blocks.'),
  },
  {
    path: 'user_capacity.bytes',
    metric: gauge('smartctl_device_capacity_bytes', 'Capacity in bytes.'),
  },
  {
    path: 'nvme_total_capacity',
    metric: gauge('smartctl_device_nvme_capacity_bytes', 'Capacity of all NVMe namespaces.'),
  },
  {
    path: `${health}.percentage_used`,
    metric: counter('smartctl_device_percentage_used', 'Endurance used, percent; may pass 100.'),
  },
  {
    path: `${health}.available_spare`,
    metric: counter('smartctl_device_available_spare', 'Spare blocks left, percent.'),
  },
  {
    path: `${health}.available_spare_threshold`,
    metric: counter('smartctl_device_available_spare_threshold', 'Least spare, percent.'),
  },
  {
    path: `${health}.critical_warning`,
    metric: counter('smartctl_device_critical_warning', 'Warnings of the device, a bit mask.'),
  },
  {
    path: `${health}.media_errors`,
    metric: counter('smartctl_device_media_errors', 'Errors that the device could not correct.'),
  },
  {
    path: `${health}.num_err_log_entries`,
    metric: counter('smartctl_device_num_err_log_entries', 'Entries the error log ever had.'),
  },
  {
    path: `${health}.data_units_read`,
    metric: counter('smartctl_device_bytes_read', 'Bytes read.'),
    unit: dataUnitBytes,
  },
  {
    path: `${health}.data_units_written`,
    metric: counter('smartctl_device_bytes_written', 'Bytes written.'),
    unit: dataUnitBytes,
  },
]

const identity = gauge('smartctl_device', 'Who a device is; always 1.')
const attribute = gauge('smartctl_device_attribute', 'SMART attributes of an ATA device.')
const blockSize = gauge('smartctl_device_block_size', 'Size of a block, bytes.')
const errorLog = gauge('smartctl_device_error_log_count', 'Entries of the error log.')
const powerCycles = counter('smartctl_device_power_cycle_count', 'Times it was switched on.')
const poweredOn = counter('smartctl_device_power_on_seconds', 'Time for which it had power.')
const rotation = gauge('smartctl_device_rotation_rate', 'Turns a minute.')
const speed = gauge('smartctl_device_interface_speed', 'Speed of the interface, bits a second.')
const smartStatus = gauge('smartctl_device_smart_status', 'Whether the device calls itself well.')
const temperature = gauge('smartctl_device_temperature', 'Temperatures of a device, Celsius.')

export function addDevice(families: Families, device: string, answer: Json): void {
  families.add(identity, { device, ...identityOf(answer) }, 1)
  for (const { path, metric, unit = 1 } of singles) {
    const value = numberAt(answer, path)
    families.add(metric, { device }, value === undefined ? undefined : value * unit)
  }
  const passed = flagAt(answer, 'smart_status.passed')
  families.add(smartStatus, { device }, passed === undefined ? undefined : Number(passed))
  addTimes(families, device, answer)
  addForm(families, device, answer)
  addAttributes(families, device, answer)
  addLogs(families, device, answer)
  addScsi(families, device, answer)
}

function identityOf(answer: Json): Record<string, string> {
  const first = (...paths: string[]) =>
    paths.map((path) => textAt(answer, path)).find((text) => text !== undefined && text !== '') ??
    ''
  return {
    interface: first('device.type'),
    protocol: first('device.protocol'),
    model_family: first('model_family'),
    model_name: first('model_name', 'scsi_model_name'),
    serial_number: first('serial_number'),
    ata_additional_product_id: first('ata_additional_product_id') || 'unknown',
    firmware_version: first('firmware_version'),
    ata_version: first('ata_version.string'),
    sata_version: first('sata_version.string'),
    form_factor: first('form_factor.name'),
    // Before smartctl 7.3 these had no prefix.
    scsi_vendor: first('scsi_vendor', 'vendor'),
    scsi_product: first('scsi_product', 'product'),
    scsi_revision: first('scsi_revision', 'revision'),
    scsi_version: first('scsi_version'),
  }
}

function addTimes(families: Families, device: string, answer: Json): void {
  const hours = numberAt(answer, 'power_on_time.hours')
  const minutes = numberAt(answer, 'power_on_time.minutes') ?? 0
  families.add(poweredOn, { device }, hours === undefined ? undefined : hours * 3600 + minutes * 60)
  const cycles =
    numberAt(answer, 'power_cycle_count') ??
    numberAt(answer, 'scsi_start_stop_cycle_counter.accumulated_start_stop_cycles')
  families.add(powerCycles, { device }, cycles)
  // smartctl 7.3 puts what some SCSI drives say under a name of its own.
  for (const path of ['temperature', 'scsi_temperature']) {
    const degrees = objectAt(answer, path) ?? {}
    for (const type of Object.keys(degrees))
      families.add(temperature, { device, temperature_type: type }, numberAt(degrees, type))
  }
}

function addForm(families: Families, device: string, answer: Json): void {
  for (const type of ['logical', 'physical']) {
    const labels = { device, blocks_type: type }
    families.add(blockSize, labels, numberAt(answer, `${type}_block_size`))
  }
  for (const type of ['current', 'max']) {
    const units = numberAt(answer, `interface_speed.${type}.units_per_second`)
    const bits = numberAt(answer, `interface_speed.${type}.bits_per_unit`)
    const value = units === undefined || bits === undefined ? undefined : units * bits
    families.add(speed, { device, speed_type: type }, value)
  }
  const turns = numberAt(answer, 'rotation_rate')
  families.add(rotation, { device }, turns === 0 ? undefined : turns) // 0 says: nothing turns.
  const logs = objectAt(answer, 'ata_smart_error_log') ?? {}
  for (const type of Object.keys(logs))
    families.add(errorLog, { device, error_log_type: type }, numberAt(logs, `${type}.count`))
}

const flagNames = [
  'prefailure',
  'updated_online',
  'performance',
  'error_rate',
  'event_count',
  'auto_keep',
]
const attributeValues = [
  ['value', 'value'],
  ['worst', 'worst'],
  ['thresh', 'thresh'],
  ['raw', 'raw.value'],
] as const

function addAttributes(families: Families, device: string, answer: Json): void {
  for (const row of listAt(answer, 'ata_smart_attributes.table')) {
    const labels = {
      device,
      attribute_name: textAt(row, 'name') ?? '',
      attribute_flags_short: textAt(row, 'flags.string') ?? '',
      attribute_flags_long: flagNames.filter((name) => flagAt(row, `flags.${name}`)).join(','),
      attribute_id: textAt(row, 'id') ?? '',
    }
    for (const [type, path] of attributeValues)
      families.add(attribute, { ...labels, attribute_value_type: type }, numberAt(row, path))
  }
}
