/** One target, scrape for scrape: reads it, takes in what it exposes, and says how that went. */
import type { Clock } from '#lib/clock'
import { messageOf, ZstoneError } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import { within } from '#lib/timeout'
import { labelSet, nameLabel } from '../label-set.ts'
import type { MetadataBook, NamedMetadata } from '../store/metadata.ts'
import type { Samples } from '../store/samples.ts'
import { type Counts, noCounts, type Source } from './source.ts'

export interface ScrapeWorld {
  readonly clock: Clock
  readonly log: Log
  readonly samples: Pick<Samples, 'seriesOf' | 'feed'>
  readonly metadata?: MetadataBook | undefined
}

export interface ScrapeOptions {
  /** What it is called in the log, and among those that are read. */
  readonly pool: string
  readonly source: Source
  /** Those that its samples get. */
  readonly labels: Labels
  /** What was known of it before relabelling. */
  readonly discovered: Labels
  readonly address: string
  readonly honorLabels: boolean
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Whether series whose samples have times of their own can end, too. */
  readonly endsTimed: boolean
}

export interface TargetStatus extends Omit<ScrapeOptions, 'source' | 'endsTimed'> {
  metadata(): Iterable<NamedMetadata>
  /** Undefined: it was not read yet. */
  readonly last: LastScrape | undefined
}

interface LastScrape {
  readonly atMs: number
  readonly tookMs: number
  readonly error: string | undefined
}

export interface Scrape {
  /** Samples without a time of their own are of `atMs`. */
  run(atMs: number, signal: AbortSignal): Promise<void>
  /** From now on it is not read, and this is why; undefined: it is. */
  forbid(reason: string | undefined): void
  status(): TargetStatus
  /** Nobody reads it any more: all its series end. */
  end(): void
}

export function createScrape(options: ScrapeOptions, world: ScrapeWorld): Scrape {
  const { source, labels, endsTimed, ...said } = options
  const { clock, log, samples, metadata } = world
  let last: LastScrape | undefined
  let forbidden: string | undefined

  const read = async (signal: AbortSignal): Promise<Outcome> => {
    try {
      if (forbidden !== undefined) throw new Error(forbidden)
      await readWithin(options, clock, signal)
      return { counts: source.counts(), error: undefined }
    } catch (error) {
      source.feed.clear()
      const isOfContent = error instanceof ZstoneError && contentFaults.has(error.code)
      return { counts: isOfContent ? source.counts() : noCounts, error: messageOf(error) }
    }
  }
  const append = (report: Report, atMs: number) => {
    for (const [name, value] of Object.entries(report)) {
      const series = samples.seriesOf(labelSet([...Object.entries(labels), [nameLabel, name]]))
      if (series === undefined) source.feed.refuse()
      else source.feed.rows.add(series, value)
    }
    const { refused } = source.feed.take(atMs, { endsTimed })
    if (Object.keys(refused).length > 0)
      log.warn({ target: said.pool, refused }, 'Samples were refused')
  }
  return {
    async run(atMs, signal) {
      const startedMs = clock.monotonicMs()
      const { counts, error } = await read(signal)
      if (signal.aborted) return
      const tookMs = clock.monotonicMs() - startedMs
      append(reportOf(counts, tookMs, error), atMs)
      sayChange(log, options, { before: last, error })
      last = { atMs, tookMs, error }
      if (error === undefined) for (const family of source.takeNews()) metadata?.add(family)
    },
    forbid(reason) {
      forbidden = reason
    },
    status: () => ({ ...said, labels, last, metadata: () => source.metadata() }),
    end() {
      source.feed.clear()
      source.feed.take(clock.nowMs())
      source.close()
    },
  }
}

interface Outcome {
  readonly counts: Counts
  readonly error: string | undefined
}

/** What a target exposed is wrong, so that it is worth a word how much that was. */
const contentFaults = new Set(['PROMQL_EXPOSITION_INVALID', 'PROMQL_SCRAPE_REFUSED'])

type Report = Readonly<Record<string, number>>

/** These never vanish: a target that cannot be read keeps them, and all its other series end. */
function reportOf(counts: Counts, tookMs: number, error: string | undefined): Report {
  return {
    up: error === undefined ? 1 : 0,
    scrape_duration_seconds: tookMs / 1000,
    scrape_samples_scraped: counts.scraped,
    scrape_samples_post_metric_relabeling: counts.kept,
    scrape_series_added: counts.added,
  }
}

async function readWithin(
  { source, pool, timeoutMs }: ScrapeOptions,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  const settled = new AbortController()
  const patience = { clock, afterMs: timeoutMs, what: `scrape target "${pool}"` }
  try {
    await within(patience, source.read(AbortSignal.any([closing, settled.signal])))
  } finally {
    settled.abort()
  }
}

function sayChange(
  log: Log,
  { pool, address }: ScrapeOptions,
  {
    before,
    error,
  }: { readonly before: LastScrape | undefined; readonly error: string | undefined },
): void {
  const target = { target: pool, ...(address === '' ? {} : { address }) }
  const wasUp = before === undefined || before.error === undefined
  if (error !== undefined && wasUp) log.warn({ ...target, error }, 'Target is down')
  if (error === undefined && !wasUp) log.info(target, 'Target is up again')
}
