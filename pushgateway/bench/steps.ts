/** The measurements, each of one running gateway and each with a limit of time. */
import { sleep, systemClock } from '#lib/clock'
import { cpuMs, residentMiB } from '#test/load/process-figures'
import type { GatewayProcess } from '../fake/process.ts'
import { pushFlat, quantile } from './load.ts'
import { countOutOfOrder } from './order.ts'
import { pushApart } from './pacer.ts'
import { bodyOf, readAnswer } from './read-answer.ts'
import {
  type Coding,
  costRow,
  type Figures,
  latencyRow,
  scrapeRow,
  scrapers,
  scrapeTimes,
} from './table.ts'
import { small, stride, type Workload } from './workload.ts'

export interface Subject {
  readonly gateway: GatewayProcess
  readonly figures: Figures
}

/** Pushes groups `from` to `to` once each; false: they did not go in within the time. */
export async function fill(
  gateway: GatewayProcess,
  { from = 0, to, workload = small }: { from?: number; to: number; workload?: Workload },
): Promise<boolean> {
  const { port } = gateway
  const { acknowledged } = await pushFlat({
    port,
    connections: 16,
    depth: 4,
    forMs: 60_000,
    request: (i) => (from + i < to ? workload.push(from + i, 0) : undefined),
  })
  await settled(gateway)
  return acknowledged === to - from
}

/** Waits until it has caught up: promises of an unchecked gateway are kept later. */
async function settled({ pid }: GatewayProcess): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const before = cpuMs(pid)
    await sleep(systemClock, 100)
    if (cpuMs(pid) - before < 50) return
  }
}

export interface Pushed {
  readonly perSecond: number
  readonly cpuMsEach: number
}

/** Changes the first `groups` groups again and again. */
export async function pushAll(
  gateway: GatewayProcess,
  given: { groups: number; forMs: number; connections?: number; workload?: Workload },
): Promise<Pushed | undefined> {
  const { groups, forMs, connections = 32, workload = small } = given
  const before = cpuMs(gateway.pid)
  const request = (i: number) => workload.push((i * stride) % groups, 1 + Math.floor(i / groups))
  const load = { port: gateway.port, connections, forMs, request }
  const { acknowledged, tookMs } = await pushFlat(load)
  await settled(gateway)
  if (acknowledged === 0) return undefined
  return {
    perSecond: (acknowledged * 1000) / tookMs,
    cpuMsEach: (cpuMs(gateway.pid) - before) / acknowledged,
  }
}

export async function pushCost(
  { gateway, figures }: Subject,
  given: { groups: number; forMs: number; connections?: number },
): Promise<Pushed | undefined> {
  const pushed = await pushAll(gateway, given)
  note(figures, costRow(given.groups).name, pushed?.cpuMsEach)
  return pushed
}

const accepts: Readonly<Record<Coding, Readonly<Record<string, string>>>> = {
  plain: { 'Accept-Encoding': 'identity' },
  gzip: { 'Accept-Encoding': 'gzip' },
  protobuf: {
    'Accept-Encoding': 'identity',
    Accept:
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  },
}

/** Each coding three times; `groups` are stored. The original is asked each once. */
export async function scrapeAll(
  { gateway, figures }: Subject,
  { groups, times = scrapeTimes.length }: { groups: number; times?: number },
): Promise<void> {
  const { port, pid } = gateway
  for (const coding of ['plain', 'gzip', 'protobuf'] as const)
    for (const when of scrapeTimes.slice(0, times)) {
      if (when === 'after 1000 pushes') {
        const request = (i: number) => (i < 1000 ? small.push((i * stride) % groups, 3) : undefined)
        await pushFlat({ port, connections: 8, forMs: 10_000, request })
      }
      const before = cpuMs(pid)
      const got = await readAnswer({ port, headers: accepts[coding], withinMs: 30_000 })
      const isProtobuf = /^content-type: application\/vnd/im.test(got?.head ?? '')
      if (got === undefined || isProtobuf !== (coding === 'protobuf')) break
      await settled(gateway)
      note(figures, scrapeRow(coding, when).name, (cpuMs(pid) - before) / 1000)
      note(figures, `scrape ${coding}, size`, got.sizeBytes / 1e6)
    }
}

/** 200 pushes a second, which is little, while somebody scrapes without a pause. */
export async function pushWhileScraped(
  { gateway, figures }: Subject,
  { groups, forMs }: { groups: number; forMs: number },
): Promise<void> {
  const { port } = gateway
  for (const when of scrapers) {
    let isOver = false
    const scrape = async () => {
      while (!isOver && when !== 'no scraper') {
        const pace = when === 'a slow scraper' ? { bytesPerSecond: 10e6 } : {}
        await readAnswer({ port, headers: accepts.plain, withinMs: forMs, ...pace })
      }
    }
    const scraping = scrape()
    const pace = { port, connections: 8, perSecond: 200, forMs, groups }
    const { latenciesMs, unanswered } = await pushApart(pace)
    isOver = true
    await scraping
    if (unanswered > 0) continue
    note(figures, latencyRow(when, 'p50').name, quantile(latenciesMs, 0.5))
    note(figures, latencyRow(when, 'p99').name, quantile(latenciesMs, 0.99))
    note(figures, latencyRow(when, 'longest').name, latenciesMs.at(-1))
  }
}

export function noteResident({ gateway, figures }: Subject): void {
  note(figures, 'resident after the scrapes', residentMiB(gateway.pid))
}

export async function openPage({ gateway, figures }: Subject): Promise<void> {
  const got = await readAnswer({ port: gateway.port, path: '/', withinMs: 60_000 })
  if (got?.status !== 200) return
  note(figures, 'web page / with 100000 series, time', got.tookMs / 1000)
  note(figures, 'web page / with 100000 series, size', got.sizeBytes / 1e6)
}

export interface Shown {
  readonly groups: number
  readonly outOfOrder: number
}

/** Reads a whole scrape. Each group has exactly one push time. */
export async function look({ port }: GatewayProcess): Promise<Shown | undefined> {
  const wanted = { port, headers: accepts.plain, withinMs: 60_000, keeps: true }
  const got = await readAnswer(wanted)
  if (got?.status !== 200) return undefined
  const text = bodyOf(got)
  let groups = 0
  for (let at = text.indexOf(timeLine); at >= 0; at = text.indexOf(timeLine, at + 1)) groups++
  return { groups, outOfOrder: countOutOfOrder(text) }
}

const timeLine = '\npush_time_seconds{'

export function note(figures: Figures, name: string, value: number | undefined): void {
  if (value !== undefined) figures.set(name, value)
}
