/**
 * 100,000 series, scraped every 15 s, with two hours of samples and 100 rules: ours beside Debian's
 * Prometheus in one run, and beside the one that ZSTONE_TEST_PROMETHEUS3 names. The two hours are
 * not waited for: both get them by remote_write, as fast as they take them, and are scraped then.
 * `npm run bench promql`, smaller with `npm run bench -- promql --quick`, without peers `--alone`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sleep, systemClock } from '#lib/clock'
import { cpuMs, load, residentMiB } from '#test/load/process-figures'
import { until } from '#test/until'
import { openExporter } from './bench/exporter.ts'
import { queries, rulesText } from './bench/rules.ts'
import { type Side, startSides } from './bench/sides.ts'
import { createTable, quantile } from './bench/table.ts'
import { createWorkload, intervalMs } from './bench/workload.ts'

const isQuick = process.argv.includes('--quick')
const plan = isQuick
  ? { nodes: 10, steps: 120, rules: 100, intervals: 2, queryRuns: 20 }
  : // Short of two hours by what filling takes: older samples are refused.
    { nodes: 100, steps: 470, rules: 100, intervals: 6, queryRuns: 100 }

const startedMs = systemClock.monotonicMs()
const say = (text: string) => {
  const seconds = ((systemClock.monotonicMs() - startedMs) / 1000).toFixed(0)
  console.log(`${seconds.padStart(4)} s  ${text}`)
}

const folder = await mkdtemp(join(tmpdir(), 'zstone-bench-'))
const rulesFile = join(folder, 'rules.yml')
await writeFile(rulesFile, rulesText(plan.rules))
let sides = await startSides(folder, { isAlone: process.argv.includes('--alone') })
const table = createTable(sides.map(({ name }) => name))
const workload = createWorkload(plan.nodes)
const count = `${workload.seriesCount} series`
try {
  await measure()
} finally {
  await Promise.all(sides.map((side) => side.close()))
  await rm(folder, { recursive: true, force: true })
}
console.log(`\n${table.text()}\nload ${load()}`)

async function measure(): Promise<void> {
  say(`${count}, load ${load()}`)
  await fill()
  const exporter = await openExporter(workload)
  try {
    const target = exporter.address
    for (const side of sides) side.configure({ target })
    await until(() => exporter.reads >= 2 * sides.length, { withinMs: 120_000 })
    say(`scraping ${(exporter.sizeBytes / 1e6).toFixed(1)} MB`)
    table.row(`CPU an interval of ${count}, no rules, s`, await cpuAnInterval(2))
    for (const side of sides) side.configure({ target, rulesFile })
    await sleep(systemClock, 2 * intervalMs)
    say(`judging ${plan.rules} rules`)
    const rss = watchRss()
    const rules = `CPU an interval of ${count} and ${plan.rules} rules, s`
    table.row(rules, await cpuAnInterval(plan.intervals), '≤ 1.5')
    table.row('RSS, MiB', resident())
    table.row('RSS at most meanwhile, MiB', rss.stop(), '≤ 512')
    say('asking')
    const asking = watchRss()
    await measureQueries()
    table.row('RSS at most while asked, MiB', asking.stop())
    await measureRestarts()
  } finally {
    await exporter.close()
  }
}

async function fill(): Promise<void> {
  const batch = 10
  const nowMs = Math.floor(systemClock.nowMs() / intervalMs) * intervalMs
  const cpu = await cpuOf(async () => {
    for (let step = plan.steps; step > 0; step -= batch) {
      const requests = workload.requests(nowMs - step * intervalMs, batch)
      for (const body of requests) await sendAll(body)
    }
  })
  const samples = workload.seriesCount * plan.steps
  const each = cpu.map((ms) => (1000 * ms) / samples)
  table.row('CPU a million samples of remote_write, s', each)
  say(`${samples} samples are there: RSS ${resident().map(Math.round).join(', ')} MiB`)
  // What filling took.
  for (let atMs = nowMs; atMs <= systemClock.nowMs(); atMs += intervalMs)
    for (const body of workload.requests(atMs, 1)) await sendAll(body)
}

async function sendAll(body: Buffer): Promise<void> {
  for (const { url, name } of sides) {
    const headers = { 'Content-Encoding': 'snappy', 'Content-Type': 'application/x-protobuf' }
    const answer = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}: ${await answer.text()}`)
  }
}

async function cpuAnInterval(intervals: number): Promise<number[]> {
  const all = await cpuOf(() => sleep(systemClock, intervals * intervalMs))
  return all.map((ms) => ms / 1000 / intervals)
}

async function measureQueries(): Promise<void> {
  const all = sides.map((): number[] => [])
  for (const query of queries) {
    const times = sides.map((): number[] => [])
    for (let i = 0; i < plan.queryRuns; i++)
      for (const [side, { url }] of sides.entries()) times[side]?.push(await timeOf(url, query))
    for (const [side, of] of times.entries()) all[side]?.push(...of)
    for (const q of [0.5, 0.99])
      table.row(
        `p${100 * q} ms ${query}`,
        times.map((of) => quantile(of, q)),
      )
  }
  for (const q of [0.5, 0.99]) {
    const figures = all.map((of) => quantile(of, q))
    table.row(`all of these, p${100 * q} ms`, figures, q === 0.5 ? '' : 'ratio ≤ 2')
  }
}

async function timeOf(url: string, query: string): Promise<number> {
  const from = systemClock.monotonicMs()
  await ask(url, query)
  return systemClock.monotonicMs() - from
}

async function ask(url: string, query: string): Promise<unknown> {
  const body = new URLSearchParams({ query })
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

async function measureRestarts(): Promise<void> {
  for (const [signal, what] of [
    ['SIGKILL', 'kill -9'],
    ['SIGTERM', 'its end'],
  ] as const) {
    const before = await newestTimes()
    const times: number[] = []
    const next: Side[] = []
    for (const side of sides) {
      const from = systemClock.monotonicMs()
      next.push(await side.restart(signal))
      times.push((systemClock.monotonicMs() - from) / 1000)
    }
    sides = next
    say(`restarted after ${what}`)
    table.row(`restart after ${what} until it answers, s`, times)
    const after = await newestTimes()
    const lost = after.map((ms, i) => Math.max(0, (before[i] ?? 0) - ms) / 1000)
    table.row(`lost by ${what}, s`, lost)
    table.row('RSS after it, MiB', resident())
  }
}

/** When the series that lags furthest behind has its newest sample. */
async function newestTimes(): Promise<number[]> {
  const query = 'min(timestamp(disk_size_bytes))'
  const answers = await Promise.all(sides.map(({ url }) => ask(url, query)))
  return answers.map((answer) => {
    const { data } = answer as { data: { result: { value: [number, string] }[] } }
    return 1000 * Number(data.result[0]?.value[1])
  })
}

function resident(): number[] {
  return sides.map(({ pid }) => residentMiB(pid))
}

function watchRss() {
  const most = resident()
  const done = new AbortController()
  const run = async () => {
    while (!done.signal.aborted) {
      for (const [i, mib] of resident().entries()) most[i] = Math.max(most[i] ?? 0, mib)
      await sleep(systemClock, 500, done.signal)
    }
  }
  void run()
  return {
    stop() {
      done.abort()
      return most
    },
  }
}

async function cpuOf(run: () => Promise<void>): Promise<number[]> {
  const before = sides.map(({ pid }) => cpuMs(pid))
  await run()
  return sides.map(({ pid }, i) => cpuMs(pid) - (before[i] ?? 0))
}
