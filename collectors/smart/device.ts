/** A device as smartctl names it. */

export interface SmartDevice {
  /** Such as `/dev/sda`. */
  readonly name: string
  /** How it is reached: `sat`, `scsi`, `nvme`, `megaraid,3`; absent: smartctl finds out. */
  readonly type?: string | undefined
}

export const keyOf = ({ name, type }: SmartDevice): string => `${name} ${type ?? ''}`

/** As smartctl_exporter has it: without the folder, and with a type that tells members apart. */
export function labelOf({ name, type }: SmartDevice): string {
  const short = name.replace(/^\/dev\/(disk\/by-(id|path)\/)?/, '').replaceAll('/', '_')
  return type?.includes(',') ? `${short}_${type.replaceAll(',', '_')}` : short
}
