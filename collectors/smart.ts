/** SMART of all disks through `smartctl -j`, under the names and labels of smartctl_exporter. */
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Collector } from './collector.ts'
import { type DeviceReading, readDevices } from './devices.ts'
import type { DeviceFacts } from './facts/device-facts.ts'
import { factsOfSmartctl } from './facts/of-smartctl.ts'
import { createFamilies, type Families, gauge } from './families.ts'
import { createReasons } from './reasons.ts'
import { createSmartctl, isMissing, lossKindOf, unreadable } from './smart/ask.ts'
import { keyOf, labelOf, type SmartDevice } from './smart/device.ts'
import type { DriveDatabase } from './smart/drive-database.ts'
import { createInventory } from './smart/inventory.ts'
import { type Json, textAt, valueAt } from './smart/json.ts'
import { addDevice } from './smart/metrics.ts'
import { createPaths } from './smart/paths.ts'
import { createPatience } from './smart/patience.ts'
import { wearOf } from './wear/wear.ts'

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
  /** So long a reading waits for a disk; its answer then counts in the next one. Default 3 s. */
  readonly lateMs?: number
  /** Spares smartctl most of its work; absent: ATA devices are read with its whole database. */
  readonly database?: DriveDatabase | undefined
  /** Told of every disk that was read, once a reading; may add samples of its own. */
  readonly onFacts?: (device: string, facts: DeviceFacts, families: Families) => void
}

/** So many devices are asked at a time: enough that a few that hang do not delay the rest. */
const slots = 8
/** So often all names are read, also those that led to a disk which another name stands for. */
const readAllEvery = 20

const version = gauge('smartctl_version', 'Version of smartctl; always 1.')
const count = gauge('smartctl_devices', 'Devices that are to be read.')
const wear = gauge('zstone_device_wear_percent', 'Endurance used of an SSD; may pass 100.')
const samePath = gauge(
  'zstone_device_path',
  'A further name of a disk that is shown as the device `of`; always 1.',
)
const lost = gauge(
  'zstone_device_lost',
  'A device that cannot be read: why, and which disk it was when it last could be; always 1.',
)

export function createSmart(options: SmartOptions): Collector {
  const { path, everyMs, deviceDeadlineMs = 20_000 } = options
  const deadlineMs = 3 * deviceDeadlineMs
  const ageMsMax = 2 * everyMs + deadlineMs
  const closing = new AbortController()
  const read = createReader(options, { deadlineMs, deviceDeadlineMs, ageMsMax, closing })
  return {
    name: 'smart',
    deadlineMs,
    pace: { everyMs, ageMsMax },
    close: () => closing.abort(),
    async collect(stop) {
      let heard: Json | undefined
      const families = await read(stop, (answer) => {
        heard = answer
      }).catch((error) => {
        throw isMissing(error) ? fault('SMARTCTL_MISSING', { path }) : error
      })
      if (heard !== undefined) families.add(version, versionOf(heard), 1)
      return families.list()
    },
  }
}

interface Bounds {
  readonly deadlineMs: number
  readonly deviceDeadlineMs: number
  readonly ageMsMax: number
  readonly closing: AbortController
}

/** `heard` is told of every answer. */
type Reader = (stop: AbortSignal, heard: (answer: Json) => void) => Promise<Families>

function createReader(
  options: SmartOptions,
  { deadlineMs, deviceDeadlineMs, ageMsMax, closing }: Bounds,
): Reader {
  const { clock, log, onFacts } = options
  const lateMs = Math.min(options.lateMs ?? 3000, deviceDeadlineMs)
  const smartctl = createSmartctl({ ...options, deadlineMs: deviceDeadlineMs })
  const inventory = createInventory(clock, options.devices)
  const reasons = createReasons(log, 'device')
  const paths = createPaths<SmartDevice>(labelOf)
  /** Of each device that was ever read: its model and serial number. */
  const identities = new Map<string, Record<string, string>>()
  const patient = createPatience({
    ...{ clock, lateMs, ageMsMax, keyOf },
    read: (device: SmartDevice) => smartctl.read(device, closing.signal),
    late: (device, reason) => unreadable(device.name, 'late', reason),
  })
  let readings = 0

  const add = (device: SmartDevice, answer: Json, families: Families) => {
    const label = labelOf(device)
    const first = paths.claim(device, answer)
    if (labelOf(first) !== label) return
    const facts = factsOfSmartctl(answer)
    identities.set(label, {
      model_name: facts.model ?? '',
      serial_number: facts.serial ?? '',
    })
    addDevice(families, label, answer)
    const { percent, source } = wearOf(facts) ?? {}
    families.add(wear, { device: label, source: source ?? '' }, percent)
    onFacts?.(label, facts, families)
  }
  const onLost = (device: SmartDevice, families: Families, error: unknown) => {
    const who = identities.get(labelOf(device)) ?? { model_name: '', serial_number: '' }
    families.add(lost, { device: labelOf(device), reason: lossKindOf(error), ...who }, 1)
  }
  return async (stop, heard) => {
    const families = createFamilies()
    if (inventory.isScanDue()) {
      const { devices, answer } = await smartctl.scan(stop)
      inventory.take(devices)
      paths.forget()
      heard(answer)
    }
    if (++readings % readAllEvery === 0) paths.forget()
    const startedMs = clock.monotonicMs()
    let missing: unknown
    const read = async (device: SmartDevice): Promise<DeviceReading> => {
      if (clock.monotonicMs() - startedMs > deadlineMs - lateMs)
        throw unreadable(device.name, 'no_time', 'others took all the time')
      inventory.note(device, 'failed')
      const answer = await patient(device).catch((error) => {
        missing = isMissing(error) ? error : missing
        throw error
      })
      inventory.note(device, 'read')
      if (answer === 'asleep') return 'asleep'
      heard(answer)
      return (families) => add(device, answer, families)
    }
    const readThese = (devices: readonly SmartDevice[]) =>
      readDevices({ devices, labelOf, read, onLost, slots }, { families, reasons, clock })
    const devices = inventory.devices()
    const failed = await readThese(devices.filter((device) => !paths.isSpare(device)))
    // A disk whose first path is lost is read by another one at once.
    await readThese(failed.flatMap((device) => paths.release(device)))
    for (const { spare, first } of paths.spares())
      families.add(samePath, { device: labelOf(spare), of: labelOf(first) }, 1)
    families.add(count, {}, devices.length - paths.spares().length)
    if (missing !== undefined) throw missing
    return families
  }
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
