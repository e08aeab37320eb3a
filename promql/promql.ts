/** The part put together: samples in memory, the evaluator over them, the scraper, the HTTP API. */
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { type Dialect, prometheus2 } from './dialect.ts'
import type { Expression } from './expression.ts'
import { type ApiCall, createHttpApi, type Handle } from './http.ts'
import { parse } from './parse.ts'
import type { QueryLimits, Watch } from './query.ts'
import { type Curve, runInstant, runRange } from './run.ts'
import { createScraper, type Scraper } from './scrape.ts'
import type { PromqlSettings } from './settings.ts'
import { createSamples, type Samples } from './store/samples.ts'
import type { Value } from './values.ts'

export interface PromqlOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly settings: PromqlSettings
  /** Absent: that of Prometheus 2.42. */
  readonly dialect?: Dialect
  /** Further paths under `/api/v1/`, such as `rules`; what one gives becomes `data`. */
  readonly extra?: ReadonlyMap<string, ApiCall>
}

export interface Promql {
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

export function createPromql(options: PromqlOptions): Promql {
  const { clock, log, metrics, settings, extra, dialect = prometheus2 } = options
  const { lookbackMs, subqueryStepMs, samplesMax } = settings
  const limits: QueryLimits = { dialect, lookbackMs, subqueryStepMs, samplesMax }
  const samples = createSamples({ metrics, ...settings })
  const scraper = createScraper({
    ...{ clock, log, metrics, samples },
    intervalMs: settings.scrapeIntervalMs,
    timeoutMs: settings.scrapeTimeoutMs,
  })
  const parsed = (expression: string | Expression) =>
    typeof expression === 'string' ? parse(expression, dialect) : expression
  const optionalExtra = extra === undefined ? {} : { extra }
  return {
    samples,
    scraper,
    evaluate: (expression, atMs, watch) =>
      runInstant(parsed(expression), { source: samples, limits, atMs, watch }),
    evaluateRange: (expression, range) =>
      runRange(parsed(expression), { source: samples, limits, ...range }),
    handle: createHttpApi({ clock, metrics, samples, limits, ...optionalExtra }),
    close: () => scraper.close(),
  }
}
