/**
 * The real node_exporter (Debian's prometheus-node-exporter), to stand beside our collectors: over
 * this machine, or over a planted tree.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { isBuildMachine } from './environment.ts'
import { until } from './until.ts'

const program = 'prometheus-node-exporter'

/** On a build machine its absence fails the test; elsewhere the run of the tests says it once. */
export function hasNodeExporter(): boolean {
  const found = spawnSync(program, ['--version']).error === undefined
  if (!found && isBuildMachine()) throw new Error(`${program} is not installed: apt-get it`)
  return found
}

/** Debian leaves out more than its upstream: also /mnt, where a storage node has its disks. */
export const upstreamDefaults = [
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|' +
    'var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  '--collector.netdev.device-exclude=^$',
  '--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
]

/** What it exposes: value by series, type by metric. */
export interface Exposition {
  readonly values: ReadonlyMap<string, number>
  readonly types: ReadonlyMap<string, string>
}

export interface NodeExporter {
  readonly address: string
  readonly pid: number
  scrape(): Promise<Exposition>
  close(): Promise<void>
}

export interface NodeExporterOptions {
  /** Of a planted tree; absent: this machine. */
  readonly root?: string
  /** More flags. */
  readonly args?: readonly string[]
}

export async function openNodeExporter(options: NodeExporterOptions = {}): Promise<NodeExporter> {
  const { root = '/', args = [] } = options
  const paths = [
    `--path.procfs=${join(root, 'proc')}`,
    `--path.sysfs=${join(root, 'sys')}`,
    `--path.udev.data=${join(root, 'run/udev/data')}`,
    `--path.rootfs=${root}`,
  ]
  const always = ['--web.listen-address=127.0.0.1:0', '--log.format=json']
  const child = spawn(program, [...always, ...paths, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    if (said.length < 100_000) said += chunk
  })
  const address = await until(() => {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`)
    return /127\.0\.0\.1:[1-9]\d*/.exec(said)?.[0]
  })
  return {
    address,
    pid: child.pid ?? 0,
    scrape: async () => parsed(await (await fetch(`http://${address}/metrics`)).text()),
    async close() {
      const ended = once(child, 'exit')
      if (child.exitCode === null && child.kill()) await ended
    },
  }
}

function parsed(text: string): Exposition {
  const types = text.matchAll(/^# TYPE (\S+) (\S+)$/gm)
  const series = text.matchAll(/^(\w+(?:\{.*\})?) (\S+)$/gm)
  return {
    types: new Map([...types].map(([, name = '', type = '']) => [name, type])),
    values: new Map([...series].map(([, one = '', value]) => [readable(one), numberOf(value)])),
  }
}

const numberOf = (text = '') => Number(text.replace('+Inf', 'Infinity'))

/** A line of theirs as ours are written for tests: no empty labels, a blank after a comma. */
function readable(series: string): string {
  const [, name = series, inner = ''] = /^(\w+)\{(.*)\}$/.exec(series) ?? []
  const pairs = [...inner.matchAll(/(\w+="(?:[^"\\]|\\.)*")/g)].map(([pair]) => pair)
  const kept = pairs.filter((pair) => !pair.endsWith('=""'))
  return kept.length === 0 ? name : `${name}{${kept.join(', ')}}`
}
