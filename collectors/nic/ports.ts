/** The network devices that are hardware, or look like it: those with a driver of their own. */
import { type Files, readOptional } from '../files.ts'

export interface Port {
  /** As the kernel names it: `eth0`. */
  readonly device: string
  /** As the kernel calls it: `mlx5_core`. */
  readonly driver: string | undefined
}

/** More than any machine has; a bridge full of machines has no more ports of hardware. */
const portsMax = 64

export function portsOf(files: Pick<Files, 'readText' | 'list'>): readonly Port[] {
  return files
    .list('/sys/class/net')
    .flatMap((device) => {
      const uevent = readOptional(files, `/sys/class/net/${device}/device/uevent`)
      if (uevent === undefined) return [] // A bridge, a bond, the loop: nothing to ask.
      return [{ device, driver: /^DRIVER=(.+)$/m.exec(uevent)?.[1] }]
    })
    .slice(0, portsMax)
}
