/** What tape drives read and wrote: /sys/class/scsi_tape. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, attributesAt, type NumberRow, namesIn } from './attributes.ts'
import { slowPace } from './pace.ts'

const table: readonly NumberRow[] = [
  ['in_flight', gauge('node_tape_io_now', 'Requests under way.'), 1],
  ['io_ns', counter('node_tape_io_time_seconds_total', 'Time of all requests.'), 1e-9],
  ['other_cnt', counter('node_tape_io_others_total', 'Requests that moved no data.'), 1],
  ['read_byte_cnt', counter('node_tape_read_bytes_total', 'Bytes read.'), 1],
  ['read_cnt', counter('node_tape_reads_completed_total', 'Reads completed.'), 1],
  ['read_ns', counter('node_tape_read_time_seconds_total', 'Time of all reads.'), 1e-9],
  ['resid_cnt', counter('node_tape_residual_total', 'Requests that moved less than asked.'), 1],
  ['write_byte_cnt', counter('node_tape_written_bytes_total', 'Bytes written.'), 1],
  ['write_cnt', counter('node_tape_writes_completed_total', 'Writes completed.'), 1],
  ['write_ns', counter('node_tape_write_time_seconds_total', 'Time of all writes.'), 1e-9],
]

const folder = '/sys/class/scsi_tape'

export function createTapestats({
  files,
}: {
  files: Pick<Files, 'readText' | 'listIfPresent'>
}): Collector {
  return {
    name: 'tapestats',
    pace: slowPace,
    collect() {
      const families = createFamilies()
      // Each drive has more names, by how it rewinds; they count the same.
      for (const device of namesIn(files, folder, /^st\d+$/)) {
        const attributes = attributesAt(files, `${folder}/${device}/stats`)
        addNumbers(families, { labels: { device }, table, attributes })
      }
      return families.list()
    },
  }
}
