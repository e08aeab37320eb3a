/** Use, waiting and queue of disks, from the kernel's counters. */
import { ofHost } from './select.ts'

/** Disks, not what is built on them. */
export const ofAll = `device!~"(dm-|md|loop|sr|zram|nbd).*",${ofHost}`
/** SMART calls an NVMe disk nvme0, the kernel its namespace nvme0n1. */
export const ofOne = `device=~"($disk)(n[0-9]+)?",${ofAll}`

const rate = (counter: string, of: string) => `rate(node_disk_${counter}{${of}}[$__rate_interval])`

export const use = (of: string) => rate('io_time_seconds_total', of)
export const queue = (of: string) => rate('io_time_weighted_seconds_total', of)
export const reads = (of: string) => rate('reads_completed_total', of)
export const writes = (of: string) => rate('writes_completed_total', of)
export const bytesRead = (of: string) => rate('read_bytes_total', of)
export const bytesWritten = (of: string) => rate('written_bytes_total', of)

/** All that the kernel counts is an average of each disk: compare disks, and watch the worst. */
export const readWait = (of: string) =>
  `${rate('read_time_seconds_total', of)} / (${reads(of)} > 0)`
export const writeWait = (of: string) =>
  `${rate('write_time_seconds_total', of)} / (${writes(of)} > 0)`
