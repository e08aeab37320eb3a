/** Block devices: /proc/diskstats, and who they are by what udev found out. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import { type Files, readOptional } from '../files.ts'

/** node_exporter's default: partitions, and devices of memory, loops and floppies, are left out. */
const excluded = /^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$/
const sectorBytes = 512

/** In the kernel's order, after major, minor and name; each with what makes it our unit. */
const columns = [
  [counter('node_disk_reads_completed_total', 'Reads completed.'), 1],
  [counter('node_disk_reads_merged_total', 'Reads merged.'), 1],
  [counter('node_disk_read_bytes_total', 'Bytes read.'), sectorBytes],
  [counter('node_disk_read_time_seconds_total', 'Time of all reads.'), 1e-3],
  [counter('node_disk_writes_completed_total', 'Writes completed.'), 1],
  [counter('node_disk_writes_merged_total', 'Writes merged.'), 1],
  [counter('node_disk_written_bytes_total', 'Bytes written.'), sectorBytes],
  [counter('node_disk_write_time_seconds_total', 'Time of all writes.'), 1e-3],
  [gauge('node_disk_io_now', 'Requests under way.'), 1],
  [counter('node_disk_io_time_seconds_total', 'Time with requests under way.'), 1e-3],
  [counter('node_disk_io_time_weighted_seconds_total', 'Time, times requests under way.'), 1e-3],
  [counter('node_disk_discards_completed_total', 'Discards completed.'), 1],
  [counter('node_disk_discards_merged_total', 'Discards merged.'), 1],
  [counter('node_disk_discarded_sectors_total', 'Sectors discarded.'), 1],
  [counter('node_disk_discard_time_seconds_total', 'Time of all discards.'), 1e-3],
  [counter('node_disk_flush_requests_total', 'Flushes completed.'), 1],
  [counter('node_disk_flush_requests_time_seconds_total', 'Time of all flushes.'), 1e-3],
] as const

const info = gauge('node_disk_info', 'Who a block device is; always 1.')

export function createDiskstats({ files }: { files: Pick<Files, 'readText'> }): Collector {
  return {
    name: 'diskstats',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/diskstats').split('\n')) {
        const [major = '', minor = '', device, ...counts] = line.trim().split(/\s+/)
        if (device === undefined || excluded.test(device)) continue
        addInfo(families, { device, major, minor }, files)
        columns.forEach(([metric, unit], i) => {
          const count = counts[i]
          if (count !== undefined) families.add(metric, { device }, Number(count) * unit)
        })
      }
      return families.list()
    },
  }
}

interface BlockDevice {
  readonly device: string
  readonly major: string
  readonly minor: string
}

function addInfo(families: Families, block: BlockDevice, files: Pick<Files, 'readText'>): void {
  const udev = readOptional(files, `/run/udev/data/b${block.major}:${block.minor}`) ?? ''
  const property = (name: string) => new RegExp(`^E:${name}=(.*)$`, 'm').exec(udev)?.[1] ?? ''
  const labels = {
    ...block,
    model: property('ID_MODEL'),
    path: property('ID_PATH'),
    revision: property('ID_REVISION'),
    // What a SCSI disk says of itself is what is printed on it; the other may be of its bridge.
    serial: property('SCSI_IDENT_SERIAL') || property('ID_SERIAL_SHORT'),
    wwn: property('ID_WWN'),
  }
  families.add(info, labels, 1)
}
