/** What an OSD stands on, whoever said it. */
export interface OsdDisk {
  /** Its number, as text. */
  readonly osd: string
  /** What it keeps there. */
  readonly role: 'block' | 'db' | 'wal'
  /** The block device that it opens, without the folder: `dm-3`, `sdb2`. */
  readonly node: string
  /** The disks below it, as smartctl and the kernel call them; several below some volumes. */
  readonly devices: readonly string[]
}
