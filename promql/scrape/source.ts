/** What a scrape reads, whether it is in this process or far away. */
import type { Feed } from '../store/feed.ts'
import type { NamedMetadata } from '../store/metadata.ts'

export interface Source {
  /** Where samples go. */
  readonly feed: Feed
  /** Fills the rows of the feed with what is exposed now; not once `signal` has aborted. */
  read(signal: AbortSignal): Promise<void>
  /** What was read, also where reading failed half-way because of what stood there. */
  counts(): Counts
  /** What is known of the families of the last samples. */
  metadata(): Iterable<NamedMetadata>
  /** Of these the ones that something new was said of since somebody asked. */
  takeNews(): Iterable<NamedMetadata>
  close(): void
}

/** How many samples there were, and what became of them. */
export interface Counts {
  readonly scraped: number
  /** Were left by relabelling. */
  readonly kept: number
  /** Are of series that were not there before. */
  readonly added: number
}

export const noCounts: Counts = Object.freeze({ scraped: 0, kept: 0, added: 0 })
