/** Calls of the HTTP API that ask how this server is and what it does. */
import { formatDuration } from '#lib/duration'
import type { ApiCall } from './http-call.ts'
import { limitIn } from './parameters.ts'
import type { Scraper, TargetStatus } from './scrape.ts'
import type { Samples } from './store/samples.ts'

/** What a server can say of itself. */
export interface About {
  readonly startedMs: number
  /** As they would stand on a command line. */
  readonly flags: ReadonlyMap<string, string>
  readonly retention: string
  readonly damagedFiles: () => number
}

/** Clients read from `version` which features they may ask for. */
const buildInfo = Object.freeze({
  version: '2.42.0',
  revision: '',
  branch: 'zstone',
  buildUser: '',
  buildDate: '',
  goVersion: '',
})

export const buildCall: [string, ApiCall] = ['status/buildinfo', () => buildInfo]

export interface StatusOptions {
  readonly about: About
  readonly scraper: Pick<Scraper, 'targets'>
  readonly samples: Samples
}

export function statusCalls({ about, scraper, samples }: StatusOptions): [string, ApiCall][] {
  return [
    ['status/config', () => ({ yaml: configText(about, scraper.targets()) })],
    ['status/flags', () => Object.fromEntries(about.flags)],
    ['status/runtimeinfo', () => runtimeInfo(about)],
    ['status/tsdb', (parameters) => statistics(samples, limitIn(parameters, 'limit') ?? 10)],
    // What is read back is read back before anything is served.
    ['status/walreplay', () => ({ min: 0, max: 0, current: 0 })],
    ['targets', (parameters) => targets(scraper, parameters.get('state') ?? '')],
    ['scrape_pools', () => ({ scrapePools: scraper.targets().map(({ target }) => target.name) })],
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
function configText({ flags }: About, all: readonly TargetStatus[]): string {
  const [interval, timeout] = [flags.get('scrape.interval'), flags.get('scrape.timeout')]
  const jobs = all.flatMap(({ target, labels }) => [
    `- job_name: ${JSON.stringify(target.name)}`,
    `  honor_labels: ${target.honorLabels === true}`,
    '  static_configs:',
    `  - targets: ${JSON.stringify(target.url === undefined ? [] : [new URL(target.url).host])}`,
    `    labels: ${JSON.stringify(labels)}`,
  ])
  const head = ['global:', `  scrape_interval: ${interval}`, `  scrape_timeout: ${timeout}`]
  return `${[...head, ...(jobs.length > 0 ? ['scrape_configs:', ...jobs] : [])].join('\n')}\n`
}

function targets(scraper: Pick<Scraper, 'targets'>, state: string) {
  const isWanted = state !== 'dropped'
  return {
    activeTargets: isWanted ? scraper.targets().map(shownTarget) : [],
    droppedTargets: [],
  }
}

function shownTarget({ target, labels, intervalMs, timeoutMs, last }: TargetStatus) {
  const { name, url = '' } = target
  const scrapeInterval = formatDuration(intervalMs)
  const scrapeTimeout = formatDuration(timeoutMs)
  return {
    discoveredLabels: {
      ...labels,
      __scrape_interval__: scrapeInterval,
      __scrape_timeout__: scrapeTimeout,
    },
    labels,
    scrapePool: name,
    scrapeUrl: url,
    globalUrl: url,
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
