/**
 * Side by side with node_exporter on this machine: what we export, it exports too, with the same
 * labels, type and value. Needs Debian's prometheus-node-exporter on the PATH.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { machine } from 'node:os'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { MetricFamily } from '#api/sample'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { isBuildMachine } from '#test/environment'
import { until } from '#test/until'
import { seriesOf } from './fake/series.ts'
import { createCollection, createFiles, nodeCollectors } from './index.ts'

const program = 'prometheus-node-exporter'
const isInstalled = spawnSync(program, ['--version']).error === undefined
if (!isInstalled) console.log(`Skipped: ${program} is not installed`)
const besidePeer = isInstalled || isBuildMachine() ? test : test.skip

/** Debian leaves out more than its upstream: also /mnt, where a storage node has its disks. */
const upstreamDefaults = [
  '--collector.filesystem.mount-points-exclude=^/(dev|proc|run/credentials/.+|sys|' +
    'var/lib/docker/.+|var/lib/containers/storage/.+)($|/)',
  '--collector.netdev.device-exclude=^$',
  '--collector.diskstats.device-exclude=^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\\d+n\\d+p)\\d+$',
]

let peer: ChildProcess | undefined
let theirs = new Map<string, number>()
let theirTypes = new Map<string, string>()
let ours: readonly MetricFamily[] = []

beforeAll(async () => {
  if (!isInstalled) return
  const args = ['--web.listen-address=127.0.0.1:0', '--log.format=json', ...upstreamDefaults]
  peer = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  peer.stderr?.on('data', (chunk) => {
    said += chunk
  })
  const address = await until(() => /127\.0\.0\.1:[1-9]\d*/.exec(said)?.[0])
  const files = createFiles()
  const collection = createCollection({
    clock: systemClock,
    log: silentLog,
    collectors: nodeCollectors({
      clock: systemClock,
      log: silentLog,
      files,
      machine: machine(),
      smart: { path: '/nowhere/smartctl', everyMs: 60_000 },
    }),
  })
  const [text, families] = await Promise.all([
    fetch(`http://${address}/metrics`).then((answer) => answer.text()),
    collection.collect(),
  ])
  ours = families.filter(({ name }) => name.startsWith('node_'))
  theirTypes = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  )
  theirs = new Map(
    [...text.matchAll(/^(node_\w+(?:\{.*\})?) (\S+)$/gm)].map(([, series = '', value]) => [
      readable(series),
      Number(value),
    ]),
  )
})
afterAll(() => void peer?.kill())

/** A line of theirs as ours are written for tests: no empty labels, a blank after a comma. */
function readable(series: string): string {
  const [, name = series, inner = ''] = /^(\w+)\{(.*)\}$/.exec(series) ?? []
  const pairs = [...inner.matchAll(/(\w+="(?:[^"\\]|\\.)*")/g)].map(([pair]) => pair)
  const kept = pairs.filter((pair) => !pair.endsWith('=""'))
  return inner === '' ? name : `${name}{${kept.join(', ')}}`
}

besidePeer('every metric of ours is one of node_exporter, of the same type', () => {
  expect(isInstalled).toBe(true)
  expect(ours.length).toBeGreaterThan(80)
  const differing = ours.filter(({ name, type }) => theirTypes.get(name) !== type)
  expect(differing.map(({ name, type }) => `${name} ${type} ${theirTypes.get(name)}`)).toEqual([])
})

besidePeer('every series of ours has the labels that node_exporter gives it', () => {
  expect(Object.keys(seriesOf(ours)).filter((series) => !theirs.has(series))).toEqual([])
})

besidePeer('every value of ours is near that of node_exporter, a moment apart', () => {
  const far = Object.entries(seriesOf(ours)).filter(([series, value]) => {
    const their = theirs.get(series) ?? Number.NaN
    return !(Math.abs(value - their) <= allowed(series, their))
  })
  expect(far.map(([series, value]) => `${series} ${value} ${theirs.get(series)}`)).toEqual([])
})

/** Memory in use, loads and counters move while one reads; what stands still has to be equal. */
function allowed(series: string, value: number): number {
  if (
    /MemTotal|SwapTotal|HugePages|_info|network_(up|carrier|mtu|speed|flags)|boot|size/.test(series)
  )
    return 0
  if (/procs_|io_now|load/.test(series)) return 50
  if (/node_memory_/.test(series)) return 256 * 1024 * 1024
  return Math.max(5, Math.abs(value) * 0.05)
}
