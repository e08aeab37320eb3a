/** Calls of the HTTP API that ask how this server is and what it does. */
import { formatDuration } from '#lib/duration'
import type { Dialect } from './dialect.ts'
import type { ApiCall } from './http-call.ts'
import { limitIn } from './parameters.ts'
import type { TargetStatus } from './scrape/scrape.ts'
import type { Scraper } from './scrape.ts'
import type { Samples } from './store/samples.ts'

/** What a server can say of itself. */
export interface About {
  readonly startedMs: number
  /** As they would stand on a command line. */
  readonly flags: ReadonlyMap<string, string>
  readonly retention: string
  readonly damagedFiles: () => number
}

const release = { '2.42': '2.42.0', '3.5': '3.5.0', '3': '3.14.0' } as const

/** Clients read from `version` which features they may ask for. */
const buildInfo = Object.freeze({
  revision: '',
  branch: 'zstone',
  buildUser: '',
  buildDate: '',
  goVersion: '',
})

/** The version is one that answers as the dialect does. */
export const buildCall = ({ version }: Dialect): [string, ApiCall] => [
  'status/buildinfo',
  () => ({ ...buildInfo, version: release[version] }),
]

export interface StatusOptions {
  readonly about: About
  readonly dialect: Dialect
  readonly scraper: Pick<Scraper, 'targets' | 'dropped' | 'configText'>
  readonly samples: Samples
}

export function statusCalls(options: StatusOptions): [string, ApiCall][] {
  const { about, scraper, samples } = options
  return [
    ['status/config', () => ({ yaml: configText(about, scraper) })],
    ['status/flags', () => Object.fromEntries(about.flags)],
    ['status/runtimeinfo', () => runtimeInfo(about)],
    ['status/tsdb', (parameters) => statistics(samples, limitIn(parameters, 'limit') ?? 10)],
    // What is read back is read back before anything is served.
    ['status/walreplay', () => ({ min: 0, max: 0, current: 0 })],
    ['targets', (parameters) => targets(options, parameters)],
    ['scrape_pools', () => ({ scrapePools: poolsOf(scraper) })],
  ]
}

/** What is not known of a Go runtime is absent. */
function runtimeInfo({ startedMs, retention, damagedFiles }: About) {
  const startTime = new Date(startedMs).toISOString()
  return {
    startTime,
    reloadConfigSuccess: true,
    lastConfigTime: startTime,
    corruptionCount: damagedFiles(),
    storageRetention: retention,
  }
}

/** What a Prometheus would be told to do the same. */
function configText({ flags }: About, scraper: StatusOptions['scraper']): string {
  const given = scraper.configText()
  if (given !== undefined) return given
  const [interval, timeout] = [flags.get('scrape.interval'), flags.get('scrape.timeout')]
  const jobs = scraper
    .targets()
    .flatMap(({ pool, honorLabels, address, labels }) => [
      `- job_name: ${JSON.stringify(pool)}`,
      `  honor_labels: ${honorLabels}`,
      '  static_configs:',
      `  - targets: ${JSON.stringify(address === '' ? [] : [new URL(address).host])}`,
      `    labels: ${JSON.stringify(labels)}`,
    ])
  const head = ['global:', `  scrape_interval: ${interval}`, `  scrape_timeout: ${timeout}`]
  return `${[...head, ...(jobs.length > 0 ? ['scrape_configs:', ...jobs] : [])].join('\n')}\n`
}

function poolsOf(scraper: StatusOptions['scraper']): string[] {
  const pools = [...scraper.targets().map(({ pool }) => pool), ...scraper.dropped().keys()]
  return [...new Set(pools)].sort()
}

function targets({ scraper, dialect }: StatusOptions, parameters: URLSearchParams) {
  const state = parameters.get('state')?.toLowerCase() ?? ''
  const wanted = parameters.get('scrapePool') ?? ''
  const isWanted = (pool: string) => wanted === '' || pool === wanted
  const dropped = [...scraper.dropped()].filter(([pool]) => isWanted(pool))
  const active = scraper.targets().filter(({ pool }) => isWanted(pool))
  const isNewer = dialect.version !== '2.42'
  const counts = Object.fromEntries(dropped.map(([pool, { count }]) => [pool, count]))
  return {
    activeTargets: state === 'dropped' ? [] : active.map(shownTarget),
    droppedTargets:
      state === 'active'
        ? []
        : dropped.flatMap(([pool, { discovered }]) =>
            discovered.map((labels) => ({
              discoveredLabels: labels,
              ...(isNewer && { scrapePool: pool }),
            })),
          ),
    ...(isNewer && { droppedTargetCounts: state === 'active' ? null : counts }),
  }
}

function shownTarget(status: TargetStatus) {
  const { pool, address, labels, discovered, intervalMs, timeoutMs, last } = status
  const scrapeInterval = formatDuration(intervalMs)
  const scrapeTimeout = formatDuration(timeoutMs)
  return {
    discoveredLabels: discovered,
    labels,
    scrapePool: pool,
    scrapeUrl: address,
    globalUrl: address,
    lastError: last?.error ?? '',
    lastScrape: last === undefined ? '0001-01-01T00:00:00Z' : new Date(last.atMs).toISOString(),
    lastScrapeDuration: (last?.tookMs ?? 0) / 1000,
    health: last === undefined ? 'unknown' : last.error === undefined ? 'up' : 'down',
    ...{ scrapeInterval, scrapeTimeout },
  }
}

function statistics(samples: Samples, limit: number) {
  const { seriesCount, chunkCount, oldestMs, newestMs, labels } = samples.statistics()
  const pairs = labels.flatMap(({ name, values }) =>
    values.map(({ value, seriesCount: count }) => ({ name: `${name}=${value}`, value: count })),
  )
  const ofNames = labels.find(({ name }) => name === '__name__')?.values ?? []
  const top = (rows: readonly { readonly name: string; readonly value: number }[]) =>
    rows.toSorted((a, b) => b.value - a.value).slice(0, limit)
  return {
    headStats: {
      numSeries: seriesCount,
      numLabelPairs: pairs.length,
      chunkCount,
      minTime: oldestMs,
      maxTime: newestMs,
    },
    seriesCountByMetricName: top(
      ofNames.map(({ value: name, seriesCount: value }) => ({ name, value })),
    ),
    labelValueCountByLabelName: top(
      labels.map(({ name, values }) => ({ name, value: values.length })),
    ),
    memoryInBytesByLabelName: top(
      labels.map(({ name, values }) => ({
        name,
        value: values.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0),
      })),
    ),
    seriesCountByLabelValuePair: top(pairs),
  }
}
