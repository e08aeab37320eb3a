/** A target within this process: it is asked, not fetched. */
import { fault } from '#api/errors'
import type { ScrapedSample } from '#api/sample'
import { gather } from '../store/gather.ts'
import type { NamedMetadata } from '../store/metadata.ts'
import type { Samples, Target } from '../store/samples.ts'
import { noCounts, type Source } from './source.ts'

/** Anything that can be asked for its samples; `job` and `instance` default to its name. */
export interface ScrapeTarget extends Target {
  /** Where people would look at the same, if anywhere. */
  readonly url?: string
  /** Should stop early once `signal` aborts: what it gives later is thrown away. */
  read(signal: AbortSignal): Promise<Iterable<ScrapedSample>>
  /** What is known of the families of its last samples. */
  metadata?(): Iterable<NamedMetadata>
}

export interface OwnSourceOptions {
  readonly samples: Pick<Samples, 'feed' | 'seriesOf'>
  readonly sampleMax: number
}

export function ownSource(target: ScrapeTarget, { samples, sampleMax }: OwnSourceOptions): Source {
  const feed = samples.feed()
  const metadata = () => target.metadata?.() ?? []
  let counts = noCounts
  return {
    feed,
    async read(signal) {
      feed.clear()
      counts = noCounts
      const read = [...(await target.read(signal))]
      signal.throwIfAborted()
      const { length } = read
      counts = { scraped: length, kept: length, added: 0 }
      if (length > sampleMax)
        throw fault('PROMQL_SCRAPE_REFUSED', { reason: 'sample limit exceeded' })
      counts = { ...counts, added: gather(feed, { target, samples: read, catalogue: samples }) }
    },
    counts: () => counts,
    metadata,
    takeNews: metadata,
    close() {},
  }
}
