/** Disks that are reached over several paths: /sys/block/dm-*. */
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { attributesAt, namesIn, numberOf } from './attributes.ts'
import { slowPace } from './pace.ts'

const of = 'node_dmmultipath'
const info = gauge(`${of}_device_info`, 'Who a device of several paths is; always 1.')
const active = gauge(`${of}_device_active`, 'Whether it is in use rather than suspended.')
const size = gauge(`${of}_device_size_bytes`, 'Its size.')
const all = gauge(`${of}_device_paths`, 'Paths that it has.')
const alive = gauge(`${of}_device_paths_active`, 'Paths over which it can be reached.')
const failed = gauge(`${of}_device_paths_failed`, 'Paths over which it cannot be reached.')
const pathState = gauge(`${of}_path_state`, 'What the kernel says of a path; always 1.')

const root = '/sys/block'
const sectorBytes = 512

type BlockFiles = Pick<Files, 'readText' | 'listIfPresent'>

export function createDmmultipath({ files }: { files: BlockFiles }): Collector {
  return {
    name: 'dmmultipath',
    pace: slowPace,
    collect() {
      const families = createFamilies()
      for (const name of namesIn(files, root, /^dm-\d+$/)) addDevice(families, name, files)
      return families.list()
    },
  }
}

/** The device mapper maps volumes and encryption too: those are of one path each. */
function addDevice(families: Families, sysfs_name: string, files: BlockFiles): void {
  const block = attributesAt(files, `${root}/${sysfs_name}`)
  const uuid = block('dm/uuid') ?? ''
  if (!uuid.startsWith('mpath-')) return
  const device = block('dm/name') ?? ''
  const labels = { device, sysfs_name }
  const suspended = numberOf(block('dm/suspended'))
  const sectors = numberOf(block('size'))
  families.add(info, { ...labels, uuid }, 1)
  families.add(active, labels, suspended === undefined ? undefined : +(suspended === 0))
  families.add(size, labels, sectors === undefined ? undefined : sectors * sectorBytes)
  const paths = namesIn(files, `${root}/${sysfs_name}/slaves`)
  const states = paths.map((path) => attributesAt(files, `${root}/${path}/device`)('state'))
  paths.forEach((path, i) => {
    families.add(pathState, { device, path, state: states[i] ?? 'unknown' }, 1)
  })
  families.add(all, labels, paths.length)
  families.add(alive, labels, states.filter(isAlive).length)
  families.add(failed, labels, states.filter((state) => state && !isAlive(state)).length)
}

/** Of SCSI, and of NVMe. */
const isAlive = (state: string | undefined) => state === 'running' || state === 'live'
