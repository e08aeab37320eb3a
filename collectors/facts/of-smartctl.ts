/** Facts from the JSON of smartctl, 6.7 to 7.5; its text becomes the same JSON first. */
import { flagAt, type Json, numberAt, objectAt, textAt, wholeAt } from '../smart/json.ts'
import { type AtaBytes, ataBytesOf, type Direction } from './ata-bytes.ts'
import type { DeviceFacts, SmartAttribute } from './device-facts.ts'
import { statistic } from './device-statistics.ts'
import { reasonsOf, unreadLog } from './health-reasons.ts'
import { kindOf } from './kind.ts'
import { hoursIn, isAllOnes, known, percentIn, temperatureIn } from './plausible.ts'
import { grownDefectsOf, scsiBytesOf, uncorrectedOf } from './scsi-facts.ts'
import * as smart from './smart-attributes.ts'

const health = 'nvme_smart_health_information_log'
/** NVMe counts in thousands of 512 bytes. */
const dataUnitBytes = 512_000n

export function factsOfSmartctl(answer: Json): DeviceFacts {
  const log = objectAt(answer, health) ?? {}
  const isUnread = isAllOnes(numberAt(log, 'available_spare'), numberAt(log, 'percentage_used'))
  if (!isUnread) return factsIn(answer)
  const facts = factsIn({ ...answer, [health]: {}, smart_status: {} })
  return { ...facts, healthReasons: [unreadLog] }
}

function factsIn(answer: Json): DeviceFacts {
  const attributes = smart.attributesOf(answer)
  const kind = kindOf(answer, attributes)
  const powerOnHours = hoursOf(answer, attributes)
  const criticalWarning =
    numberAt(answer, `${health}.critical_warning`) ?? numberAt(answer, 'smart_status.nvme.value')
  const ata = ataOf(answer, { attributes, kind, powerOnHours })
  const bytesExact = {
    written: bytesOf(answer, 'written') ?? ataBytesOf(ata, 'written'),
    read: bytesOf(answer, 'read') ?? ataBytesOf(ata, 'read'),
  }
  return {
    kind,
    ...identityOf(answer),
    temperatureCelsius: temperatureOf(answer, attributes),
    powerOnHours,
    healthPassed: flagAt(answer, 'smart_status.passed'),
    healthReasons: reasonsOf(answer, { attributes, criticalWarning }),
    reallocatedSectors: smart.reallocatedOf(attributes) ?? grownDefectsOf(answer),
    pendingSectors: smart.pendingOf(attributes) ?? numberAt(answer, 'scsi_pending_defects.count'),
    offlineUncorrectable: smart.offlineUncorrectableOf(attributes),
    mediaErrors: numberAt(answer, `${health}.media_errors`) ?? uncorrectedOf(answer),
    availableSparePercent: percentIn(
      numberAt(answer, `${health}.available_spare`) ??
        numberAt(answer, 'spare_available.current_percent'),
    ),
    criticalWarning,
    bytesWritten: bytesExact.written === undefined ? undefined : Number(bytesExact.written),
    bytesRead: bytesExact.read === undefined ? undefined : Number(bytesExact.read),
    bytesExact,
    exitStatus: numberAt(answer, 'smartctl.exit_status'),
    wear: wearFiguresOf(answer),
    attributes,
  }
}

function identityOf(answer: Json) {
  const scsiModel = ['scsi_vendor', 'scsi_product'].map((name) => known(textAt(answer, name)))
  const oldModel = ['vendor', 'product'].map((name) => known(textAt(answer, name)))
  const joined = (parts: readonly (string | undefined)[]) =>
    parts.filter((part) => part !== undefined).join(' ') || undefined
  return {
    model:
      known(textAt(answer, 'model_name')) ??
      known(textAt(answer, 'scsi_model_name')) ??
      joined(scsiModel) ??
      joined(oldModel),
    family: known(textAt(answer, 'model_family')),
    serial: known(textAt(answer, 'serial_number')),
    firmware:
      known(textAt(answer, 'firmware_version')) ??
      known(textAt(answer, 'scsi_revision')) ??
      known(textAt(answer, 'revision')),
    capacityBytes:
      numberAt(answer, 'user_capacity.bytes') ??
      (numberAt(answer, 'nvme_total_capacity') || undefined) ??
      numberAt(answer, 'nvme_namespaces.0.size.bytes'),
  }
}

function temperatureOf(answer: Json, attributes: readonly SmartAttribute[]): number | undefined {
  return (
    temperatureIn(numberAt(answer, 'temperature.current')) ??
    temperatureIn(numberAt(answer, 'scsi_temperature.current')) ??
    temperatureIn(numberAt(answer, 'scsi_environmental_reports.temperature_1.current')) ??
    temperatureIn(numberAt(answer, `${health}.temperature`)) ??
    temperatureIn(numberAt(answer, 'ata_sct_status.temperature.current')) ??
    smart.temperatureOf(attributes) ??
    temperatureIn(statistic.temperature(answer))
  )
}

function hoursOf(answer: Json, attributes: readonly SmartAttribute[]): number | undefined {
  return (
    hoursIn(numberAt(answer, 'power_on_time.hours')) ??
    hoursIn(numberAt(answer, `${health}.power_on_hours`)) ??
    hoursIn(smart.hoursOf(attributes)) ??
    hoursIn(statistic.powerOnHours(answer))
  )
}

function bytesOf(answer: Json, direction: Direction): bigint | undefined {
  const units = wholeAt(answer, `${health}.data_units_${direction}`)
  if (units !== undefined) return units * dataUnitBytes
  return scsiBytesOf(answer, direction === 'read' ? 'read' : 'write')
}

function ataOf(
  answer: Json,
  { kind, ...rest }: Pick<DeviceFacts, 'attributes' | 'kind' | 'powerOnHours'>,
): AtaBytes {
  return {
    ...rest,
    sectors: { written: statistic.sectorsWritten(answer), read: statistic.sectorsRead(answer) },
    sectorBytes: numberAt(answer, 'logical_block_size') ?? 512,
    turns: kind === 'sata-hdd',
    model: `${textAt(answer, 'model_family')} ${textAt(answer, 'model_name')}`,
  }
}

/** 255 in the device statistics says "or more", and stands there on drives that do not count. */
const devstatUnknown = 255

/**
 * `endurance_used` of smartctl 7.5 is left out for ATA: without device statistics it is made of two
 * vendor attributes whose meaning it guesses.
 */
function wearFiguresOf(answer: Json): DeviceFacts['wear'] {
  const devstat = statistic.percentUsed(answer)
  const protocol = textAt(answer, 'device.protocol')
  const endurance = numberAt(answer, 'endurance_used.current_percent')
  const isAta = objectAt(answer, 'ata_smart_attributes') !== undefined || protocol === 'ATA'
  return {
    nvme:
      numberAt(answer, `${health}.percentage_used`) ??
      (protocol === 'NVMe' ? endurance : undefined),
    devstat: devstat !== undefined && devstat < devstatUnknown ? devstat : undefined,
    scsi:
      numberAt(answer, 'scsi_percentage_used_endurance_indicator') ??
      (protocol === 'SCSI' && !isAta ? endurance : undefined),
  }
}
