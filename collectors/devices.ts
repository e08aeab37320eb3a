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
  /** How many at a time. */
  readonly slots: number
}

const readable = gauge('zstone_device_readable', 'Whether the device answered when it was read.')
const asleep = gauge('zstone_device_asleep', 'Whether the device was left asleep, hence not read.')
const seconds = gauge('zstone_device_read_seconds', 'Time that reading the device took.')

export async function readDevices<D>(
  { devices, labelOf, read, slots }: DevicesToRead<D>,
  { families, reasons, clock }: { families: Families; reasons: Reasons; clock: Clock },
): Promise<void> {
  await parallel(devices, slots, async (device) => {
    const labels = { device: labelOf(device) }
    const startedMs = clock.monotonicMs()
    const { reading, reason } = await read(device).then(
      (reading) => ({ reading, reason: undefined }),
      (error) => ({ reading: undefined, reason: messageOf(error) }),
    )
    reasons.tell(labels.device, reason)
    families.add(seconds, labels, (clock.monotonicMs() - startedMs) / 1000)
    // A sleeping device is neither readable nor broken.
    if (reading !== 'asleep') families.add(readable, labels, reading === undefined ? 0 : 1)
    if (reading !== undefined) families.add(asleep, labels, reading === 'asleep' ? 1 : 0)
    if (typeof reading === 'function') reading(families)
  })
}
