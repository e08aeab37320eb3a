/** The part put together: samples in memory, the evaluator over them, the scraper, the HTTP API. */
import type { Clock } from '#lib/clock'
import { flagTexts } from '#lib/config'
import { formatDuration } from '#lib/duration'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { type Dialect, prometheus2, prometheus3, prometheus35 } from './dialect.ts'
import type { Expression } from './expression.ts'
import { createHttpApi, type Handle } from './http.ts'
import type { ApiCall } from './http-call.ts'
import { parse } from './parse.ts'
import type { QueryLimits, Watch } from './query.ts'
import { createReceiver } from './remote-write/receiver.ts'
import { serveWrites } from './remote-write/serve-write.ts'
import { type Curve, runInstant, runRange } from './run.ts'
import { createScraper, type Scraper } from './scrape.ts'
import { type PromqlSettings, promqlSettings, sizeText } from './settings.ts'
import { type Keeping, keep, type StorageOptions } from './store/keep.ts'
import { createMetadataBook } from './store/metadata.ts'
import { type Samples, samplesOf } from './store/samples.ts'
import { createStore } from './store/store.ts'
import type { Value } from './values.ts'

export interface PromqlOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly settings: PromqlSettings
  /** Where samples are kept across restarts; absent: in memory only. */
  readonly storage?: StorageOptions
  /** Absent: as the settings say. */
  readonly dialect?: Dialect
  /** Further paths under `/api/v1/`, such as `rules`; what one gives becomes `data`. */
  readonly extra?: ReadonlyMap<string, ApiCall>
}

export interface Promql {
  /** Reads back what was kept, and keeps what comes; without `storage` it does nothing. */
  start(): Promise<void>
  readonly samples: Samples
  /** Throws PROMQL_INVALID, PROMQL_EXECUTION or PROMQL_TOO_MANY_SAMPLES. */
  evaluate(expression: string | Expression, atMs: number, watch?: Watch): Value
  evaluateRange(expression: string | Expression, range: EvaluationRange): readonly Curve[]
  readonly scraper: Scraper
  /** False: the path is not of the Prometheus API. */
  readonly handle: Handle
  close(): Promise<void>
}

export interface EvaluationRange {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

const dialects = { '2.42': prometheus2, '3.5': prometheus35, '3': prometheus3 } as const

export function createPromql(options: PromqlOptions): Promql {
  const { clock, log, metrics, settings, storage, extra } = options
  const { dialect = dialects[settings.dialect] } = options
  const { lookbackMs, subqueryStepMs, samplesMax } = settings
  const patience = { clock, timeoutMs: settings.queryTimeoutMs }
  const limits: QueryLimits = { dialect, lookbackMs, subqueryStepMs, samplesMax, patience }
  const store = createStore({ metrics, ...settings })
  const samples = samplesOf(store)
  const metadata = createMetadataBook()
  const scraper = createScraper({
    ...{ clock, log, metrics, samples, metadata },
    intervalMs: settings.scrapeIntervalMs,
    timeoutMs: settings.scrapeTimeoutMs,
    sampleMax: settings.scrapeSampleLimit,
    habits: { addsPort: dialect.version === '2.42', evensBounds: dialect.version !== '2.42' },
  })
  let keeping: Keeping | undefined
  const bodyBytesMax = settings.writeBodyBytesMax
  const writes = serveWrites({
    receiver: createReceiver({ store, metadata, clock, bodyBytesMax }),
    bodyBytesMax,
    durable: () => keeping?.durable(),
  })
  const about = {
    startedMs: clock.nowMs(),
    flags: flagTexts(promqlSettings, settings),
    retention: `${formatDuration(settings.retentionMs)} or ${sizeText(settings.sizeMaxBytes)}`,
    damagedFiles: () => keeping?.damagedFiles ?? 0,
  }
  const parsed = createParser(dialect)
  const optionalExtra = extra === undefined ? {} : { extra }
  const served = { clock, metrics, samples, limits, metadata, scraper, about, ...optionalExtra }
  const answer = createHttpApi(served)
  return {
    samples,
    scraper,
    async start() {
      if (storage !== undefined) keeping = await keep(store, { clock, log, metrics, ...storage })
      if (settings.scrapeConfigFile !== undefined) await scraper.follow(settings.scrapeConfigFile)
    },
    evaluate: (expression, atMs, watch) =>
      runInstant(parsed(expression), { source: samples, limits, atMs, watch }),
    evaluateRange: (expression, range) =>
      runRange(parsed(expression), { source: samples, limits, ...range }),
    handle: (request, response) => writes(request, response) || answer(request, response),
    async close() {
      await scraper.close()
      await keeping?.close()
    },
  }
}

/** So many expressions are kept as trees: rules ask the same ones again and again. */
const treesMax = 1000

function createParser(dialect: Dialect): (expression: string | Expression) => Expression {
  const trees = new Map<string, Expression>()
  return (expression) => {
    if (typeof expression !== 'string') return expression
    const tree = trees.get(expression) ?? parse(expression, dialect)
    if (trees.size >= treesMax) trees.clear()
    trees.set(expression, tree)
    return tree
  }
}
