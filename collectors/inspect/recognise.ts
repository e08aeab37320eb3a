/** What a recorded output is, and the facts in it. */
import { fault } from '#api/errors'
import type { DeviceFacts } from '../facts/device-facts.ts'
import { isNvmeCliText, nvmeCliTextAsJson } from '../facts/nvme-cli-text.ts'
import { factsOfNvmeCli, isController, isSmartLog, listedDevices } from '../facts/of-nvme-cli.ts'
import { factsOfSmartctl } from '../facts/of-smartctl.ts'
import { isSmartctlText, smartctlTextAsJson } from '../facts/smartctl-text.ts'
import { type EthtoolStats, readEthtoolStats } from '../nic/ethtool-stats.ts'
import { complaintOf, isAsleep, isFatal } from '../smart/answer.ts'
import { type Json, listAt, numberAt, objectAt, parseJson, textAt } from '../smart/json.ts'
import { asPrinted, isOfSeveral, objectsIn } from './pasted.ts'

export type Format =
  | 'smartctl-json'
  | 'smartctl-text'
  | 'smartctl-scan-json'
  | 'nvme-cli-json'
  | 'nvme-cli-text'
  | 'nvme-list-json'
  | 'ethtool-S-text'

export interface Recognised {
  readonly format: Format
  readonly disk?: DeviceFacts
  readonly nic?: EthtoolStats
  /** Of a list of devices: those that it names. */
  readonly listed?: readonly Partial<DeviceFacts>[]
  readonly asleep?: boolean
  /** Why the device could not be read, though the output itself was. */
  readonly error?: string
}

const wanted =
  'give the output of smartctl -j -x, smartctl -x, nvme smart-log -o json or ethtool -S'

/** Throws where it is none of them, saying what it looks like. */
export function recognise(given: string, source: string): Recognised {
  const refuse = (reason: string) => fault('RECORDING_UNREADABLE', { source, reason, wanted })
  if (given.trim() === '') throw refuse('it is empty')
  const whole = parseJson(given)
  const text = whole === undefined ? asPrinted(given) : ''
  const objects = whole === undefined ? jsonIn(text) : [whole]
  if (isOfSeveral(text) || areOfSeveral(objects))
    throw refuse('it holds several devices, whose facts would mix')
  const found = ofText(text) ?? ofJson(Object.assign({}, ...objects))
  if (found !== undefined) return found
  if (objects.length > 0) throw refuse('it is JSON of another program')
  if (/^\s*\{/m.test(text)) throw refuse('it is JSON that breaks off or is damaged')
  throw refuse('it looks like none of the outputs that are known')
}

function jsonIn(text: string): readonly Json[] {
  const found = objectsIn(text)
    .map(parseJson)
    .filter((one) => one !== undefined)
  const answered = found.filter((one) => !isFatal(numberAt(one, 'smartctl.exit_status') ?? 0))
  const nameOf = (one: Json) => textAt(one, 'device.name')
  const isOfOne = new Set(found.map(nameOf)).size === 1
  // A first attempt, which the device refused, says nothing beside one that went well.
  return isOfOne && answered.length > 0 ? answered : found
}

function ofText(text: string): Recognised | undefined {
  if (isSmartctlText(text)) return ofSmartctl('smartctl-text', smartctlTextAsJson(text))
  if (isNvmeCliText(text))
    return { format: 'nvme-cli-text', disk: factsOfNvmeCli(nvmeCliTextAsJson(text)) }
  // `ethtool -i` is often beside it.
  const driver = /^ *driver: (\S+)$/m.exec(text)?.[1]
  if (isEthtool(text)) return { format: 'ethtool-S-text', nic: readEthtoolStats(text, driver) }
  return undefined
}

/** Several commands may have been asked about one device: `id-ctrl` and `smart-log`. */
function areOfSeveral(objects: readonly Json[]): boolean {
  const serials = objects.flatMap((one) => textAt(one, 'serial_number') ?? textAt(one, 'sn') ?? [])
  const logs = objects.filter((one) => isSmartLog(one) || objectAt(one, 'smartctl') !== undefined)
  return new Set(serials).size > 1 || logs.length > 1
}

function ofJson(json: Json): Recognised | undefined {
  if (objectAt(json, 'smartctl') !== undefined) {
    if (Array.isArray(json['devices'])) {
      const listed = listAt(json, 'devices').map((device) => factsOfSmartctl({ device }))
      return { format: 'smartctl-scan-json', listed }
    }
    return ofSmartctl('smartctl-json', json)
  }
  const listed = listedDevices(json)
  if (listed !== undefined) {
    const [only, ...others] = listed
    const disk = only === undefined || others.length > 0 ? {} : { disk: only }
    return { format: 'nvme-list-json', listed, ...disk }
  }
  const isOne = isSmartLog(json) || isController(json)
  return isOne ? { format: 'nvme-cli-json', disk: factsOfNvmeCli(json) } : undefined
}

/** The device may not have answered; what is known is given all the same. */
function ofSmartctl(format: Format, answer: Json): Recognised {
  const disk = factsOfSmartctl(answer)
  if (isAsleep(answer)) return { format, disk, asleep: true }
  if (isFatal(disk.exitStatus ?? 0)) return { format, disk, error: refusalOf(answer) }
  const isSilent = disk.model === undefined && disk.kind === undefined
  return isSilent ? { format, disk, error: refusalOf(answer) } : { format, disk }
}

const refusalOf = (answer: Json) =>
  `Cannot read the device: ${complaintOf(answer)}; run smartctl as root with the type of the device (-d)`

function isEthtool(text: string): boolean {
  if (/^\s*(NIC statistics|Standard stats for \S+):/m.test(text)) return true
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.length > 3 && lines.every((line) => /^\s*\S.*: *\d+\s*$/.test(line))
}
