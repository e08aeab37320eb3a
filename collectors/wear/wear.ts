/** One wear figure for every SSD: what the device says itself, or what its vendor attributes mean. */
import type { DeviceFacts } from '../facts/device-facts.ts'

export interface Wear {
  /** Endurance used; above 100 where the device says so. */
  readonly percent: number
  readonly source: 'nvme' | 'devstat' | 'scsi' | 'attribute'
}

/** Undefined: unknown, as for every disk that turns. */
export function wearOf({ wear: { nvme, devstat, scsi } }: DeviceFacts): Wear | undefined {
  if (nvme !== undefined) return { percent: nvme, source: 'nvme' }
  if (devstat !== undefined) return { percent: devstat, source: 'devstat' }
  if (scsi !== undefined) return { percent: scsi, source: 'scsi' }
  return undefined
}
