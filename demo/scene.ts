/**
 * Three racks of two nodes with two disks each, as folders, and a smartctl that replays recordings.
 */
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SceneDisk {
  readonly node: string
  readonly rack: string
  readonly device: string
  /** The folder that is the disk. */
  readonly path: string
}

export interface Scene {
  readonly folder: string
  readonly disks: readonly SceneDisk[]
  readonly ports: Ports
  readonly configPath: string
  readonly pool: string
  /** Makes smartctl answer with this recording from now on. */
  replay(disk: SceneDisk, recording: Recording): Promise<void>
  /** The disk is gone: its folder, and what smartctl says of it. */
  breakDisk(disk: SceneDisk): Promise<void>
}

export type Recording = 'healthy' | `failing-${1 | 2 | 3 | 4 | 5}`

export interface Ports {
  readonly web: number
  readonly pushgateway: number
  readonly alertmanager: number
  readonly prometheus: number
  readonly smtp: number
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const devices = ['sda', 'sdb']

export async function buildScene(folder: string, webhookUrl: string): Promise<Scene> {
  const disks = ['r1', 'r2', 'r3'].flatMap((rack) =>
    ['n1', 'n2'].flatMap((name) =>
      devices.map((device) => {
        const node = `${rack}-${name}`
        return { node, rack, device, path: join(folder, 'disks', node, device) }
      }),
    ),
  )
  const ports = await freePorts()
  const recordings = (node: string) => join(folder, 'smart', node)
  const replay = async (disk: SceneDisk, recording: Recording) => {
    const text = await readFile(here(`recordings/${recording}.json`), 'utf8')
    const file = join(recordings(disk.node), `${disk.device}.json`)
    await writeFile(`${file}.new`, named(text, disk))
    await rename(`${file}.new`, file)
  }
  for (const { node } of disks) await writeSmartctl(folder, recordings(node), node)
  for (const disk of disks) await replay(disk, 'healthy')
  const configPath = join(folder, 'zstone.yml')
  const plan = { disks, ports, webhookUrl, folder }
  await writeFile(configPath, JSON.stringify(configOf(plan), null, 2)) // YAML holds JSON.
  return {
    ...{ folder, disks, ports, configPath, replay },
    pool: poolName,
    async breakDisk(disk) {
      await rename(disk.path, `${disk.path}.broken`)
      const file = join(recordings(disk.node), `${disk.device}.json`)
      await rename(file, `${file}.gone`)
    },
  }
}

const poolName = 'gold'

/** A smartctl of the node's own, in front of the replay. */
async function writeSmartctl(folder: string, recordings: string, node: string): Promise<void> {
  await mkdir(recordings, { recursive: true })
  const scan = devices.map((device) => ({
    name: `/dev/${device}`,
    info_name: `/dev/${device}`,
    type: 'sat',
    protocol: 'ATA',
  }))
  const about = { json_format_version: [1, 0], smartctl: { version: [7, 3], exit_status: 0 } }
  await writeFile(join(recordings, 'scan.json'), JSON.stringify({ ...about, devices: scan }))
  const call = `SMART_REPLAY_DIR='${recordings}' exec '${here('smartctl-replay')}' "$@"`
  await writeFile(smartctlOf(folder, node), `#!/bin/sh\n${call}\n`)
  await chmod(smartctlOf(folder, node), 0o755)
}

const smartctlOf = (folder: string, node: string) => join(folder, 'smart', `${node}.smartctl`)

function named(recording: string, { node, device }: SceneDisk): string {
  const serial = `ZST${node.replace('-', '').toUpperCase()}${device.toUpperCase()}`
  return recording.replaceAll('@DEVICE@', device).replaceAll('@SERIAL@', serial)
}

interface ConfigPlan {
  readonly disks: readonly SceneDisk[]
  readonly ports: Ports
  readonly webhookUrl: string
  readonly folder: string
}

/**
 * Everything quicker than in production, nothing else: a demo is watched, a cluster is left alone.
 */
function configOf({ disks, ports, webhookUrl, folder }: ConfigPlan) {
  const nodes = [...Map.groupBy(disks, ({ node }) => node)].map(([name, own]) => ({
    name,
    rack: own[0]?.rack,
    smartctl: smartctlOf(folder, name),
    disks: own.map(({ device, path }) => ({ device, path })),
  }))
  return {
    'cluster-name': 'demo',
    nodes,
    pools: [{ name: poolName, copies: 3, faultDomain: 'rack' }],
    'web.listen-address': `127.0.0.1:${ports.web}`,
    'pushgateway.web.listen-address': `127.0.0.1:${ports.pushgateway}`,
    'alertmanager.web.listen-address': `127.0.0.1:${ports.alertmanager}`,
    'promql.web.listen-address': `127.0.0.1:${ports.prometheus}`,
    'mailbox.listen-address': `127.0.0.1:${ports.smtp}`,
    'agent.interval': '1s',
    'agent.smartctl.interval': '1s',
    'promql.scrape.interval': '1s',
    'rules.evaluation-interval': '1s',
    'rules.resend-delay': '10s',
    'mail.group-wait': '1s',
    'mail.group-interval': '5s',
    'mail.webhook-url': webhookUrl,
    'engine.recovery-bytes-per-second': 2 * 1024 * 1024,
  }
}

/** The kernel gives those above to every connection that asks for none. */
const portRange = { first: 10_000, count: 20_000 }

/** Ports that nobody has right now; a moment later the platform takes them, and again later. */
async function freePorts(): Promise<Ports> {
  const names = ['web', 'pushgateway', 'alertmanager', 'prometheus', 'smtp'] as const
  const found: number[] = []
  for (let i = 0; found.length < names.length && i < portRange.count; i++) {
    const port = portRange.first + ((process.pid * 64 + i) % portRange.count)
    if (await isFree(port)) found.push(port)
  }
  const entries = names.map((name, i) => [name, found[i]])
  return Object.fromEntries(entries) as Ports // One port for each of the names above.
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
