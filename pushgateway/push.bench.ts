/** Pushes and scrapes, ours beside Debian's gateway in one run: `npm run bench pushgateway`. */
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '#lib/clock'
import { exchange } from './fake/gateway.ts'
import { debianGateway, type GatewayProcess, startDebians, startOurs } from './fake/process.ts'

const samplesPerPush = 20
const connections = 32
const measuredMs = 3000
const groupCounts = [100, 1000, 10_000]

interface Row {
  readonly pushesPerSecond: number
  readonly cpuMsPerPush: number
  readonly scrapeCpuMs: number
  readonly scrapeBytes: number
  readonly residentMiB: number
}

async function main(): Promise<void> {
  console.log(`${samplesPerPush} samples a push, ${connections} connections, load ${load()}`)
  const folder = await mkdtemp(join(tmpdir(), 'zstone-bench-'))
  const ours = await measure(() => startOurs(folder, ['--log.level=silent']))
  await rm(folder, { recursive: true, force: true })
  print('ours: checked, durable', ours)
  if (!existsSync(debianGateway)) console.log(`Left out: there is no ${debianGateway}`)
  else {
    const unchecked = ['--push.disable-consistency-check']
    const theirs = await measure(() => startDebians())
    print("Debian's: checked, in memory", theirs)
    const careless = await measure(() => startDebians(unchecked))
    print("Debian's: unchecked, in memory", careless)
    printRatios(ours, theirs, careless)
  }
  console.log(`load at the end ${load()}`)
}

/** Fills the gateway step by step, and measures at each number of stored groups. */
async function measure(start: () => Promise<GatewayProcess>): Promise<Row[]> {
  const gateway = await start()
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const rows: Row[] = []
  let filled = 0
  try {
    for (const groups of groupCounts) {
      // A checked gateway of the original takes hours to fill: what it cannot do is left out.
      if (!(await fill({ gateway, agent, from: filled, to: groups }))) break
      filled = groups
      rows.push(await measureAt({ gateway, agent, groups }))
    }
  } finally {
    agent.destroy()
    await gateway.kill()
  }
  return rows
}

interface Target {
  readonly gateway: GatewayProcess
  readonly agent: Agent
}

async function fill(target: Target & { from: number; to: number }): Promise<boolean> {
  const deadlineMs = systemClock.monotonicMs() + 120_000
  let next = target.from
  const work = async () => {
    while (next < target.to && systemClock.monotonicMs() < deadlineMs)
      await pushOne(target, { group: next++, value: 0 })
  }
  await Promise.all(Array.from({ length: connections }, work))
  return next >= target.to
}

async function measureAt(target: Target & { groups: number }): Promise<Row> {
  const { gateway, groups } = target
  const pid = gateway.child.pid ?? 0
  const startedMs = systemClock.monotonicMs()
  const cpuBefore = cpuMs(pid)
  let pushes = 0
  const work = async () => {
    while (systemClock.monotonicMs() - startedMs < measuredMs)
      await pushOne(target, { group: pushes++ % groups, value: pushes })
  }
  await Promise.all(Array.from({ length: connections }, work))
  const tookMs = systemClock.monotonicMs() - startedMs
  const pushCpuMs = cpuMs(pid) - cpuBefore
  const beforeScrape = cpuMs(pid)
  const sent = { headers: { 'Accept-Encoding': 'identity' } }
  const scrapes = 5
  let scrapeBytes = 0
  for (let i = 0; i < scrapes; i++) {
    const reply = await exchange({
      ...target,
      url: gateway.url,
      method: 'GET',
      path: '/metrics',
      sent,
    })
    scrapeBytes = reply.body.length
  }
  return {
    pushesPerSecond: (pushes * 1000) / tookMs,
    cpuMsPerPush: pushCpuMs / pushes,
    scrapeCpuMs: (cpuMs(pid) - beforeScrape) / scrapes,
    scrapeBytes,
    residentMiB: residentMiB(pid),
  }
}

async function pushOne(
  { gateway, agent }: Target,
  { group, value }: { group: number; value: number },
): Promise<void> {
  const path = `/metrics/job/bench/instance/node${group}`
  const sent = { body: bodyOf(value) }
  const reply = await exchange({ agent, url: gateway.url, method: 'PUT', path, sent })
  if (reply.status > 202) throw new Error(`answered ${reply.status}: ${reply.body}`)
}

function bodyOf(value: number): string {
  let text = ''
  for (let i = 0; i < samplesPerPush / 2; i++) {
    const name = `disk_${i}_bytes`
    text += `# HELP ${name} Bytes that went to and from disk ${i}.\n# TYPE ${name} counter\n`
    for (const direction of ['read', 'write'])
      text += `${name}{device="sd${i}",direction="${direction}"} ${value + i}\n`
  }
  return text
}

/** User and system time of a process (Linux). */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}

function residentMiB(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kib) / 1024
}

function print(title: string, rows: readonly Row[]): void {
  console.log(`\n${title}`)
  groupCounts.forEach((groups, i) => {
    const row = rows[i]
    if (row === undefined) console.log(`  ${groups} groups: not filled within two minutes`)
    else
      console.log(
        `  ${groups} groups: ${row.pushesPerSecond.toFixed(0)} pushes/s, ` +
          `${row.cpuMsPerPush.toFixed(3)} ms CPU a push, ` +
          `scrape ${row.scrapeCpuMs.toFixed(0)} ms CPU for ` +
          `${(row.scrapeBytes / 1e6).toFixed(1)} MB, ` +
          `${row.residentMiB.toFixed(0)} MiB resident`,
      )
  })
}

function printRatios(ours: readonly Row[], ...others: readonly (readonly Row[])[]): void {
  console.log('\nCPU a push, times ours (checked, unchecked); scrape CPU, times ours (checked)')
  ours.forEach((row, i) => {
    const ratio = (value: number | undefined, own: number) =>
      value === undefined ? '-' : (value / own).toFixed(2)
    const pushes = others.map((rows) => ratio(rows[i]?.cpuMsPerPush, row.cpuMsPerPush))
    const scrape = ratio(others[0]?.[i]?.scrapeCpuMs, row.scrapeCpuMs)
    console.log(`  ${groupCounts[i]} groups: ${pushes.join(', ')}; ${scrape}`)
  })
}

const load = () => loadavg()[0]?.toFixed(2)

await main()
