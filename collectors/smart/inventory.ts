/** Which devices to read: those of the last scans, or a fixed list. */
import type { Clock } from '#lib/clock'
import { keyOf, type SmartDevice } from './device.ts'

export interface Inventory {
  isScanDue(): boolean
  take(found: readonly SmartDevice[]): void
  /** Those that were last read well come first: what hangs costs nobody his turn. */
  devices(): readonly SmartDevice[]
  note(device: SmartDevice, outcome: 'read' | 'failed'): void
}

const scanEveryMs = 10 * 60_000
/**
 * A disk that dies leaves the scan; it stays known, hence visible as not readable, until a day has
 * passed: by then it was pulled with intent.
 */
const missingForMsMax = 24 * 3_600_000
const devicesMax = 1024

export function createInventory(
  clock: Pick<Clock, 'monotonicMs'>,
  fixed?: readonly SmartDevice[],
): Inventory {
  const known = new Map<string, { device: SmartDevice; seenMs: number }>()
  const failed = new Set<string>()
  let scanDueMs = Number.NEGATIVE_INFINITY
  return {
    isScanDue: () => fixed === undefined && clock.monotonicMs() >= scanDueMs,
    take(found) {
      const nowMs = clock.monotonicMs()
      scanDueMs = nowMs + scanEveryMs
      for (const device of found) known.set(keyOf(device), { device, seenMs: nowMs })
      for (const [key, { seenMs }] of known)
        if (nowMs - seenMs > missingForMsMax) {
          known.delete(key)
          failed.delete(key)
        }
    },
    devices() {
      const devices = fixed ?? [...known.values()].map(({ device }) => device)
      const isFailed = (device: SmartDevice) => Number(failed.has(keyOf(device)))
      return devices.toSorted((a, b) => isFailed(a) - isFailed(b)).slice(0, devicesMax)
    },
    note(device, outcome) {
      if (outcome === 'read') failed.delete(keyOf(device))
      else failed.add(keyOf(device))
    },
  }
}
