/**
 * Reads every target at its interval: those of this process, and those that a configuration file
 * names. The file, and the files of targets that it names, count as soon as they change.
 */
import { formatDuration } from '#lib/duration'
import { type Fresh, openFresh } from '#lib/fresh'
import { createLoop, type Loop } from '#lib/loop'
import { labelSet } from './label-set.ts'
import { readScrapeFile, type ScrapeFile } from './scrape/configuration/scrape-file.ts'
import type { DroppedTargets } from './scrape/discovery/find-targets.ts'
import { ownSource, type ScrapeTarget } from './scrape/own-target.ts'
import { createPool, type Pool, type PoolWorld } from './scrape/pool.ts'
import { type Reading, startReading } from './scrape/reading.ts'
import type { TargetStatus } from './scrape/scrape.ts'

export interface ScraperOptions extends PoolWorld {
  /** Where a job or a target says nothing else. */
  readonly intervalMs: number
  readonly timeoutMs: number
}

export interface Scraper {
  /** Begins to read these targets, besides those that it reads already. */
  start(targets: readonly ScrapeTarget[]): void
  /** Begins to read what the file names. Throws PROMQL_SCRAPE_CONFIG_INVALID. */
  follow(file: string): Promise<void>
  targets(): readonly TargetStatus[]
  dropped(): ReadonlyMap<string, DroppedTargets>
  /** The file that is followed, as it stands. */
  configText(): string | undefined
  close(): Promise<void>
}

/** How soon a changed file counts. */
const lookEveryMs = 5_000

export function createScraper(options: ScraperOptions): Scraper {
  const { clock, log, metrics, samples, sampleMax, intervalMs, timeoutMs } = options
  const own: Reading[] = []
  const jobs = createJobs(options)
  let fresh: Fresh<ScrapeFile> | undefined
  let loop: Loop | undefined
  return {
    start(targets) {
      for (const target of targets) {
        const { name, honorLabels = false, url = '' } = target
        const labels = labelSet([
          ['job', name],
          ['instance', name],
          ...Object.entries(target.labels ?? {}),
        ])
        const source = ownSource({ ...target, labels }, { samples, sampleMax })
        const discovered = labelSet([
          ...Object.entries(labels),
          ['__scrape_interval__', formatDuration(intervalMs)],
          ['__scrape_timeout__', formatDuration(timeoutMs)],
        ])
        const said = { labels, discovered, address: url, honorLabels, endsTimed: false }
        own.push(startReading({ pool: name, source, ...said, intervalMs, timeoutMs }, options))
      }
    },
    async follow(file) {
      const opened = openFresh(() => readScrapeFile(file, { intervalMs, timeoutMs }), {
        clock,
        log,
      })
      fresh = opened
      const pass = async () => jobs.apply(opened.current())
      await pass()
      loop = createLoop(
        { name: 'find targets', everyMs: lookEveryMs, pass },
        { clock, log, metrics },
      )
      loop.start()
    },
    targets: () => [...own.map((reading) => reading.status()), ...jobs.targets()],
    dropped: () => jobs.dropped(),
    configText: () => fresh?.current().text,
    async close() {
      await loop?.close()
      await Promise.all(own.splice(0).map((reading) => reading.close({ ends: false })))
      await jobs.close()
    },
  }
}

interface Jobs extends Pick<Scraper, 'targets' | 'dropped'> {
  apply(file: ScrapeFile): Promise<void>
  close(): Promise<void>
}

function createJobs(world: PoolWorld): Jobs {
  const { log, metrics } = world
  const count = metrics.gauge('zstone_promql_scrape_targets', 'Targets that are read over HTTP.')
  const invalid = metrics.gauge(
    'zstone_promql_scrape_targets_invalid',
    'Targets that are named, but not in a way that they can be read.',
  )
  const pools = new Map<string, Pool>()
  let applied: ScrapeFile | undefined

  const replace = async (file: ScrapeFile) => {
    if (file.unused.length > 0)
      log.warn({ sections: file.unused }, 'Parts of the scrape configuration have no effect here')
    const before = new Map(pools)
    pools.clear()
    for (const job of file.jobs) {
      const old = before.get(job.name)
      const isSame =
        old !== undefined && JSON.stringify(shownJob(old.job)) === JSON.stringify(shownJob(job))
      if (isSame) before.delete(job.name)
      pools.set(job.name, isSame ? old : createPool(job, world))
    }
    for (const pool of pools.values()) await pool.look()
    for (const [name, old] of before) await old.close((key) => pools.get(name)?.has(key) === true)
  }
  return {
    async apply(file) {
      if (file !== applied) await replace(file)
      else for (const pool of pools.values()) await pool.look()
      applied = file
      const all = [...pools.values()]
      count.set(all.reduce((sum, pool) => sum + pool.targets().length, 0))
      invalid.set(all.reduce((sum, pool) => sum + pool.invalidCount, 0))
    },
    targets: () => [...pools.values()].flatMap((pool) => pool.targets()),
    dropped: () => new Map([...pools].map(([name, pool]) => [name, pool.dropped()])),
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.close(() => true)))
      pools.clear()
    },
  }
}

/** A map has no text of its own. */
const shownJob = (job: Pool['job']) => ({ ...job, params: [...job.params] })
