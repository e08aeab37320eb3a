/**
 * Reads many devices side by side. A device that cannot be read becomes visible as such, with its
 * reason in the log, and has no other series; the others are not delayed by it.
 */

import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import { parallel } from '#lib/parallel'
import { type Families, gauge } from './families.ts'
import type { Reasons } from './reasons.ts'

/** What reading a device gives: a way to add its samples, or that it was left asleep. */
export type DeviceReading = 'asleep' | ((families: Families) => void)

export interface DevicesToRead<D> {
  readonly devices: readonly D[]
  readonly labelOf: (device: D) => string
  /** Throws where the device cannot be read. Bounds its own time. */
  readonly read: (device: D) => Promise<DeviceReading>
  /** Told of each that cannot be read, in its turn: may add what is known of it. */
  readonly onLost?: (device: D, families: Families, error: unknown) => void
  /** How many at a time. */
  readonly slots: number
}

const readable = gauge('zstone_device_readable', 'Whether the device answered when it was read.')
const failure = gauge('zstone_device_failure_info', 'Why the device cannot be read; always 1.')
const asleep = gauge('zstone_device_asleep', 'Whether the device was left asleep, hence not read.')
const seconds = gauge('zstone_device_read_seconds', 'Time that reading the device took.')

/** Gives the devices that could not be read. Samples are added in the order of the devices. */
export async function readDevices<D>(
  { devices, labelOf, read, onLost, slots }: DevicesToRead<D>,
  { families, reasons, clock }: { families: Families; reasons: Reasons; clock: Clock },
): Promise<readonly D[]> {
  const outcomes = await parallel(devices, slots, async (device) => {
    const startedMs = clock.monotonicMs()
    const { reading, error } = await read(device).then(
      (reading) => ({ reading, error: undefined }),
      (error: unknown) => ({ reading: undefined, error }),
    )
    return { device, reading, error, tookMs: clock.monotonicMs() - startedMs }
  })
  const lost: D[] = []
  for (const { device, reading, error, tookMs } of outcomes) {
    const label = labelOf(device)
    reasons.tell(label, reading === undefined ? messageOf(error) : undefined)
    families.add(seconds, { device: label }, tookMs / 1000)
    addState(families, label, reading)
    if (typeof reading === 'function') reading(families)
    if (reading !== undefined) continue
    families.add(failure, { device: label, reason: reasons.labelOf(label) ?? '' }, 1)
    onLost?.(device, families, error)
    lost.push(device)
  }
  return lost
}

/** A sleeping device is neither readable nor broken. */
function addState(families: Families, device: string, reading: DeviceReading | undefined): void {
  if (reading !== 'asleep') families.add(readable, { device }, reading === undefined ? 0 : 1)
  if (reading !== undefined) families.add(asleep, { device }, reading === 'asleep' ? 1 : 0)
}
