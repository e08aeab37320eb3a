import { afterEach, expect, test } from '@jest/globals'
import { createManualClock } from '#lib/clock'
import { createFakeProgram, type FakeProgram } from '../fake/program.ts'
import { seriesOf } from '../fake/series.ts'
import { type PlantedTree, plantTree, type Tree } from '../fake/tree.ts'
import { createFiles } from '../files.ts'
import { type CephOptions, createCeph } from './ceph.ts'

const planted: (PlantedTree | FakeProgram)[] = []
afterEach(() => {
  for (const each of planted.splice(0)) each.remove()
})

async function collect(tree: Tree, options: Partial<CephOptions> = {}) {
  const found = plantTree(tree)
  planted.push(found)
  const files = createFiles(found.root)
  const collector = createCeph({ files, clock: createManualClock(), cephPath: '', ...options })
  return seriesOf(await collector.collect(new AbortController().signal))
}

const disk = (name: string, number: string, serial: string) => ({
  [`sys/devices/pci0/${name}/block/${name}/dev`]: `${number}\n`,
  [`run/udev/data/b${number}`]: `E:ID_MODEL=ZST_HD-8000\nE:ID_SERIAL_SHORT=${serial}\n`,
})
const blockLinks = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [`sys/class/block/${name}`, `../../devices/pci0/${name}/block/${name}`]),
  )

/** Two OSDs as ceph-volume makes them: one encrypted, one with its database on a second disk. */
const volumes: Tree = {
  files: {
    ...disk('sdb', '8:16', 'ZSTB0001'),
    ...disk('sdc', '8:32', 'ZSTC0002'),
    'sys/devices/pci0/nvme0n1/block/nvme0n1/dev': '259:0\n',
    'sys/devices/pci0/nvme0n1/block/nvme0n1/device/serial': 'ZSTN0003  \n',
    'sys/devices/pci0/nvme0n1/block/nvme0n1/nvme0n1p2/partition': '2\n',
    'sys/class/block/dm-0/slaves/sdb': '',
    'sys/class/block/dm-1/slaves/dm-0': '',
    'sys/class/block/dm-2/slaves/sdc': '',
    'sys/class/block/dm-3/slaves/nvme0n1p2': '',
    'dev/dm-1': '',
    'dev/dm-2': '',
    'dev/dm-3': '',
    'var/lib/ceph/osd/ceph-0/whoami': '0\n',
    'var/lib/ceph/osd/ceph-12/whoami': '12\n',
    'proc/sys/kernel/hostname': 'store-1\n',
  },
  symlinks: {
    ...blockLinks('sdb', 'sdc', 'nvme0n1'),
    'sys/class/block/nvme0n1p2': '../../devices/pci0/nvme0n1/block/nvme0n1/nvme0n1p2',
    'var/lib/ceph/osd/ceph-0/block': '../../../../../dev/dm-1',
    'var/lib/ceph/osd/ceph-12/block': '../../../../../dev/ceph-a1/osd-block-b2',
    'dev/ceph-a1/osd-block-b2': '../dm-2',
    'var/lib/ceph/osd/ceph-12/block.db': '../../../../../dev/dm-3',
  },
}

const series = (labels: string) => `zstone_ceph_osd_device{${labels}}`

test('an OSD is joined with its disks through volumes, encryption and partitions', async () => {
  expect(await collect(volumes)).toEqual({
    [series('ceph_daemon="osd.0", device="sdb", osd="0", role="block", serial="ZSTB0001"')]: 1,
    [series('ceph_daemon="osd.12", device="sdc", osd="12", role="block", serial="ZSTC0002"')]: 1,
    [series('ceph_daemon="osd.12", device="nvme0n1", osd="12", role="db", serial="ZSTN0003"')]: 1,
  })
})

test('asked for, the series of the manager are there with its labels', async () => {
  const nodes = 'db_device="/dev/dm-3", device="/dev/dm-2"'
  expect(await collect(volumes, { diskOccupation: true })).toHaveProperty([
    `ceph_disk_occupation{ceph_daemon="osd.12", ${nodes}, instance="store-1"}`,
  ])
})

test('the OSDs of containers are found, and one whose disk is lost is left out', async () => {
  const home = 'var/lib/ceph/6e1f2b1c-9a3c-4c53-8d1b-2f4d8e6a7b90'
  const tree: Tree = {
    files: {
      ...disk('sdb', '8:16', 'ZSTB0001'),
      'dev/sdb': '',
      [`${home}/osd.3/whoami`]: '3\n',
      [`${home}/mon.a/keyring`]: '',
    },
    symlinks: {
      ...blockLinks('sdb'),
      [`${home}/osd.3/block`]: '../../../../../dev/sdb',
      [`${home}/osd.4/block`]: '../../../../../dev/gone',
    },
  }
  expect(Object.keys(await collect(tree))).toEqual([
    series('ceph_daemon="osd.3", device="sdb", osd="3", role="block", serial="ZSTB0001"'),
  ])
})

test('a node without Ceph says nothing', async () => {
  expect(await collect({ files: { 'proc/sys/kernel/hostname': 'a\n' } })).toEqual({})
})

const metadata = JSON.stringify([
  {
    id: 5,
    hostname: 'store-1',
    osd_objectstore: 'bluestore',
    bluefs_dedicated_db: '1',
    bluefs_db_dev_node: '/dev/dm-9',
    bluefs_db_devices: 'nvme0n1',
    bluestore_bdev_dev_node: '/dev/dm-8',
    bluestore_bdev_devices: 'sdb',
    devices: 'nvme0n1,sdb',
    device_ids: 'nvme0n1=ZST_NV-2000_ZSTN0003,sdb=ZST_HD-8000_ZSTB0001',
  },
  // Of old: one node for all, and no names of disks.
  {
    id: 6,
    hostname: 'store-1.example.org',
    bluefs_db_dev_node: 'sdc',
    bluestore_bdev_dev_node: 'sdc',
  },
  {
    id: 7,
    hostname: 'store-2',
    bluestore_bdev_dev_node: '/dev/sdb',
    bluestore_bdev_devices: 'sdb',
  },
  { id: 8, hostname: 'store-1' },
])
const hidden: Tree = {
  files: {
    ...disk('sdb', '8:16', 'ZSTB0001'),
    ...disk('sdc', '8:32', 'ZSTC0002'),
    'var/lib/ceph/crash/posted': '',
    'proc/sys/kernel/hostname': 'store-1\n',
  },
  symlinks: blockLinks('sdb', 'sdc'),
}
const question = 'osd metadata --format json'

function ceph(answer: Parameters<FakeProgram['answer']>[0]): string {
  const program = createFakeProgram('ceph')
  planted.push(program)
  program.answer(answer)
  return program.path
}

test('where the folders are hidden the cluster is asked for the OSDs of this node', async () => {
  const cephPath = ceph({ [question]: metadata })
  expect(await collect(hidden, { cephPath })).toEqual({
    [series('ceph_daemon="osd.5", device="sdb", osd="5", role="block", serial="ZSTB0001"')]: 1,
    [series('ceph_daemon="osd.5", device="nvme0n1", osd="5", role="db"')]: 1,
    [series('ceph_daemon="osd.6", device="sdc", osd="6", role="block", serial="ZSTC0002"')]: 1,
  })
})

test('the cluster is asked once an hour', async () => {
  const found = plantTree(hidden)
  const program = createFakeProgram('ceph')
  planted.push(found, program)
  program.answer({ [question]: metadata })
  const clock = createManualClock()
  const cephPath = program.path
  const collector = createCeph({ files: createFiles(found.root), clock, cephPath })
  const count = async () => {
    const series = seriesOf(await collector.collect(new AbortController().signal))
    return Object.keys(series).length
  }
  expect(await count()).toBe(3)
  program.answer({ [question]: '[]' })
  expect(await count()).toBe(3)
  await clock.advance(3_600_000)
  expect(await count()).toBe(0)
})

test('a cluster that cannot be asked is asked again after ten minutes, and fails till then', async () => {
  const found = plantTree(hidden)
  const program = createFakeProgram('ceph')
  planted.push(found, program)
  program.answer({})
  const clock = createManualClock()
  const cephPath = program.path
  const collector = createCeph({ files: createFiles(found.root), clock, cephPath })
  const collect = async () => collector.collect(new AbortController().signal)
  await expect(collect()).rejects.toThrow('ceph says')
  program.answer({ [question]: metadata })
  await expect(collect()).rejects.toThrow('ceph says')
  await clock.advance(600_000)
  expect(Object.keys(seriesOf(await collect()))).toHaveLength(3)
})

test('a missing program is no fault, one that fails says why', async () => {
  expect(await collect(hidden, { cephPath: '/nowhere/ceph' })).toEqual({})
  const refusing = ceph({ [question]: { exitCode: 13, complaint: '[errno 13] access denied\n' } })
  await expect(collect(hidden, { cephPath: refusing })).rejects.toThrow(
    'ceph says: [errno 13] access denied',
  )
  await expect(collect(hidden, { cephPath: ceph({ [question]: 'garbage' }) })).rejects.toThrow(
    'ceph gave no list of OSDs',
  )
})
