/**
 * Which OSD of Ceph stands on which disk of this node, with the disk's serial number: where the
 * health of a disk meets its pool. A node without OSDs has none of it, and nothing is wrong then.
 */
import type { Clock } from '#lib/clock'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import type { Files } from '../files.ts'
import { createUdev } from '../host/udev.ts'
import { createProgram, type Program } from '../program.ts'
import type { BlockFiles } from './disks-below.ts'
import { disksInFolders } from './folders.ts'
import { disksInMetadata } from './metadata.ts'
import type { OsdDisk } from './osd-disk.ts'

export interface CephOptions {
  readonly files: BlockFiles & Pick<Files, 'readText' | 'stampOf'>
  readonly clock: Clock
  /** The program ceph, asked where the OSDs' folders are not to be seen; empty: never. */
  readonly cephPath?: string | undefined
  /** Whether to give what the manager of a cluster gives: twice would spoil its dashboards. */
  readonly diskOccupation?: boolean | undefined
}

const osdDevice = gauge('zstone_ceph_osd_device', 'Which disk an OSD stands on; always 1.')
const occupation = gauge('ceph_disk_occupation', 'Which block devices an OSD opens; always 1.')

const everyMs = 60_000
/** The program is Python, and what it says changes when a disk is replaced. */
const askEveryMs = 3_600_000
const askAgainAfterMs = 600_000
const deadlineMs = 20_000

export function createCeph(options: CephOptions): Collector {
  const { files, clock, cephPath = 'ceph', diskOccupation = false } = options
  const asked = createAsking(options, createProgram({ path: cephPath, clock, deadlineMs }))
  const serialOf = createSerials(files)
  return {
    name: 'ceph',
    deadlineMs: deadlineMs + 5000,
    pace: { everyMs, ageMsMax: 3 * everyMs },
    async collect(stop) {
      const families = createFamilies()
      if (files.listIfPresent('/var/lib/ceph').length === 0) return families.list()
      const inFolders = disksInFolders(files)
      const disks = inFolders.length > 0 ? inFolders : await asked(stop)
      for (const { osd, role, devices } of disks)
        for (const device of devices) {
          const serial = serialOf(device)
          const known = serial === undefined ? {} : { serial }
          const labels = { osd, ceph_daemon: `osd.${osd}`, role, device, ...known }
          families.add(osdDevice, labels, 1)
        }
      if (diskOccupation) addOccupation(families, disks, hostnameOf(files))
      return families.list()
    },
  }
}

/** What the cluster says, or that it cannot be asked: each believed for its time. */
function createAsking({ files, clock }: CephOptions, ceph: Program) {
  let known: () => readonly OsdDisk[] = () => []
  let dueMs = Number.NEGATIVE_INFINITY

  const ask = async (hostname: string, stop: AbortSignal) => {
    const about = { subject: 'osd metadata', stop }
    const answer = await ceph.ask(['osd', 'metadata', '--format', 'json'], about)
    if (answer === undefined) return []
    if (answer.exitCode !== 0) throw new Error(`ceph says: ${answer.complaint.split('\n')[0]}`)
    return disksInMetadata(answer.output, { files, hostname })
  }
  return async (stop: AbortSignal): Promise<readonly OsdDisk[]> => {
    const hostname = hostnameOf(files)
    if (hostname === undefined || clock.monotonicMs() < dueMs) return known()
    dueMs = clock.monotonicMs() + askAgainAfterMs
    try {
      const disks = await ask(hostname, stop)
      dueMs = clock.monotonicMs() + askEveryMs
      known = () => disks
    } catch (error) {
      known = () => {
        throw error
      }
    }
    return known()
  }
}

const hostnameOf = (files: BlockFiles) =>
  files.readIfPresent('/proc/sys/kernel/hostname')?.trim() || undefined

/** As udev knows it, or the device itself where udev does not. */
function createSerials(files: CephOptions['files']) {
  const udevOf = createUdev(files)
  return (device: string): string | undefined => {
    const [major, minor] =
      files.readIfPresent(`/sys/class/block/${device}/dev`)?.trim().split(':') ?? []
    const udev = udevOf(major ?? '', minor ?? '')
    return (
      udev.get('SCSI_IDENT_SERIAL') ||
      udev.get('ID_SERIAL_SHORT') ||
      files.readIfPresent(`/sys/class/block/${device}/device/serial`)?.trim() ||
      undefined
    )
  }
}

/** One series an OSD, with the labels that Ceph's manager gives it. */
function addOccupation(
  families: Families,
  disks: readonly OsdDisk[],
  hostname: string | undefined,
): void {
  for (const { osd, node } of disks.filter(({ role }) => role === 'block')) {
    const other = (role: OsdDisk['role']) => {
      const found = disks.find((each) => each.osd === osd && each.role === role)
      return found === undefined ? '' : `/dev/${found.node}`
    }
    const labels = {
      ceph_daemon: `osd.${osd}`,
      device: `/dev/${node}`,
      db_device: other('db'),
      wal_device: other('wal'),
      instance: hostname ?? '',
    }
    families.add(occupation, labels, 1)
  }
}
