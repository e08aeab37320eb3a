/**
 * Whether a link runs below what both of its ends can. A link has two ends; its lower one speaks
 * for it, so that one bad link is one series (or one a function), and a port that is simply faster
 * than the card in it is no fault.
 */
import type { Link, PciDevice } from './device.ts'

/** Undefined: nobody can say, or the device is of a kind that we do not watch. */
export function isDegraded(
  device: PciDevice,
  now: Link,
  known: ReadonlyMap<string, PciDevice>,
): boolean | undefined {
  const { most } = device
  if (!isWatched(device.classId) || isDownward(device, known) || !now.speed || !now.width)
    return undefined
  if (most?.speed === undefined || most.width === undefined) return undefined
  const above = known.get(device.parent ?? '')?.most
  const speed = Math.min(most.speed, above?.speed ?? most.speed)
  const width = Math.min(most.width, above?.width ?? most.width)
  return now.speed < speed || now.width < width
}

/** Storage, network and bridges. A graphics card lowers its own link to save power. */
function isWatched(classId: number): boolean {
  return [0x01, 0x02, 0x06].includes(classId >> 16)
}

const isBridge = ({ classId }: PciDevice) => classId >> 8 === 0x0604

/**
 * A bridge of the root complex leads downward, a switch has a port upward and ports downward below
 * it: they take turns.
 */
function isDownward(device: PciDevice, known: ReadonlyMap<string, PciDevice>): boolean {
  if (!isBridge(device)) return false
  const parent = known.get(device.parent ?? '')
  return parent === undefined || !isDownward(parent, known)
}
