/** What only SCSI (SAS) devices say: grown defects and counters of corrected and lost data. */
import { grownDefectsOf } from '../facts/scsi-facts.ts'
import { counter, type Families, gauge } from '../families.ts'
import { type Json, numberAt } from './json.ts'

const bytesOf = {
  read: counter('smartctl_device_bytes_read', 'Bytes read.'),
  write: counter('smartctl_device_bytes_written', 'Bytes written.'),
}
const grownDefects = gauge('smartctl_scsi_grown_defect_list', 'Defects found since manufacture.')
const corrections = ['rereads_rewrites', 'eccfast', 'eccdelayed']
const directions = ['read', 'write'] as const

const corrected = (direction: string, by: string) =>
  gauge(`smartctl_${direction}_errors_corrected_by_${by}`, `Errors of ${direction}s mended: ${by}.`)
const uncorrected = (direction: string) =>
  gauge(`smartctl_${direction}_total_uncorrected_errors`, `Errors of ${direction}s not mended.`)

const counters = directions.flatMap((direction) => [
  ...corrections.map((by) => ({
    path: `${direction}.errors_corrected_by_${by}`,
    metric: corrected(direction, by),
  })),
  { path: `${direction}.total_uncorrected_errors`, metric: uncorrected(direction) },
])

/** Not only where the type is `scsi`: SAS drives behind a RAID controller say the same. */
export function addScsi(families: Families, device: string, answer: Json): void {
  families.add(grownDefects, { device }, grownDefectsOf(answer))
  for (const { path, metric } of counters)
    families.add(metric, { device }, numberAt(answer, `scsi_error_counter_log.${path}`))
  for (const direction of directions) {
    const path = `scsi_error_counter_log.${direction}.gigabytes_processed`
    const gigabytes = numberAt(answer, path)
    families.add(bytesOf[direction], { device }, gigabytes && Math.round(gigabytes * 1e9))
  }
}
