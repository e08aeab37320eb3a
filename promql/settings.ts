/** What can be set about the embedded evaluator; names as Prometheus's flags have them. */
import { choice, duration, optionalText, type Setting, type Values, whole } from '#lib/config'
import { versions } from './dialect.ts'

const units = new Map([...'BKMGT'].map((letter, power) => [letter, 1024 ** power]))

/** `512MB`, `1GiB`, in steps of 1024; undefined: it is no size. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = /^(\d+(?:\.\d+)?)\s*(?:([KMGT]?)(?:iB|B)?)?$/i.exec(text) ?? []
  const bytes = Math.round(Number(count) * (units.get(unit?.toUpperCase() || 'B') ?? Number.NaN))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** Bytes, as Prometheus writes sizes: `512MB`, in steps of 1024. */
function size(options: {
  readonly name: string
  readonly default: number
  readonly help: string
}): Setting<number> {
  return {
    ...options,
    parse(raw) {
      const bytes = parseSize(String(raw))
      if (bytes !== undefined) return bytes
      throw new Error(`expected a size such as 512MB, found "${String(raw)}"`)
    },
    show: sizeText,
  }
}

export function sizeText(bytes: number): string {
  const [letter = 'B', unit = 1] =
    [...units].reverse().find(([, least]) => bytes >= least && bytes % least === 0) ?? []
  return letter === 'B' ? `${bytes}B` : `${bytes / unit}${letter}B`
}

export const promqlSettings = {
  retentionMs: duration({
    name: 'storage.retention.time',
    // A day, which is how far most rules look back, and what they wait for besides.
    default: '26h',
    help: 'How long samples stay in memory.',
  }),
  sizeMaxBytes: size({
    name: 'storage.retention.size',
    // A day of 14,000 series every 15 s, or three hours of 100,000 within 512 MiB in all.
    default: 192 * 1024 ** 2,
    help: 'Bytes that samples may take in memory, labels not counted; the oldest go first. 0: any.',
  }),
  seriesMax: whole({
    name: 'storage.series-max',
    default: 200_000,
    least: 1,
    help: 'Series in memory; a sample of one more is refused and counted.',
  }),
  scrapeConfigFile: optionalText({
    name: 'scrape.config-file',
    help: "What else is read, as Prometheus's own configuration says it: global and scrape_configs.",
  }),
  scrapeIntervalMs: duration({
    name: 'scrape.interval',
    default: '15s',
    help: 'How often each target is read.',
  }),
  scrapeSampleLimit: whole({
    name: 'scrape.sample-limit',
    default: 200_000,
    least: 1,
    help: 'Samples that one target may expose; with more it counts as down.',
  }),
  writeBodyBytesMax: size({
    name: 'web.remote-write-size-max',
    default: 64 * 1024 ** 2,
    help: 'Bytes that one remote_write request may hold, unpacked.',
  }),
  scrapeTimeoutMs: duration({
    name: 'scrape.timeout',
    default: '10s',
    help: 'How long a target may take to answer before it counts as down.',
  }),
  dialect: choice({
    name: 'query.dialect',
    default: '2.42',
    of: versions,
    help: 'Whose answers queries and rules get, where versions of Prometheus differ.',
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
  queryTimeoutMs: duration({
    name: 'query.timeout',
    default: '10s',
    help: 'How long a query may take; while one is evaluated, all else waits.',
  }),
  samplesMax: whole({
    name: 'query.max-samples',
    default: 50_000_000,
    least: 1,
    help: 'Samples and intermediate values that one query may touch.',
  }),
}

export type PromqlSettings = Values<typeof promqlSettings>
