/**
 * The real node_exporter (Debian's prometheus-node-exporter), to stand beside our collectors: over
 * this machine, or over a planted tree.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { MetricFamily } from '#api/sample'
import { isBuildMachine } from '#test/environment'
import { until } from '#test/until'
import { seriesOf } from './series.ts'

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

export interface Differences {
  /** Series of ours that it has not, of metrics that it has. */
  readonly onlyOurs: readonly string[]
  /** Series of its that we have not, of metrics that we have. */
  readonly onlyTheirs: readonly string[]
  readonly otherType: readonly string[]
  /** `series: ours, theirs`. */
  readonly otherValue: readonly string[]
}

/** `isNear` says which values pass for equal; default: the same to 12 digits. */
export function differences(
  ours: readonly MetricFamily[],
  theirs: Exposition,
  isNear: (series: string, our: number, their: number) => boolean = isEqual,
): Differences {
  const series = seriesOf(ours)
  const both = ours.filter(({ name }) => theirs.types.has(name))
  const names = new Set(both.map(({ name }) => name))
  const ofBoth = (one: string) => names.has(one.replace(/\{.*/s, ''))
  const our = Object.keys(series).filter(ofBoth)
  const ourOf = (one: string) => series[one] ?? Number.NaN
  const theirOf = (one: string) => theirs.values.get(one) ?? Number.NaN
  return {
    onlyOurs: our.filter((one) => !theirs.values.has(one)),
    onlyTheirs: [...theirs.values.keys()].filter((one) => ofBoth(one) && !(one in series)),
    otherType: both
      .filter(({ name, type }) => theirs.types.get(name) !== type)
      .map(({ name, type }) => `${name}: ${type}, ${theirs.types.get(name)}`),
    otherValue: our
      .filter((one) => theirs.values.has(one) && !isNear(one, ourOf(one), theirOf(one)))
      .map((one) => `${one}: ${ourOf(one)}, ${theirOf(one)}`),
  }
}

export const none: Differences = { onlyOurs: [], onlyTheirs: [], otherType: [], otherValue: [] }

const isEqual = (_: string, our: number, their: number) =>
  our === their || Math.abs(our - their) <= 1e-12 * Math.abs(their)
