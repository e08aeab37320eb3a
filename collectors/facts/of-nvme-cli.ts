/** Facts from the JSON of nvme-cli, 1.x to 2.11: `smart-log`, `id-ctrl` and `list`. */
import { type Json, listAt, numberAt, textAt, wholeAt } from '../smart/json.ts'
import type { DeviceFacts } from './device-facts.ts'
import { unreadLog, warningReasons } from './health-reasons.ts'
import { hoursIn, isAllOnes, known, percentIn, temperatureIn } from './plausible.ts'

const dataUnitBytes = 512_000n

/** Of `nvme smart-log -o json`, which does not say whose it is. */
export const isSmartLog = (answer: Json) =>
  ['percent_used', 'percentage_used', 'avail_spare', 'data_units_written'].some(
    (key) => numberAt(answer, key) !== undefined,
  )

/** Of `nvme id-ctrl -o json`. */
export const isController = (answer: Json) =>
  textAt(answer, 'mn') !== undefined && textAt(answer, 'sn') !== undefined

export function factsOfNvmeCli(answer: Json): DeviceFacts {
  const isUnread = isAllOnes(spareIn(answer), usedIn(answer))
  if (!isUnread) return factsIn(answer)
  const identity = Object.entries(answer).filter(([key]) => identityKeys.includes(key))
  return { ...factsIn(Object.fromEntries(identity)), healthReasons: [unreadLog] }
}

const spareIn = (answer: Json) =>
  numberAt(answer, 'avail_spare') ?? numberAt(answer, 'available_spare')
const usedIn = (answer: Json) =>
  numberAt(answer, 'percent_used') ?? numberAt(answer, 'percentage_used')
const identityKeys = ['mn', 'sn', 'fr', 'tnvmcap', 'ModelNumber', 'SerialNumber', 'Firmware']

function factsIn(answer: Json): DeviceFacts {
  // From 2.11 an object of its bits, with the whole under `value`.
  const criticalWarning =
    numberAt(answer, 'critical_warning') ?? numberAt(answer, 'critical_warning.value')
  const bytesExact = {
    written: bytesOf(answer, 'data_units_written'),
    read: bytesOf(answer, 'data_units_read'),
  }
  return {
    kind: 'nvme',
    model: known(textAt(answer, 'mn') ?? textAt(answer, 'ModelNumber')),
    family: undefined,
    serial: known(textAt(answer, 'sn') ?? textAt(answer, 'SerialNumber')),
    firmware: known(textAt(answer, 'fr') ?? textAt(answer, 'Firmware')),
    capacityBytes: numberAt(answer, 'tnvmcap') || numberAt(answer, 'PhysicalSize'),
    temperatureCelsius: temperatureIn(fromKelvin(numberAt(answer, 'temperature'))),
    powerOnHours: hoursIn(numberAt(answer, 'power_on_hours')),
    // The same rule by which smartctl calls an NVMe device failing.
    healthPassed: criticalWarning === undefined ? undefined : criticalWarning === 0,
    healthReasons: warningReasons(criticalWarning),
    reallocatedSectors: undefined,
    pendingSectors: undefined,
    offlineUncorrectable: undefined,
    mediaErrors: numberAt(answer, 'media_errors'),
    availableSparePercent: percentIn(spareIn(answer)),
    criticalWarning,
    bytesWritten: bytesExact.written === undefined ? undefined : Number(bytesExact.written),
    bytesRead: bytesExact.read === undefined ? undefined : Number(bytesExact.read),
    bytesExact,
    exitStatus: undefined,
    wear: { nvme: usedIn(answer), devstat: undefined, scsi: undefined },
    attributes: [],
  }
}

/** Below 200 K no device answers: then the tool has converted already. */
function fromKelvin(kelvin: number | undefined): number | undefined {
  if (kelvin === undefined || kelvin === 0) return undefined
  return kelvin >= 200 ? kelvin - 273 : kelvin
}

function bytesOf(answer: Json, key: string): bigint | undefined {
  const units = wholeAt(answer, key)
  return units === undefined ? undefined : units * dataUnitBytes
}

/** `nvme list`: flat in 2.3, by subsystem and controller in 2.11; undefined: it is no list. */
export function listedDevices(answer: Json): readonly DeviceFacts[] | undefined {
  if (!Array.isArray(answer['Devices'])) return undefined
  return listAt(answer, 'Devices').flatMap((device) => {
    const subsystems = listAt(device, 'Subsystems')
    if (subsystems.length === 0)
      return textAt(device, 'ModelNumber') === undefined ? [] : [factsOfNvmeCli(device)]
    return subsystems.flatMap((subsystem) =>
      listAt(subsystem, 'Controllers').map((controller) => {
        const [namespace] = [
          ...listAt(controller, 'Namespaces'),
          ...listAt(subsystem, 'Namespaces'),
        ]
        return factsOfNvmeCli({ ...namespace, ...controller })
      }),
    )
  })
}
