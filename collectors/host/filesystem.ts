/** Space, inodes and state of every mounted file system that holds data. */
import type { Clock } from '#lib/clock'
import type { Labels } from '#lib/labels'
import type { Collector } from '../collector.ts'
import { createFamilies, type Families, gauge } from '../families.ts'
import { type Files, readOptional, type Space } from '../files.ts'

/** node_exporter's defaults: what holds no data of its own is left out. */
const mountsExcluded =
  /^\/(dev|proc|run\/credentials\/.+|sys|var\/lib\/(docker|containers\/storage)\/.+)($|\/)/
const typesExcluded = new Set(
  (
    'autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs erofs fusectl ' +
    'hugetlbfs iso9660 mqueue nsfs overlay proc procfs pstore rpc_pipefs securityfs selinuxfs ' +
    'squashfs sysfs tracefs'
  ).split(' '),
)

const size = gauge('node_filesystem_size_bytes', 'Size of the file system.')
const free = gauge('node_filesystem_free_bytes', 'Free space.')
const avail = gauge('node_filesystem_avail_bytes', 'Free space for users other than root.')
const inodes = gauge('node_filesystem_files', 'Inodes of the file system.')
const inodesFree = gauge('node_filesystem_files_free', 'Free inodes.')
const readOnly = gauge('node_filesystem_readonly', 'Whether it is mounted read-only.')
const deviceError = gauge('node_filesystem_device_error', 'Whether asking for its space failed.')

/**
 * A dead mount holds the asking thread for ever, and Node has four threads for all files. So mounts
 * are asked one after the other, one that hangs is not asked again until it answers, and with two
 * hanging only local ones are asked, with three none.
 */
const hangingMax = { remote: 2, local: 3 }
const answerWithinMs = 500

export interface FilesystemOptions {
  readonly files: Pick<Files, 'readText' | 'statfs'>
  readonly clock: Clock
}

export function createFilesystem({ files, clock }: FilesystemOptions): Collector {
  const hanging = new Set<string>()
  const ask = async ({ device = '', mountpoint = '/' }: Labels): Promise<Space | undefined> => {
    const most = device.startsWith('/dev/') ? hangingMax.local : hangingMax.remote
    if (hanging.has(mountpoint) || hanging.size >= most) return undefined
    hanging.add(mountpoint)
    const answer = files
      .statfs(mountpoint)
      .catch(() => undefined)
      .finally(() => hanging.delete(mountpoint))
    const late = Promise.withResolvers<undefined>()
    const timer = clock.after(answerWithinMs, () => late.resolve(undefined))
    const space = await Promise.race([answer, late.promise])
    timer.cancel()
    return space
  }
  return {
    name: 'filesystem',
    async collect() {
      const families = createFamilies()
      for (const mount of mountsOf(files)) addMount(families, mount, await ask(mount.labels))
      return families.list()
    },
  }
}

interface Mount {
  readonly labels: Labels
  readonly isReadOnly: boolean
}

function addMount(
  families: Families,
  { labels, isReadOnly }: Mount,
  space: Space | undefined,
): void {
  families.add(deviceError, labels, space === undefined ? 1 : 0)
  families.add(readOnly, labels, isReadOnly ? 1 : 0)
  if (space === undefined) return
  families.add(size, labels, space.blocks * space.blockBytes)
  families.add(free, labels, space.blocksFree * space.blockBytes)
  families.add(avail, labels, space.blocksAvailable * space.blockBytes)
  families.add(inodes, labels, space.files)
  families.add(inodesFree, labels, space.filesFree)
}

/** The host's mounts where we may see them (a container has others), else our own. */
function mountsOf(files: Pick<Files, 'readText'>): readonly Mount[] {
  const text = readOptional(files, '/proc/1/mounts') ?? files.readText('/proc/self/mounts')
  const mounts = new Map<string, Mount>()
  for (const line of text.split('\n')) {
    const [device, mountpoint, fstype, options] = line.split(' ').map(unescaped)
    if (device === undefined || mountpoint === undefined || fstype === undefined) continue
    if (mountsExcluded.test(mountpoint) || typesExcluded.has(fstype)) continue
    const isReadOnly = options?.split(',').includes('ro') ?? false
    // Mounted over: the same place twice. One series can stand for it, and it is the last.
    mounts.set(`${device} ${mountpoint}`, { labels: { device, fstype, mountpoint }, isReadOnly })
  }
  return [...mounts.values()]
}

/** The kernel writes space, tab, newline and backslash as octal. */
const unescaped = (field: string) =>
  field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)))
