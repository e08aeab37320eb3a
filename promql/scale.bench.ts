/**
 * 100,000 series for two hours and 100 rules, ours beside Debian's Prometheus in one run, both by
 * remote_write: `npm run bench promql`, smaller with `npm run bench -- promql --quick`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { cpuMs, load, residentMiB } from '#test/load/process-figures'
import { hasPrometheus } from '#test/prometheus'
import { type Side, startOurs, startPrometheus } from './bench/sides.ts'
import { createWorkload, intervalMs, queries, rulesText } from './bench/workload.ts'

const isQuick = process.argv.includes('--quick')
const plan = isQuick
  ? { nodes: 10, steps: 120, rules: 100, intervals: 2, queryRuns: 20 }
  : // Short of two hours by what filling takes: older samples are refused.
    { nodes: 100, steps: 470, rules: 100, intervals: 8, queryRuns: 100 }

const startedMs = systemClock.monotonicMs()
const say = (text: string) => {
  const seconds = ((systemClock.monotonicMs() - startedMs) / 1000).toFixed(0)
  console.log(`${seconds.padStart(4)} s  ${text}`)
}

const folder = await mkdtemp(join(tmpdir(), 'zstone-bench-'))
const rulesFile = join(folder, 'rules.yml')
await writeFile(rulesFile, rulesText(plan.rules))
// The second time, as nearly always: what a program is compiled to is kept.
let sides = [await (await startOurs(folder, rulesFile)).restart()]
if (hasPrometheus()) sides.push(await startPrometheus(folder, rulesFile))
const rows: [name: string, goal: string, figures: number[]][] = []
try {
  await measure()
} finally {
  await Promise.all(sides.map((side) => side.close()))
  await rm(folder, { recursive: true, force: true })
}
console.log(
  `\n${''.padEnd(66)}${sides.map(({ name }) => name.padStart(11)).join('')}   ratio  goal`,
)
for (const [name, goal, figures] of rows) {
  const [ours = Number.NaN, theirs = Number.NaN] = figures
  const columns = figures.map((figure) => shown(figure).padStart(11)).join('')
  console.log(`${name.padEnd(66)}${columns}${shown(ours / theirs).padStart(8)}  ${goal}`)
}
console.log(`load ${load()}`)

async function measure(): Promise<void> {
  const workload = createWorkload(plan.nodes)
  const { seriesCount } = workload
  const batch = 10
  const count = `${seriesCount} series`
  say(`${count}, load ${load()}`)
  const nowMs = Math.floor(systemClock.nowMs() / intervalMs) * intervalMs
  const fillCpu = await cpuOf(async () => {
    for (let step = plan.steps; step > 0; step -= batch) {
      const requests = workload.requests(nowMs - step * intervalMs, batch)
      for (const body of requests) await sendAll(body)
    }
  })
  const samples = seriesCount * plan.steps
  rows.push([
    'CPU a million samples of remote_write, s',
    '',
    fillCpu.map((ms) => (1000 * ms) / samples),
  ])
  say(`${samples} samples are there: RSS ${resident().map(shown).join(', ')} MiB`)
  const liveMs = await catchUp(workload, nowMs)
  const idleCpu = await cpuOf(() => live(workload, liveMs, 2))
  rows.push([`CPU an interval of ${count}, no rules, s`, '', idleCpu.map((ms) => ms / 2000)])
  for (const side of sides) side.startRules()
  const from = liveMs + 2 * intervalMs
  await live(workload, from, 2)
  const { intervals } = plan
  const ruleCpu = await cpuOf(() => live(workload, from + 2 * intervalMs, intervals))
  const eachCpu = ruleCpu.map((ms) => ms / 1000 / intervals)
  rows.push([`CPU an interval of ${count} and ${plan.rules} rules, s`, '≤ 1.5', eachCpu])
  rows.push(['RSS after it, MiB', '≤ 512', resident()])
  await measureQueries()
  rows.push(['RSS after queries, MiB', '', resident()])
  await measureRestart()
}

/** The samples of the time that filling took; gives when the next ones are due. */
async function catchUp(workload: ReturnType<typeof createWorkload>, fromMs: number) {
  let atMs = fromMs
  for (; atMs <= systemClock.nowMs(); atMs += intervalMs)
    for (const body of workload.requests(atMs, 1)) await sendAll(body)
  return atMs
}

/** One interval's samples at a time, when they are due. */
async function live(
  workload: ReturnType<typeof createWorkload>,
  fromMs: number,
  count: number,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    const atMs = fromMs + i * intervalMs
    await sleep(systemClock, Math.max(0, atMs - systemClock.nowMs()))
    for (const body of workload.requests(atMs, 1)) await sendAll(body)
  }
  await sleep(systemClock, Math.max(0, fromMs + count * intervalMs - systemClock.nowMs()))
}

async function sendAll(body: Buffer): Promise<void> {
  for (const { url, name } of sides) {
    const headers = { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' }
    const answer = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}: ${await answer.text()}`)
  }
}

async function measureQueries(): Promise<void> {
  const all = sides.map((): number[] => [])
  for (const query of queries) {
    const times = sides.map((): number[] => [])
    for (let i = 0; i < plan.queryRuns; i++)
      for (const [side, { url }] of sides.entries()) times[side]?.push(await timeOf(url, query))
    for (const [side, of] of times.entries()) all[side]?.push(...of)
    rows.push([`p50 ms ${query}`, '', times.map((of) => quantile(of, 0.5))])
    rows.push([`p99 ms ${query}`, '', times.map((of) => quantile(of, 0.99))])
  }
  rows.push(['all of these, p50 ms', '', all.map((of) => quantile(of, 0.5))])
  rows.push(['all of these, p99 ms', '≤ 2', all.map((of) => quantile(of, 0.99))])
}

async function timeOf(url: string, query: string): Promise<number> {
  const from = systemClock.monotonicMs()
  const body = new URLSearchParams({ query })
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`${query}: ${answer.status}`)
  return systemClock.monotonicMs() - from
}

async function measureRestart(): Promise<void> {
  const times: number[] = []
  const next: Side[] = []
  for (const side of sides) {
    const from = systemClock.monotonicMs()
    next.push(await side.restart())
    times.push((systemClock.monotonicMs() - from) / 1000)
  }
  sides = next
  rows.push(['restart until it answers, s', '', times])
  rows.push(['RSS after the restart, MiB', '', resident()])
}

function resident(): number[] {
  return sides.map(({ pid }) => residentMiB(pid))
}

async function cpuOf(run: () => Promise<void>): Promise<number[]> {
  const before = sides.map(({ pid }) => cpuMs(pid))
  await run()
  return sides.map(({ pid }, i) => cpuMs(pid) - (before[i] ?? 0))
}

function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

function shown(figure: number): string {
  return figure.toFixed(figure < 10 ? 2 : figure < 100 ? 1 : 0)
}
