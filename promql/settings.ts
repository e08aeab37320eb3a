/** What can be set about the embedded evaluator; names as Prometheus's flags have them. */
import { duration, type Values, whole } from '#lib/config'

export const promqlSettings = {
  retentionMs: duration({
    name: 'storage.retention.time',
    default: '2h',
    help: 'How long samples stay in memory.',
  }),
  seriesMax: whole({
    name: 'storage.series-max',
    default: 200_000,
    least: 1,
    help: 'Series in memory; a sample of one more is refused and counted.',
  }),
  scrapeIntervalMs: duration({
    name: 'scrape.interval',
    default: '15s',
    help: 'How often each target is read.',
  }),
  scrapeTimeoutMs: duration({
    name: 'scrape.timeout',
    default: '10s',
    help: 'How long a target may take to answer before it counts as down.',
  }),
  lookbackMs: duration({
    name: 'query.lookback-delta',
    default: '5m',
    help: 'How old the newest sample of a series may be to count as its value.',
  }),
  subqueryStepMs: duration({
    name: 'query.subquery-step',
    default: '1m',
    help: 'The step of a subquery that names none.',
  }),
  samplesMax: whole({
    name: 'query.max-samples',
    default: 50_000_000,
    least: 1,
    help: 'Samples and intermediate values that one query may touch.',
  }),
}

export type PromqlSettings = Values<typeof promqlSettings>
