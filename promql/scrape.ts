/** Reads every target at its interval, and says of each whether it could be read. */
import type { ScrapedSample } from '#api/sample'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { createLoop, type Loop } from '#lib/loop'
import type { Metrics } from '#lib/metrics'
import { within } from '#lib/timeout'
import { labelSet } from './label-set.ts'
import type { Samples, Target } from './store/samples.ts'

/** Anything that can be asked for its samples; `job` and `instance` default to its name. */
export interface ScrapeTarget extends Target {
  /** Should stop early once `signal` aborts: what it gives later is thrown away. */
  read(signal: AbortSignal): Promise<Iterable<ScrapedSample>>
}

export interface ScraperOptions {
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly samples: Pick<Samples, 'append'>
  readonly intervalMs: number
  readonly timeoutMs: number
}

export interface Scraper {
  /** Begins to read these targets, besides those that it reads already. */
  start(targets: readonly ScrapeTarget[]): void
  close(): Promise<void>
}

export function createScraper(options: ScraperOptions): Scraper {
  const { clock, log, metrics, intervalMs } = options
  const loops: Loop[] = []
  return {
    start(targets) {
      for (const target of targets) {
        const scrape = scrapeOf(target, options)
        const name = `scrape ${target.name}`
        const loop = createLoop(
          { name, everyMs: intervalMs, pass: scrape },
          { clock, log, metrics },
        )
        loops.push(loop)
        loop.start()
      }
    },
    async close() {
      await Promise.all(loops.splice(0).map((loop) => loop.close()))
    },
  }
}

type Outcome = { readonly samples: readonly ScrapedSample[]; readonly error?: unknown }

function scrapeOf(target: ScrapeTarget, options: ScraperOptions) {
  const { clock, log, samples } = options
  const labels = labelSet([
    ['job', target.name],
    ['instance', target.name],
    ...Object.entries(target.labels ?? {}),
  ])
  const whole = { ...target, labels }
  let wasUp = true
  return async (signal: AbortSignal) => {
    const atMs = clock.nowMs()
    const startedMs = clock.monotonicMs()
    const outcome = await readWithin(target, options, signal)
    if (signal.aborted) return
    const seconds = (clock.monotonicMs() - startedMs) / 1000
    const { refused } = samples.append(
      whole,
      [...outcome.samples, ...report(outcome, seconds)],
      atMs,
    )
    const isUp = outcome.error === undefined
    if (!isUp && wasUp)
      log.warn({ target: target.name, error: messageOf(outcome.error) }, 'Target is down')
    if (isUp && !wasUp) log.info({ target: target.name }, 'Target is up again')
    if (Object.values(refused).some((count) => count > 0))
      log.warn({ target: target.name, refused }, 'Samples were refused')
    wasUp = isUp
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
  { clock, timeoutMs }: ScraperOptions,
  closing: AbortSignal,
): Promise<Outcome> {
  const settled = new AbortController()
  const patience = { clock, afterMs: timeoutMs, what: `scrape target "${target.name}"` }
  try {
    const reading = target.read(AbortSignal.any([closing, settled.signal]))
    return { samples: [...(await within(patience, reading))] }
  } catch (error) {
    return { samples: [], error }
  } finally {
    settled.abort()
  }
}
