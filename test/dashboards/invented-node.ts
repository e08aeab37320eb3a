/** A large node that does not exist, and what the real collectors say of it over time. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MetricFamily } from '#api/sample'
import { type Files, nodeCollectors, openForecast } from '#collectors'
import { createManualClock } from '#lib/clock'
import { realDisk } from '#lib/disk'
import { silentLog } from '#lib/log'
import { createDeviceCommands, type DeviceCommands } from '../../collectors/fake/device-commands.ts'
import { areaTree } from '../../collectors/fake/hardware.ts'
import { largeNode } from '../../collectors/fake/large-node.ts'
import { plantTree } from '../../collectors/fake/tree.ts'
import { createFiles } from '../../collectors/files.ts'
import type { Answer } from '../../collectors/replay/manifest.ts'
import { createCollection } from '../../collectors/run.ts'

export interface InventedNode {
  /** Lives until then, and says how it is. */
  collectAt(atMs: number): Promise<readonly MetricFamily[]>
  close(): Promise<void>
}

const size = { processors: 4, disks: 4, nics: 2 }
const bootMs = 1_700_000_000_000
const areas = ['storage', 'sensors', 'network', 'machine'] as const

export async function createInventedNode(name: string, startMs: number): Promise<InventedNode> {
  const clock = createManualClock(startMs)
  const tree = plantTree({
    files: Object.assign({}, ...areas.map((area) => areaTree(area).files), filesAt(startMs)),
    symlinks: Object.assign({}, ...areas.map((area) => areaTree(area).symlinks)),
  })
  const commands = createDeviceCommands()
  const world = { clock, log: silentLog }
  const forecast = await openForecast({ ...world, disk: realDisk, folder: undefined })
  const tool = (program: string) => commands.pathOf(program)
  const collectors = nodeCollectors({
    ...world,
    files: filling(createFiles(tree.root), () => clock.nowMs() - startMs),
    machine: 'x86_64',
    host: { systemctlPath: '' },
    nic: { ethtoolPath: tool('ethtool'), lldpctlPath: tool('lldpctl') },
    bmc: { ipmitoolPath: tool('ipmitool') },
    raid: { toolPaths: { storcli: tool('storcli') } },
    smart: { path: tool('smartctl'), everyMs: 0, env: commands.env, onFacts: forecast.onFacts },
  }).map(({ pace: _, ...collector }) => collector)
  const collection = createCollection({ ...world, collectors })
  install(commands)
  return {
    async collectAt(atMs) {
      await clock.advance(atMs - clock.nowMs())
      for (const [path, text] of Object.entries(filesAt(atMs)))
        writeFileSync(join(tree.root, path), text)
      recordDisks(commands, { name, atMs, startMs })
      return collection.collect()
    },
    async close() {
      await collection.close()
      await forecast.close()
      commands.close()
      tree.remove()
    },
  }
}

function filesAt(atMs: number): Record<string, string> {
  const seconds = Math.round((atMs - bootMs) / 1000)
  const cards = ['eth0', 'eth1'].flatMap((card) => [
    [`sys/class/net/${card}/device/uevent`, 'DRIVER=mlx5_core\n'],
    [`sys/class/net/${card}/statistics/rx_dropped`, '1250\n'],
    [`sys/class/net/${card}/statistics/rx_missed_errors`, '0\n'],
  ])
  const { files } = largeNode({ ...size, seconds })
  const memory = (files['proc/meminfo'] ?? '')
    .replace(/^MemTotal:.*/m, 'MemTotal: 65800000 kB')
    .replace(/^MemAvailable:.*/m, 'MemAvailable: 48200000 kB')
  return { ...files, 'proc/meminfo': memory, ...Object.fromEntries(cards) }
}

/** A root file system that fills by a hundredth a day, from half of its 400 GB on. */
function filling(files: Files, ageMs: () => number): Files {
  return {
    ...files,
    async statfs() {
      const blocks = 100_000_000
      const blocksFree = Math.round(blocks * (0.5 - ageMs() / 8_640_000_000))
      const inodes = { files: 25_000_000, filesFree: 24_000_000 }
      return { blockBytes: 4096, blocks, blocksFree, blocksAvailable: blocksFree, ...inodes }
    },
  }
}

const fixture = (path: string) =>
  readFileSync(new URL(`../../collectors/fixtures/${path}`, import.meta.url), 'utf8')

const recordings: readonly (Answer & { readonly text?: string })[] = [
  { program: 'smartctl', when: ['--scan-open'], output: 'scan.json', text: scan() },
  ...['sda', 'sdb', 'sdc', 'nvme0'].map((disk) => ({
    program: 'smartctl',
    when: [`/dev/${disk}`],
    output: `${disk}.json`,
  })),
  asks('ethtool', ['-S'], 'nic/mlx5_core.ethtool-S.txt'),
  asks('ethtool', ['-m'], 'nic/qsfp28.ethtool-m.txt'),
  {
    ...{ program: 'ethtool', when: ['-i'], output: 'driver.txt' },
    text: 'driver: mlx5_core\nversion: 6.1.0\nfirmware-version: 16.35.2000 (ZST01)\nbus-info: 0\n',
  },
  asks('ethtool', ['eth0'], 'nic/eth0.ethtool.txt'),
  asks('lldpctl', ['json0'], 'nic/lldp.json'),
  asks('ipmitool', ['sensor'], 'bmc/sensor.txt'),
  asks('ipmitool', ['sdr'], 'bmc/supplies.txt'),
  asks('ipmitool', ['sel', 'info'], 'bmc/sel-info.txt'),
  asks('ipmitool', ['sel', 'elist'], 'bmc/sel-newest.txt'),
  asks('ipmitool', ['dcmi'], 'bmc/dcmi.txt'),
  asks('storcli', ['/cALL/eALL/sALL', 'rebuild'], 'raid/storcli-rebuild.json'),
  asks('storcli', ['/cALL/eALL/sALL', 'all'], 'raid/storcli-drives.json'),
  asks('storcli', ['/cALL', 'all'], 'raid/storcli-all.json'),
]

function asks(program: string, when: readonly string[], path: string) {
  return { program, when: [...when], output: path.replace('/', '-'), text: fixture(path) }
}

function scan(): string {
  const known = JSON.parse(fixture('smart/scan.json'))
  const [sda] = known.devices
  const sdc = { ...sda, name: '/dev/sdc', info_name: '/dev/sdc [SAT]' }
  return JSON.stringify({ ...known, devices: [...known.devices, sdc] })
}

function install(commands: DeviceCommands): void {
  for (const { output, text } of recordings)
    if (output !== undefined && text !== undefined) commands.write(output, text)
  commands.answer(recordings.map(({ text: _, ...answer }) => answer))
}

const [sda, sdb, nvme0] = ['sda', 'sdb', 'nvme0'].map((disk) =>
  JSON.parse(fixture(`smart/${disk}.json`)),
)

interface Moment {
  readonly name: string
  readonly atMs: number
  readonly startMs: number
}

/** Every hour is an hour of power, and writes wear the flash. */
function recordDisks(commands: DeviceCommands, { name, atMs, startMs }: Moment): void {
  const hours = Math.floor((atMs - startMs) / 3_600_000)
  const temperature = { current: 36 + (hours % 6) }
  const power_on_time = { hours: 20_000 + hours }
  const lives = { temperature, power_on_time }
  const health = nvme0.nvme_smart_health_information_log
  const worn = {
    ...health,
    percentage_used: 60 + Math.floor(hours / 48),
    power_on_hours: 20_000 + hours,
    data_units_written: 3_000_000 + hours * 10_000,
  }
  const said: Record<string, object> = {
    sda: { ...sda, ...lives, serial_number: `ZSTA-${name}` },
    sdb: { ...sdb, ...lives, serial_number: `ZSTB-${name}`, logical_unit_id: `0x5000${name}` },
    sdc: { ...sda, ...lives, serial_number: `ZSTC-${name}`, wwn: { naa: 5, oui: 1, id: 3 } },
    nvme0: {
      ...{ ...nvme0, ...lives, serial_number: `ZSTN-${name}` },
      nvme_smart_health_information_log: worn,
    },
  }
  for (const [disk, answer] of Object.entries(said))
    commands.write(`${disk}.json`, JSON.stringify(answer))
}
