/**
 * Side by side with node_exporter on this machine: of every metric that both have, the same series,
 * type and value. Needs Debian's prometheus-node-exporter on the PATH.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { machine, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { MetricFamily } from '#api/sample'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { hasNodeExporter, openNodeExporter, upstreamDefaults } from '#test/node-exporter'
import { type Differences, differences, type Exposition, none } from './fake/differences.ts'
import { createCollection, createFiles, nodeCollectors } from './index.ts'

const isAtHand = hasNodeExporter()
const besidePeer = isAtHand ? test : test.skip

const textfileFolder = mkdtempSync(join(tmpdir(), 'zstone-textfile-'))
const backup = [
  '# TYPE backup_seconds histogram',
  'backup_seconds_bucket{le="+Inf"} 2',
  'backup_seconds_sum 7.5',
  'backup_seconds_count 2',
  '# HELP backup_ok Whether it went \\\\ well.',
  '# TYPE backup_ok gauge',
  'backup_ok{name="a \\"b\\"\\n"} 1',
]
writeFileSync(join(textfileFolder, 'backup.prom'), `${backup.join('\n')}\n`)
writeFileSync(join(textfileFolder, 'broken.prom'), 'broken{\n')

/** What is off by default there and on here. */
const turnedOn = ['processes', 'tcpstat', 'cpu.info'].map((name) => `--collector.${name}`)

let theirs: Exposition = { values: new Map(), types: new Map() }
let ours: readonly MetricFamily[] = []
let found: Differences = none

beforeAll(async () => {
  if (!isAtHand) return
  const files = createFiles()
  const world = { clock: systemClock, log: silentLog, files, machine: machine() }
  const collectors = nodeCollectors({
    ...world,
    host: { cpuInfo: true, textfileFolder },
    smart: { path: '/nowhere/smartctl', everyMs: 60_000 },
  })
  const collection = createCollection({ ...world, collectors })
  const peer = await openNodeExporter({
    args: [...upstreamDefaults, ...turnedOn, `--collector.textfile.directory=${textfileFolder}`],
  })
  // Something can change in the moment between two readings; what is wrong differs each time.
  for (let i = 0; i < 5; i++) {
    const [exposition, families] = await Promise.all([peer.scrape(), collection.collect()])
    theirs = exposition
    ours = families
    const now = differences(ours, theirs, isNear)
    found = i === 0 ? now : lasting(found, now)
    if (found.otherValue.length + found.onlyOurs.length + found.onlyTheirs.length === 0) break
  }
  await peer.close()
  await collection.close()
})
afterAll(() => rmSync(textfileFolder, { recursive: true }))

/** What differed before and differs now. */
function lasting(before: Differences, now: Differences): Differences {
  const seriesOf = (difference: string) => difference.replace(/: \S+, \S+$/, '')
  const still = (kind: keyof Differences) => {
    const known = new Set(before[kind].map(seriesOf))
    return now[kind].filter((difference) => known.has(seriesOf(difference)))
  }
  return {
    onlyOurs: still('onlyOurs'),
    onlyTheirs: still('onlyTheirs'),
    otherType: still('otherType'),
    otherValue: still('otherValue'),
  }
}

besidePeer('most of what node_exporter has by default is there', () => {
  const names = new Set(ours.map(({ name }) => name))
  const missing = [...theirs.types.keys()].filter(
    (name) => name.startsWith('node_') && !names.has(name),
  )
  expect(names.size).toBeGreaterThan(200)
  expect(missing.filter((name) => !leftOut.test(name))).toEqual([])
})

/** Of the README: what node_exporter exports on any machine and this does not. */
const leftOut = new RegExp(
  '^node_(exporter_build_info|network_speed_bytes|processes_threads_state|' +
    'time_zone_offset_seconds)$',
)

besidePeer('every metric has the type that node_exporter gives it', () => {
  expect(found.otherType).toEqual([])
})

besidePeer('every series has the labels that node_exporter gives it', () => {
  expect(found.onlyOurs.filter(isComparable)).toEqual([])
})

besidePeer('every series of a metric that both have is there', () => {
  expect(found.onlyTheirs.filter(isComparable)).toEqual([])
})

besidePeer('every value is near that of node_exporter, a moment apart', () => {
  expect(found.otherValue).toEqual([])
})

/** Not the same set of collectors; states that processes and sockets have for a moment. */
function isComparable(series: string): boolean {
  return (
    !/^node_scrape_collector_|^node_(processes_state|tcp_connection_states)/.test(series) &&
    !/^node_network_speed_bytes/.test(series) // An unknown speed, absent here and negative there.
  )
}

/** Memory in use, loads and counters move while one reads; what stands still has to be equal. */
function isNear(series: string, our: number, their: number): boolean {
  return Math.abs(our - their) <= allowed(series, their)
}

function allowed(series: string, value: number): number {
  if (/^node_scrape_/.test(series)) return Number.POSITIVE_INFINITY
  if (
    /MemTotal|SwapTotal|memory_HugePages|_info|network_(up|carrier|mtu|speed|flags)|boot|size/.test(
      series,
    )
  )
    return 0
  if (/backup_|textfile_scrape|os_version|entropy|_max|_limit|selinux/.test(series)) return 0
  // The limit of waiting connections of a listening socket counts as queued bytes there.
  if (/queued_bytes|_queues/.test(series)) return Number.POSITIVE_INFINITY
  if (/node_memory_|sockstat.*_bytes/.test(series)) return 256 * 1024 * 1024
  if (/procs_|io_now|load|processes|sockstat|tcp_conn|CurrEstab|filefd_allocated/.test(series))
    return 500
  return Math.max(5, Math.abs(value) * 0.05)
}
