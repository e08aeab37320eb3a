/** Reads every target at its interval, and says of each whether it could be read. */
import type { ScrapedSample } from '#api/sample'
import type { Clock, Timer } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import { createLoop, type Loop } from '#lib/loop'
import type { Metrics } from '#lib/metrics'
import { within } from '#lib/timeout'
import { labelSet } from './label-set.ts'
import type { MetadataBook, NamedMetadata } from './store/metadata.ts'
import type { Samples, Target } from './store/samples.ts'

/** Anything that can be asked for its samples; `job` and `instance` default to its name. */
export interface ScrapeTarget extends Target {
  /** Where people would look at the same, if anywhere. */
  readonly url?: string
  /** Should stop early once `signal` aborts: what it gives later is thrown away. */
  read(signal: AbortSignal): Promise<Iterable<ScrapedSample>>
  /** What is known of the families of its last samples. */
  metadata?(): Iterable<NamedMetadata>
}

export interface ScraperOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly samples: Pick<Samples, 'append'>
  readonly metadata?: MetadataBook
  readonly intervalMs: number
  readonly timeoutMs: number
  /** A target that exposes more counts as down; absent: only the series limit counts. */
  readonly sampleLimit?: number
}

export interface Scraper {
  /** Begins to read these targets, besides those that it reads already. */
  start(targets: readonly ScrapeTarget[]): void
  targets(): readonly TargetStatus[]
  close(): Promise<void>
}

export interface TargetStatus {
  readonly target: ScrapeTarget
  /** Those that its samples get. */
  readonly labels: Labels
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Undefined: it was not read yet. */
  readonly last:
    | { readonly atMs: number; readonly tookMs: number; readonly error: string | undefined }
    | undefined
}

export function createScraper(options: ScraperOptions): Scraper {
  const { clock, log, metrics, intervalMs } = options
  const running: { readonly scrape: Scrape; readonly loop: Loop; readonly beat: Beat }[] = []
  return {
    start(targets) {
      for (const target of targets) {
        const scrape = scrapeOf(target, options)
        const pass = { name: `scrape ${target.name}`, everyMs: 2 * intervalMs, pass: scrape.pass }
        const loop = createLoop(pass, { clock, log, metrics })
        loop.start()
        running.push({ scrape, loop, beat: startBeat(clock, intervalMs, loop.wake) })
      }
    },
    targets: () => running.map(({ scrape }) => scrape.status()),
    async close() {
      await Promise.all(
        running.splice(0).map(({ loop, beat }) => {
          beat.stop()
          return loop.close()
        }),
      )
    },
  }
}

interface Beat {
  stop(): void
}

/** A loop alone counts from the end of a pass: its samples would drift apart from one another. */
function startBeat(clock: Clock, everyMs: number, wake: () => void): Beat {
  const startMs = clock.nowMs()
  let timer: Timer
  const next = () => {
    const passedMs = Math.max(0, clock.nowMs() - startMs)
    timer = clock.after(everyMs - (passedMs % everyMs), () => {
      wake()
      next()
    })
  }
  next()
  return { stop: () => timer.cancel() }
}

interface Outcome {
  readonly samples: readonly ScrapedSample[]
  readonly error?: unknown
}

interface Scrape {
  pass(signal: AbortSignal): Promise<void>
  status(): TargetStatus
}

function scrapeOf(target: ScrapeTarget, options: ScraperOptions): Scrape {
  const { clock, log, samples, metadata, intervalMs, timeoutMs } = options
  const labels = labelSet([
    ['job', target.name],
    ['instance', target.name],
    ...Object.entries(target.labels ?? {}),
  ])
  const whole = { ...target, labels }
  let last: TargetStatus['last']
  const sayChange = (error: string | undefined) => {
    const wasUp = last === undefined || last.error === undefined
    if (error !== undefined && wasUp) log.warn({ target: target.name, error }, 'Target is down')
    if (error === undefined && !wasUp) log.info({ target: target.name }, 'Target is up again')
  }
  return {
    status: () => ({ target, labels, intervalMs, timeoutMs, last }),
    async pass(signal) {
      const atMs = clock.nowMs()
      const startedMs = clock.monotonicMs()
      const outcome = await readWithin(target, options, signal)
      if (signal.aborted) return
      const tookMs = clock.monotonicMs() - startedMs
      const all = [...outcome.samples, ...report(outcome, tookMs / 1000)]
      const { refused } = samples.append(whole, all, atMs)
      const error = outcome.error === undefined ? undefined : messageOf(outcome.error)
      sayChange(error)
      if (Object.values(refused).some((count) => count > 0))
        log.warn({ target: target.name, refused }, 'Samples were refused')
      last = { atMs, tookMs, error }
      if (error === undefined) for (const family of target.metadata?.() ?? []) metadata?.add(family)
    },
  }
}

/** These never vanish: a target that cannot be read keeps them, and all its other series end. */
function report({ samples, error }: Outcome, seconds: number): ScrapedSample[] {
  const gauge = (name: string, value: number) => ({ name, labels: {}, value })
  return [
    gauge('up', error === undefined ? 1 : 0),
    gauge('scrape_duration_seconds', seconds),
    gauge('scrape_samples_scraped', samples.length),
  ]
}

async function readWithin(
  target: ScrapeTarget,
  { clock, timeoutMs, sampleLimit = Number.POSITIVE_INFINITY }: ScraperOptions,
  closing: AbortSignal,
): Promise<Outcome> {
  const settled = new AbortController()
  const patience = { clock, afterMs: timeoutMs, what: `scrape target "${target.name}"` }
  try {
    const reading = target.read(AbortSignal.any([closing, settled.signal]))
    const samples = [...(await within(patience, reading))]
    if (samples.length <= sampleLimit) return { samples }
    const error = new Error(`it exposes ${samples.length} samples, and ${sampleLimit} are allowed`)
    return { samples: [], error }
  } catch (error) {
    return { samples: [], error }
  } finally {
    settled.abort()
  }
}
