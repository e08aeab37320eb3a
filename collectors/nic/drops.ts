/**
 * Frames that a port received and lost, by who lost them. The kernel has two counters for it, and
 * drivers fill them by their own lights: some put what the hardware missed into `rx_dropped`.
 */
import { mixesDrops } from './driver-counters.ts'
import type { EthtoolStats } from './ethtool-stats.ts'

export interface DropSources {
  /** As the kernel calls it. */
  readonly driver: string | undefined
  readonly stats: EthtoolStats | undefined
  /** `rx_dropped` and `rx_missed_errors` of the kernel. */
  readonly dropped: number | undefined
  readonly missed: number | undefined
}

export interface ReceiveDrops {
  readonly hardware: number | undefined
  readonly software: number | undefined
}

export function receiveDrops({ driver, stats, dropped, missed }: DropSources): ReceiveDrops {
  // Without the counters of such a driver nobody can tell them apart.
  if (stats === undefined && !missed && mixesDrops(driver)) return unknown
  const hardware = stats?.rxDropsHardware ?? missed
  // A kernel that counts misses apart does not count them in `rx_dropped` as well.
  const held = missed ? 0 : (stats?.heldInRxDropped ?? 0)
  return { hardware, software: dropped === undefined ? undefined : Math.max(0, dropped - held) }
}

const unknown: ReceiveDrops = { hardware: undefined, software: undefined }

/**
 * The difference of two counters that are read one after another may run back a little, which
 * readers of a counter would take for a restart: it stands still instead.
 */
export function createSteady() {
  const highest = new Map<string, { dropped: number; software: number }>()
  return (device: string, dropped: number, software: number): number => {
    const before = highest.get(device)
    const restarted = before === undefined || dropped < before.dropped
    const steady = restarted ? software : Math.max(before.software, software)
    highest.set(device, { dropped, software: steady })
    return steady
  }
}
