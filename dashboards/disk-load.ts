/** Use, waiting and queue of disks, from the kernel's counters. */
import { ofHost } from './select.ts'
import { unlessSilent } from './silence.ts'

/** Disks, not what is built on them. */
export const ofAll = `device!~"(dm-|md|loop|sr|zram|nbd).*",${ofHost}`
/** SMART calls an NVMe disk nvme0, the kernel its namespace nvme0n1. */
export const ofOne = `device=~"($disk)(n[0-9]+)?",${ofAll}`

/** Of a silent host nothing: what stands still in the pushgateway is not an idle disk. */
const rate = (counter: string, of: string) => unlessSilent(plain(counter, of))
const plain = (counter: string, of: string) => `rate(node_disk_${counter}{${of}}[$__rate_interval])`

export const use = (of: string) => rate('io_time_seconds_total', of)
export const queue = (of: string) => rate('io_time_weighted_seconds_total', of)
export const reads = (of: string) => rate('reads_completed_total', of)
export const writes = (of: string) => rate('writes_completed_total', of)
export const bytesRead = (of: string) => rate('read_bytes_total', of)
export const bytesWritten = (of: string) => rate('written_bytes_total', of)

/** All that the kernel counts is an average of each disk: compare disks, and watch the worst. */
export const readWait = (of: string) =>
  `${plain('read_time_seconds_total', of)} / (${plain('reads_completed_total', of)} > 0)`
export const writeWait = (of: string) =>
  `${plain('write_time_seconds_total', of)} / (${plain('writes_completed_total', of)} > 0)`
