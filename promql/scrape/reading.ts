/** A target that is read again and again: its scrape, its beat and its loop. */
import type { Log } from '#lib/log'
import { createLoop } from '#lib/loop'
import type { Metrics } from '#lib/metrics'
import { startBeat } from './beat.ts'
import { createScrape, type Scrape, type ScrapeOptions, type ScrapeWorld } from './scrape.ts'

export interface ReadingWorld extends ScrapeWorld {
  readonly log: Log
  readonly metrics: Metrics
}

export interface Reading extends Pick<Scrape, 'status' | 'forbid'> {
  /** Waits for the scrape under way. With `ends` its series end: nobody else reads the target. */
  close(options: { readonly ends: boolean }): Promise<void>
}

/** The first scrape is at `firstMs`; absent: now. */
export function startReading(
  options: ScrapeOptions & { readonly firstMs?: number },
  world: ReadingWorld,
): Reading {
  const { clock } = world
  const { intervalMs: everyMs, pool, firstMs } = options
  const scrape = createScrape(options, world)
  const loop = createLoop(
    // The beat wakes it; on its own it would only begin when that was missed.
    {
      name: `scrape ${pool}`,
      everyMs: 2 * everyMs,
      pass: (signal) => scrape.run(beat.dueMs(), signal),
    },
    world,
  )
  const beat = startBeat({ clock, everyMs, firstMs: firstMs ?? clock.nowMs() + everyMs }, loop.wake)
  if (firstMs === undefined) loop.start()
  return {
    status: scrape.status,
    forbid: scrape.forbid,
    async close({ ends }) {
      beat.stop()
      await loop.close()
      if (ends) scrape.end()
    },
  }
}
