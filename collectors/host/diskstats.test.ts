import { expect, test } from '@jest/globals'
import { collected, falseNode } from '../fake/series.ts'
import { createDiskstats } from './diskstats.ts'

const udev = `S:disk/by-id/wwn-0x5000c5zst0000001
E:ID_MODEL=ZST_HD-4000
E:ID_REVISION=ZA01
E:ID_SERIAL_SHORT=BRIDGE01
E:SCSI_IDENT_SERIAL=ZST0A1B2
E:ID_PATH=pci-0000:00:1f.2-ata-1
E:ID_WWN=0x5000c5zst0000001
E:ID_ATA=1
E:ID_ATA_WRITE_CACHE=1
E:ID_ATA_WRITE_CACHE_ENABLED=0
E:ID_ATA_ROTATION_RATE_RPM=7200
E:ID_FS_TYPE=xfs
E:ID_FS_USAGE=filesystem
`
/** How often udev wrote it. */
let written = 0
let readings = 0
const isUdev = (path: string) => path === '/run/udev/data/b8:0'
const files = {
  readText(path: string) {
    if (!isUdev(path)) return falseNode.readText(path)
    readings++
    return udev
  },
  stampOf: (path: string) => (isUdev(path) ? { word: String(written), modifiedMs: 0 } : undefined),
}

test('disks are counted in bytes and seconds', async () => {
  expect(await collected(createDiskstats({ files }))).toMatchObject({
    'node_disk_reads_completed_total{device="sda"}': 25_354_637,
    'node_disk_reads_merged_total{device="sda"}': 34_367_663,
    'node_disk_read_bytes_total{device="sda"}': 1_003_346_126 * 512,
    'node_disk_read_time_seconds_total{device="sda"}': 18_492.372,
    'node_disk_written_bytes_total{device="sda"}': 505_697_032 * 512,
    'node_disk_write_time_seconds_total{device="sda"}': 63_877.96,
    'node_disk_io_now{device="nvme0n1"}': 2,
    'node_disk_io_time_seconds_total{device="nvme0n1"}': 222.766,
    'node_disk_io_time_weighted_seconds_total{device="nvme0n1"}': 1032.546,
    'node_disk_discarded_sectors_total{device="nvme0n1"}': 4096,
    'node_disk_flush_requests_total{device="nvme0n1"}': 1555,
    'node_disk_flush_requests_time_seconds_total{device="nvme0n1"}': 1.944,
  })
})

test('partitions and loops are left out, and so is what an old kernel does not count', async () => {
  const names = Object.keys(await collected(createDiskstats({ files })))
  expect(names.filter((name) => /loop0|sda1|nvme0n1p1/.test(name))).toEqual([])
  expect(names.filter((name) => /discard.*sda|flush.*sda/.test(name))).toEqual([])
})

test('a disk says who it is; its own serial counts before that of its bridge', async () => {
  const series = await collected(createDiskstats({ files }))
  const info = Object.keys(series).find((name) => /^node_disk_info.*sda/.test(name))
  expect(info).toContain('serial="ZST0A1B2"')
  expect(info).toContain('path="pci-0000:00:1f.2-ata-1"')
  expect(info).toContain('model="ZST_HD-4000"')
})

test('what udev says is read again only when it wrote it anew', async () => {
  const diskstats = createDiskstats({ files })
  const before = readings
  await collected(diskstats)
  await collected(diskstats)
  expect(readings).toBe(before + 1)
  written++
  await collected(diskstats)
  expect(readings).toBe(before + 2)
})

test('an ATA disk says its cache and its speed, and any disk the file system on it', async () => {
  expect(await collected(createDiskstats({ files }))).toMatchObject({
    'node_disk_ata_write_cache{device="sda"}': 1,
    'node_disk_ata_write_cache_enabled{device="sda"}': 0,
    'node_disk_ata_rotation_rate_rpm{device="sda"}': 7200,
    'node_disk_filesystem_info{device="sda", type="xfs", usage="filesystem"}': 1,
  })
})
