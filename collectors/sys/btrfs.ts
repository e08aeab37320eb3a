/** Btrfs file systems: space by kind and layout, devices and their errors: /sys/fs/btrfs. */
import type { Labels } from '#lib/labels'
import type { Collector } from '../collector.ts'
import { counter, createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { addNumbers, attributesAt, type NumberRow, namesIn, numberOf } from './attributes.ts'
import { slowPace } from './pace.ts'

const of = 'node_btrfs'
const info = gauge(`${of}_info`, 'What a file system is called; always 1.')
const reserve = gauge(`${of}_global_rsv_size_bytes`, 'Space kept for emergencies.')
const reserved = gauge(`${of}_reserved_bytes`, 'Space reserved for a kind of data.')
const ratio = gauge(`${of}_allocation_ratio`, 'Bytes on devices for each byte of data.')
const deviceSize = gauge(`${of}_device_size_bytes`, 'Size of a device.')
const errors = counter('zstone_btrfs_device_errors_total', 'Errors of a device, by its number.')

const layout: readonly NumberRow[] = [
  ['used_bytes', gauge(`${of}_used_bytes`, 'Space in use, by kind and layout.'), 1],
  ['total_bytes', gauge(`${of}_size_bytes`, 'Space allocated, by kind and layout.'), 1],
]
/** Newer kernels count what is written to the disks. */
const commits: readonly NumberRow[] = [
  ['commits', counter(`${of}_commits_total`, 'Commits.'), 1],
  ['last_commit_ms', gauge(`${of}_last_commit_seconds`, 'Time of the last commit.'), 1e-3],
  ['max_commit_ms', gauge(`${of}_max_commit_seconds`, 'Time of the slowest commit.'), 1e-3],
  ['total_commit_ms', counter(`${of}_commit_seconds_total`, 'Time of all commits.'), 1e-3],
]

const root = '/sys/fs/btrfs'
const sectorBytes = 512

type BtrfsFiles = Pick<Files, 'readText' | 'listIfPresent'>

export function createBtrfs({ files }: { files: BtrfsFiles }): Collector {
  return {
    name: 'btrfs',
    pace: slowPace,
    collect() {
      const families = createFamilies()
      for (const name of namesIn(files, root, /-/)) addFilesystem(families, name, files)
      return families.list()
    },
  }
}

function addFilesystem(families: Families, name: string, files: BtrfsFiles): void {
  const path = `${root}/${name}`
  const said = attributesAt(files, path)
  const uuid = said('metadata_uuid') || name
  const devices = namesIn(files, `${path}/devices`)
  families.add(info, { label: said('label') ?? '', uuid }, 1)
  families.add(reserve, { uuid }, numberOf(said('allocation/global_rsv_size')))
  for (const kind of ['data', 'metadata', 'system']) {
    const place = `${path}/allocation/${kind}`
    const labels = { block_group_type: kind, uuid }
    families.add(reserved, labels, numberOf(said(`allocation/${kind}/bytes_reserved`)))
    for (const mode of namesIn(files, place, /^(single|dup|raid\w+)$/)) {
      const attributes = attributesAt(files, `${place}/${mode}`)
      addNumbers(families, { labels: { ...labels, mode }, table: layout, attributes })
      families.add(ratio, { ...labels, mode }, ratioOf(mode, devices.length))
    }
  }
  for (const device of devices) {
    const sectors = numberOf(said(`devices/${device}/size`))
    families.add(deviceSize, { device, uuid }, sectors && sectors * sectorBytes)
  }
  addNumbers(families, {
    labels: { uuid },
    table: commits,
    attributes: lines(said('commit_stats')),
  })
  for (const devid of namesIn(files, `${path}/devinfo`, /^\d+$/))
    addErrors(families, { uuid, devid }, said(`devinfo/${devid}/error_stats`))
}

function addErrors(families: Families, labels: Labels, text = ''): void {
  for (const [, type = '', count] of text.matchAll(/^(\w+)_errs (\d+)$/gm))
    families.add(errors, { ...labels, type }, Number(count))
}

/** A file of lines `name number`. */
function lines(text = '') {
  return (name: string) => new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]
}

function ratioOf(mode: string, devices: number): number | undefined {
  if (mode === 'single' || mode === 'raid0') return 1
  if (mode === 'raid1c3' || mode === 'raid1c4') return Number(mode.at(-1))
  if (mode === 'raid5') return devices / (devices - 1)
  if (mode === 'raid6') return devices / (devices - 2)
  return 2 // dup, raid1, raid10
}
