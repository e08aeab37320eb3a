/** One wear figure for every SSD: what the device says itself, or what its attributes mean. */
import type { DeviceFacts } from '../facts/device-facts.ts'
import { attributeWear } from './attributes.ts'

export interface Wear {
  /** Endurance used; above 100 where the device says so. */
  readonly percent: number
  readonly source: 'nvme' | 'devstat' | 'scsi' | 'attribute'
}

/** Undefined: unknown, as for every disk that turns. */
export function wearOf(facts: DeviceFacts): Wear | undefined {
  const { nvme, devstat, scsi } = facts.wear
  if (nvme !== undefined) return { percent: nvme, source: 'nvme' }
  if (devstat !== undefined) return { percent: devstat, source: 'devstat' }
  if (scsi !== undefined) return { percent: scsi, source: 'scsi' }
  // Rotating disks borrow the same attribute numbers for other things.
  const found = facts.kind === 'sata-ssd' ? attributeWear(facts) : undefined
  return found === undefined ? undefined : { percent: found.percent, source: 'attribute' }
}
