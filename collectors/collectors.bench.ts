/**
 * What a tick costs: a large node is invented and planted, collected and rendered; then Debian's
 * node_exporter does the same beside it. `npm run bench collectors`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { machine } from 'node:os'
import { createAgent } from '#agent'
import { sleep, systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { freePort } from '#test/free-port'
import { hasNodeExporter, openNodeExporter, upstreamDefaults } from '#test/node-exporter'
import { until } from '#test/until'
import type { Collector } from './collector.ts'
import { largeNode } from './fake/large-node.ts'
import { range } from './fake/lines.ts'
import { plantTree } from './fake/tree.ts'
import { createFamilies, gauge } from './families.ts'
import { createFiles } from './files.ts'
import { createCollection, nodeCollectors } from './index.ts'

const isQuick = process.argv.includes('--quick')
const ticks = isQuick ? 100 : 1000
const disks = 24
const nics = 4

interface Cost {
  readonly samples: number
  readonly cpuMs: number
  /** Absent: of a process that does other things beside. */
  readonly residentMiB?: number
}

/** What SMART gave is served again from tick to tick: 45 samples a disk. */
const smartOf = (count: number): Collector => ({
  name: 'smart',
  pace: { everyMs: 300_000, ageMsMax: 600_000 },
  collect() {
    const families = createFamilies()
    for (const name of range(45))
      for (const disk of range(count))
        families.add(gauge(`smartctl_device_fact${name}`, 'A fact.'), { device: `sd${disk}` }, disk)
    return families.list()
  },
})

async function costOfOurs(root: string): Promise<Cost> {
  const world = { clock: systemClock, log: silentLog, machine: machine() }
  using files = createFiles(root, { keepsOpen: true })
  const smart = { path: '', everyMs: 300_000 }
  const own = nodeCollectors({ ...world, files, smart }).filter(({ name }) => name !== 'smart')
  const agent = createAgent({
    ...world,
    instance: 'bench',
    version: '0',
    collection: createCollection({ ...world, collectors: [...own, smartOf(disks)] }),
    everyMs: 15_000,
    tracer: createTracer('bench'),
    random: systemRandom,
  })
  for (const _ of range(ticks / 2)) await agent.collectNow()
  const before = process.cpuUsage()
  for (const _ of range(ticks)) await agent.collectNow()
  const { user, system } = process.cpuUsage(before)
  const samples = agent.render().match(/^[^#\n]/gm)?.length ?? 0
  await agent.close()
  return { samples, cpuMs: (user + system) / 1000 / ticks }
}

async function costOfTheirs(root: string): Promise<Cost> {
  const peer = await openNodeExporter({
    root,
    args: [...upstreamDefaults, '--collector.processes', '--collector.tcpstat'],
  })
  const scrapes = ticks / 4
  for (const _ of range(20)) await peer.scrape()
  const before = await peer.scrape()
  for (const _ of range(scrapes)) await peer.scrape()
  const { values } = await peer.scrape()
  await peer.close()
  const seconds = (from: ReadonlyMap<string, number>) => from.get('process_cpu_seconds_total') ?? 0
  return {
    samples: [...values.keys()].filter((series) => series.startsWith('node_')).length,
    cpuMs: ((seconds(values) - seconds(before.values)) * 1000) / (scrapes + 1),
    residentMiB: (values.get('process_resident_memory_bytes') ?? 0) / 2 ** 20,
  }
}

/** The program itself, after some ticks on this machine. */
async function residentMiBOfZstnlet(): Promise<number> {
  const port = await freePort()
  const program = new URL('../bin/zstnlet', import.meta.url).pathname
  const args = [`--web.listen-address=127.0.0.1:${port}`, '--interval=200ms']
  const child = spawn(program, args, { stdio: 'ignore' })
  const scrape = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined)
    return answer?.ok ? await answer.text() : undefined
  }
  await until(scrape)
  for (const _ of range(isQuick ? 20 : 100)) {
    await sleep(systemClock, 200)
    await scrape()
  }
  const [, kib] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? []
  const ended = once(child, 'exit')
  child.kill()
  await ended
  return Number(kib) / 1024
}

function print(where: string, rows: Readonly<Record<string, Cost>>): void {
  console.log(`\n${where}`)
  console.log('               samples   CPU ms   µs a sample   % of a core at 15 s   resident MiB')
  for (const [name, { samples, cpuMs, residentMiB }] of Object.entries(rows))
    console.log(
      name.padEnd(14) +
        String(samples).padStart(8) +
        cpuMs.toFixed(2).padStart(9) +
        ((cpuMs * 1000) / samples).toFixed(2).padStart(14) +
        ((cpuMs / 15_000) * 100).toFixed(3).padStart(22) +
        (residentMiB?.toFixed(0) ?? '').padStart(15),
    )
  const { ours, node_exporter: theirs } = rows
  if (ours === undefined || theirs === undefined) return
  const perSample = theirs.cpuMs / theirs.samples / (ours.cpuMs / ours.samples)
  console.log(`node_exporter takes ${(theirs.cpuMs / ours.cpuMs).toFixed(1)} times the CPU,`)
  console.log(`${perSample.toFixed(1)} times a sample`)
}

const tree = plantTree(largeNode({ disks, nics }))
const isPeerAtHand = hasNodeExporter()
for (const [where, root] of [
  [`An invented node: 32 processors, ${disks} disks, ${nics} network devices`, tree.root],
  ['This machine', '/'],
] as const) {
  const ours = {
    ...(await costOfOurs(root)),
    ...(root === '/' ? { residentMiB: await residentMiBOfZstnlet() } : {}),
  }
  print(where, isPeerAtHand ? { ours, node_exporter: await costOfTheirs(root) } : { ours })
}
tree.remove()
