/** How to ask one device: what its protocol has to say, and no more work than that takes. */
import { keyOf, type SmartDevice } from './device.ts'
import type { DriveDatabase, DriveIdentity } from './drive-database.ts'
import { type Json, textAt } from './json.ts'

export interface Plan {
  readonly args: readonly string[]
  /** The model for which the drive database was cut down. */
  readonly drive?: DriveIdentity
}

export interface Plans {
  planOf(device: SmartDevice): Plan
  /** Takes from a good answer what the next question can be spared. */
  learn(device: SmartDevice, answer: Json): void
  /** Whether another drive answered than the one for which the question was made. */
  isOutdated(plan: Plan, answer: Json): boolean
  /** For a device of which nothing is known. */
  readonly wholePlan: Plan
  /** With flags that every version knows. */
  readonly plainPlan: Plan
  /** This smartctl does not know some of our flags: from now on no others but plain ones. */
  simplify(): void
}

const always = [
  '-j',
  '--info',
  '--health',
  '--attributes',
  '--tolerance=verypermissive',
  '--nocheck=standby',
  '--format=brief',
  '--log=error',
]
const ataLogs = ['--log=selftest', '--log=devstat', '--log=scterc', '--log=scttempsts']
const scsiLogs = ['--log=ssd', '--log=defects']
/** NVMe and SCSI devices are not in it, so an empty one does. */
const noDatabase = '--drivedb=/dev/null'
const devicesMax = 1024

export function createPlans(database?: Pick<DriveDatabase, 'fileFor'>): Plans {
  const learnt = new Map<string, Plan>()
  let plainOnly = false
  return {
    planOf(device) {
      if (plainOnly) return plainPlan
      const known = learnt.get(keyOf(device))
      if (known !== undefined) return known
      if (device.type === 'nvme') return nvmePlan
      if (isBridge(device)) return plainPlan
      // Behind a RAID controller may stand either.
      return device.type === 'scsi' ? scsiPlan : wholePlan
    },
    learn(device, answer) {
      const protocol = textAt(answer, 'device.protocol')
      if (learnt.size >= devicesMax) learnt.clear()
      if (protocol === 'NVMe') learnt.set(keyOf(device), nvmePlan)
      if (protocol === 'SCSI') learnt.set(keyOf(device), scsiPlan)
      if (protocol === 'ATA') learnt.set(keyOf(device), ataPlan(device, answer, database))
    },
    isOutdated({ drive }, answer) {
      if (drive === undefined) return false
      const { model, firmware } = identityOf(answer)
      return model !== '' && (model !== drive.model || firmware !== drive.firmware)
    },
    wholePlan,
    plainPlan,
    simplify() {
      plainOnly = true
    },
  }
}

const wholePlan: Plan = { args: [...always, ...ataLogs, ...scsiLogs] }
const nvmePlan: Plan = { args: [noDatabase, ...always] }
const scsiPlan: Plan = { args: [noDatabase, ...always, ...scsiLogs] }

function ataPlan(
  device: SmartDevice,
  answer: Json,
  database: Pick<DriveDatabase, 'fileFor'> | undefined,
): Plan {
  if (isBridge(device)) return plainPlan
  const whole = { args: [...always, ...ataLogs] }
  const version = textAt(answer, 'smartctl.drive_database_version.string')
  const drive = identityOf(answer)
  // Without a type smartctl finds out by the database how to reach the device.
  if (version === undefined || drive.model === '' || !/^(sat|ata)$/.test(device.type ?? ''))
    return whole
  const file = database?.fileFor(drive, version)
  return file === undefined ? whole : { args: [`--drivedb=${file}`, ...whole.args], drive }
}

/** USB bridges are asked for no more than most of them can pass on; the rest may hang them. */
const isBridge = ({ type }: SmartDevice) => /^(usb|snt)/.test(type ?? '')
const plainPlan: Plan = { args: always }

const identityOf = (answer: Json): DriveIdentity => ({
  model: textAt(answer, 'model_name') ?? '',
  firmware: textAt(answer, 'firmware_version') ?? '',
})
