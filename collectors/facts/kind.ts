/** What a device is: by the protocol that reached it, and by whether it turns. */
import { type Json, numberAt, objectAt, textAt } from '../smart/json.ts'
import type { DeviceKind, SmartAttribute } from './device-facts.ts'
import { statistic } from './device-statistics.ts'
import { countIn } from './smart-attributes.ts'

export function kindOf(
  answer: Json,
  attributes: readonly SmartAttribute[],
): DeviceKind | undefined {
  const protocol = protocolOf(answer, attributes)
  if (protocol === 'nvme') return 'nvme'
  const turns = turnsOf(answer, attributes)
  if (protocol === undefined || turns === undefined) return undefined
  return `${protocol}-${turns ? 'hdd' : 'ssd'}`
}

function protocolOf(answer: Json, attributes: readonly SmartAttribute[]) {
  const protocol = textAt(answer, 'device.protocol') ?? ''
  const type = textAt(answer, 'device.type') ?? ''
  if (/nvme/i.test(protocol + type) || hasAt(answer, 'nvme_smart_health_information_log'))
    return 'nvme'
  const isAta = /ata/i.test(protocol) || /\bsat\b|\bata\b/.test(type)
  if (isAta || attributes.length > 0 || hasAt(answer, 'ata_device_statistics')) return 'sata'
  return /scsi/i.test(protocol + type) ? 'sas' : undefined
}

/** Head and spindle of a disk that turns, by their attributes. */
const moving = /^(Seek_|Spin_Up_Time|Spin_Retry|Load_Cycle|Head_|High_Fly|Calibration_Retry|Flying)/
const flash = /\bSSDs?\b|Solid State|\bNVMe\b/i
/** Cells that wear out; some SSDs have the numbers of a spindle beside them, all at zero. */
const wearing =
  /^SSD_|wear|erase_?(count|ct|fail)|NAND|flash_writes|program_fail|unused_r|reservd_space/i
/** Names that makers give to nothing but SCSI disks that turn. */
const turningModel =
  /\b(ST\d{3,}(?!F[MX])[A-Z]{2}|HU[ACHS]\d|M[AB][A-Z]\d{4}|MK\d{4}|AL1\d|MG0\d|WD\d{3,})/
const specifiedCycles = 'scsi_start_stop_cycle_counter.specified_cycle_count_over_device_lifetime'

function turnsOf(answer: Json, attributes: readonly SmartAttribute[]): boolean | undefined {
  const rate = numberAt(answer, 'rotation_rate')
  if (rate !== undefined) return rate > 0
  // Old disks do not say; nor does a part of the output.
  const isFlash =
    flash.test(`${textAt(answer, 'model_family')} ${textAt(answer, 'model_name')}`) ||
    attributes.some(({ name }) => wearing.test(name)) ||
    statistic.percentUsed(answer) !== undefined ||
    numberAt(answer, 'scsi_percentage_used_endurance_indicator') !== undefined
  const isMoving = attributes.some(({ name, rawText }) => moving.test(name) && countIn(rawText))
  if (isFlash && !isMoving) return false
  const isTurning =
    attributes.some(({ name }) => moving.test(name)) ||
    (numberAt(answer, specifiedCycles) ?? 0) > 0 ||
    turningModel.test(textAt(answer, 'scsi_product') ?? textAt(answer, 'product') ?? '')
  return isTurning ? true : undefined
}

const hasAt = (answer: Json, path: string) => objectAt(answer, path) !== undefined
