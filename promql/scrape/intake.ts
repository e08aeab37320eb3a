/** Reads the expositions of one target, and takes each in as a whole or not at all. */
import { fault } from '#api/errors'
import type { Labels } from '#lib/labels'
import type { Feed } from '../store/feed.ts'
import type { NamedMetadata } from '../store/metadata.ts'
import type { Samples } from '../store/samples.ts'
import { Series } from '../store/series.ts'
import { evenBounds } from './exposition/even-bounds.ts'
import { type Known, LineBook } from './exposition/line-book.ts'
import { type Book, ExpositionReader, type Listener } from './exposition/reader.ts'
import type { Pairs } from './exposition/series-text.ts'
import type { Exposition } from './http/fetch-exposition.ts'
import type { SampleLabels } from './sample-labels.ts'
import type { Counts } from './source.ts'

export interface IntakeOptions {
  readonly samples: Pick<Samples, 'feed' | 'seriesOf'>
  readonly labelsOf: SampleLabels
  /** Samples in one exposition. */
  readonly sampleMax: number
  readonly honorsTimes: boolean
  readonly evensBounds: boolean
}

/** What a line stands for: its series, labels for which there was no room, or nothing at all. */
type Meaning = Series | Labels | undefined

/** Whoever exposes more families tells us no more of them. */
const familiesMax = 20_000

export class Intake {
  readonly feed: Feed
  readonly #options: IntakeOptions
  readonly #book: Book<Meaning> = new LineBook()
  readonly #families = new Map<string, NamedMetadata>()
  /** Of which something was said that was not known. */
  #told = new Set<string>()
  #counts = { scraped: 0, kept: 0, added: 0 }

  constructor(options: IntakeOptions) {
    this.#options = options
    this.feed = options.samples.feed()
  }

  get families(): Iterable<NamedMetadata> {
    return this.#families.values()
  }

  /** How far reading came. */
  get counts(): Counts {
    return this.#counts
  }

  /** Fills the rows of the feed. Throws PROMQL_EXPOSITION_INVALID, PROMQL_SCRAPE_REFUSED. */
  async read({ format, pieces }: Exposition, signal: AbortSignal): Promise<void> {
    const reader = new ExpositionReader(this.#book, format, this.#listener)
    for await (const piece of pieces) {
      signal.throwIfAborted()
      reader.write(piece)
    }
    reader.end()
    if (this.#counts.kept > this.#options.sampleMax)
      throw fault('PROMQL_SCRAPE_REFUSED', { reason: 'sample limit exceeded' })
  }

  /** Forgets what was read last. */
  forget(): void {
    this.feed.clear()
    this.#counts = { scraped: 0, kept: 0, added: 0 }
  }

  /** The families that something new was said of since somebody asked. */
  takeNews(): NamedMetadata[] {
    const news = [...this.#told].map((name) => this.#families.get(name))
    this.#told = new Set()
    return news.filter((family) => family !== undefined)
  }

  readonly #listener: Listener<Meaning> = {
    named: (pairs, type) => {
      const { evensBounds } = this.#options
      const labels = this.#labelsOf(evensBounds ? evenBounds(pairs, type) : pairs)
      if (labels === undefined) return undefined
      this.#counts.added++
      return this.#options.samples.seriesOf(labels) ?? labels
    },
    sample: (of, value, atMs) => {
      const counts = this.#counts
      counts.scraped++
      if (of.what === undefined || ++counts.kept > this.#options.sampleMax) return
      const series = this.#seriesOf(of, of.what)
      if (series === undefined) this.feed.refuse()
      else this.feed.rows.add(series, value, this.#options.honorsTimes ? atMs : undefined)
    },
    family: ({ name, fact, text }) => {
      const known = this.#families.get(name)
      if (known === undefined && this.#families.size >= familiesMax) return
      const said = fact === 'type' && text === 'untyped' ? 'unknown' : text
      this.#families.set(name, { ...unknown, ...known, name, [fact]: said })
      this.#told.add(name)
    },
  }

  /** A sample that is refused was scraped all the same. */
  #labelsOf(pairs: Pairs): Labels | undefined {
    try {
      return this.#options.labelsOf(pairs)
    } catch (error) {
      this.#counts.scraped++
      throw error
    }
  }

  /** One that was forgotten is made again; one that there was no room for may have room now. */
  #seriesOf(of: Known<Meaning>, meant: Series | Labels): Series | undefined {
    if (meant instanceof Series && !meant.isReleased) return meant
    const found = this.#options.samples.seriesOf(meant instanceof Series ? meant.labels : meant)
    if (found !== undefined) of.what = found
    return found
  }
}

const unknown = { type: 'unknown', help: '', unit: '' }
