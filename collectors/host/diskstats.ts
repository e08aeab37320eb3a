/** Block devices: /proc/diskstats, and who they are by what udev found out. */
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { numberOf, wordsOf } from './numbers.ts'
import { createUdev, type UdevProperties } from './udev.ts'

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
const mapper = gauge('node_disk_device_mapper_info', 'Which mapped device it is; always 1.')
const filesystem = gauge('node_disk_filesystem_info', 'Which file system is on it; always 1.')
const ataNumbers = [
  ['ID_ATA_WRITE_CACHE', gauge('node_disk_ata_write_cache', 'Whether it has a write cache.')],
  [
    'ID_ATA_WRITE_CACHE_ENABLED',
    gauge('node_disk_ata_write_cache_enabled', 'Whether its write cache is on.'),
  ],
  [
    'ID_ATA_ROTATION_RATE_RPM',
    gauge('node_disk_ata_rotation_rate_rpm', 'Turns a minute; 0 is no disk that turns.'),
  ],
] as const

export interface DiskstatsOptions {
  readonly files: Pick<Files, 'readText' | 'stampOf'>
}

export function createDiskstats({ files }: DiskstatsOptions): Collector {
  const udevOf = createUdev(files)
  return {
    name: 'diskstats',
    collect() {
      const families = createFamilies()
      for (const line of files.readText('/proc/diskstats').split('\n')) {
        const [major = '', minor = '', device, ...counts] = wordsOf(line)
        if (device === undefined || excluded.test(device)) continue
        addFacts(families, { device, major, minor }, udevOf(major, minor))
        const labels = { device }
        columns.forEach(([metric, unit], i) => {
          const count = counts[i]
          if (count !== undefined) families.add(metric, labels, Number(count) * unit)
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

function addFacts(families: Families, block: BlockDevice, udev: UdevProperties): void {
  const { device } = block
  const of = (property: string) => udev.get(property) ?? ''
  families.add(
    info,
    {
      ...block,
      model: of('ID_MODEL'),
      path: of('ID_PATH'),
      revision: of('ID_REVISION'),
      // What a SCSI disk says of itself is what is printed on it; the other may be of its bridge.
      serial: of('SCSI_IDENT_SERIAL') || of('ID_SERIAL_SHORT'),
      wwn: of('ID_WWN'),
    },
    1,
  )
  if (of('ID_FS_TYPE') !== '')
    families.add(
      filesystem,
      {
        device,
        type: of('ID_FS_TYPE'),
        usage: of('ID_FS_USAGE'),
        uuid: of('ID_FS_UUID'),
        version: of('ID_FS_VERSION'),
      },
      1,
    )
  if (of('DM_NAME') !== '')
    families.add(
      mapper,
      {
        device,
        lv_layer: of('DM_LV_LAYER'),
        lv_name: of('DM_LV_NAME'),
        name: of('DM_NAME'),
        uuid: of('DM_UUID'),
        vg_name: of('DM_VG_NAME'),
      },
      1,
    )
  if (of('ID_ATA') === '') return
  for (const [property, metric] of ataNumbers)
    families.add(metric, { device }, numberOf(udev.get(property)))
}
