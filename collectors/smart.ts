/** SMART of all disks through `smartctl -j`, under the names and labels of smartctl_exporter. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from './collector.ts'
import { type DeviceReading, readDevices } from './devices.ts'
import { createFamilies, gauge } from './families.ts'
import { createReasons } from './reasons.ts'
import { createSmartctl, isMissing, type SmartDevice } from './smart/ask.ts'
import { createInventory } from './smart/inventory.ts'
import { type Json, textAt, valueAt } from './smart/json.ts'
import { addDevice } from './smart/metrics.ts'

export interface SmartOptions {
  readonly clock: Clock
  readonly log: Log
  /** The program; a name is looked for on the PATH. */
  readonly path: string
  readonly everyMs: number
  /** The devices to read; absent: those that a scan finds. */
  readonly devices?: readonly SmartDevice[] | undefined
  /** The whole environment of smartctl; absent: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** A failing disk may take its time; beyond this it counts as not readable. Default 20 s. */
  readonly deviceDeadlineMs?: number
}

/** So many devices are asked at a time: enough that a few that hang do not delay the rest. */
const slots = 8

const version = gauge('smartctl_version', 'Version of smartctl; always 1.')
const count = gauge('smartctl_devices', 'Devices that are to be read.')

export function createSmart(options: SmartOptions): Collector {
  const { clock, log, path, everyMs, deviceDeadlineMs = 20_000, env } = options
  const smartctl = createSmartctl({ path, clock, deadlineMs: deviceDeadlineMs, env })
  const inventory = createInventory(clock, options.devices)
  const reasons = createReasons(log, 'device')
  const deadlineMs = 3 * deviceDeadlineMs

  /** `heard` is told of every answer. */
  const readAll = async (stop: AbortSignal, heard: (answer: Json) => void) => {
    const families = createFamilies()
    if (inventory.isScanDue()) {
      const { devices, answer } = await smartctl.scan(stop)
      inventory.take(devices)
      heard(answer)
    }
    const startedMs = clock.monotonicMs()
    let missing: unknown
    const read = async (device: SmartDevice): Promise<DeviceReading> => {
      // Its own deadline still fits into the collector's, whatever the others took.
      if (clock.monotonicMs() - startedMs > deadlineMs - deviceDeadlineMs)
        throw fault('DEVICE_UNREADABLE', {
          device: device.name,
          reason: 'others took all the time',
        })
      inventory.note(device, 'failed')
      const answer = await smartctl.read(device, stop).catch((error) => {
        missing = isMissing(error) ? error : missing
        throw error
      })
      inventory.note(device, 'read')
      if (answer === 'asleep') return 'asleep'
      heard(answer)
      return (families) => addDevice(families, labelOf(device), answer)
    }
    const devices = inventory.devices()
    families.add(count, {}, devices.length)
    await readDevices({ devices, labelOf, read, slots }, { families, reasons, clock })
    if (missing !== undefined) throw missing
    return families
  }
  return {
    name: 'smart',
    deadlineMs,
    pace: { everyMs, ageMsMax: 2 * everyMs + deadlineMs },
    async collect(stop) {
      let heard: Json | undefined
      const families = await readAll(stop, (answer) => {
        heard = answer
      }).catch((error) => {
        throw isMissing(error) ? fault('SMARTCTL_MISSING', { path }) : error
      })
      if (heard !== undefined) families.add(version, versionOf(heard), 1)
      return families.list()
    },
  }
}

/** As smartctl_exporter has it: without the folder, and with a type that tells members apart. */
function labelOf({ name, type }: SmartDevice): string {
  const short = name.replace(/^\/dev\/(disk\/by-(id|path)\/)?/, '').replaceAll('/', '_')
  return type?.includes(',') ? `${short}_${type.replaceAll(',', '_')}` : short
}

function versionOf(answer: Json): Record<string, string> {
  const dotted = (path: string) => [valueAt(answer, path)].flat().join('.')
  return {
    json_format_version: dotted('json_format_version'),
    smartctl_version: dotted('smartctl.version'),
    svn_revision: textAt(answer, 'smartctl.svn_revision') ?? '',
    build_info: textAt(answer, 'smartctl.build_info') ?? '',
  }
}
