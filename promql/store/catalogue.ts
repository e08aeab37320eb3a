/** All series in memory: by label set, and by what labels they have. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import { signatureOf } from '../label-set.ts'
import { createPostings } from './postings.ts'
import { type OriginNames, Series } from './series.ts'

export interface Catalogue {
  /** The series of these labels, made where there is none; undefined when there are too many. */
  seriesOf(labels: Labels): Series | undefined
  select(matchers: readonly Matcher[]): Series[]
  names(): string[]
  values(name: string): string[]
  /** Forgets older samples, and the series that are left with none. */
  dropBefore(expiredMs: number): void
  readonly size: number
}

export interface CatalogueOptions {
  readonly origins: OriginNames
  readonly seriesMax: number
}

export function createCatalogue({ origins, seriesMax }: CatalogueOptions): Catalogue {
  const postings = createPostings<Series>()
  const bySignature = new Map<string, Series>()
  return {
    seriesOf(labels) {
      const signature = signatureOf(labels)
      const known = bySignature.get(signature)
      if (known !== undefined) return known
      if (bySignature.size >= seriesMax) return undefined
      const series = new Series(labels, origins)
      bySignature.set(signature, series)
      postings.add(series)
      return series
    },
    select: postings.select,
    names: postings.names,
    values: postings.values,
    dropBefore(expiredMs) {
      for (const [signature, series] of bySignature) {
        series.dropBefore(expiredMs)
        if (series.sampleCount > 0) continue
        bySignature.delete(signature)
        postings.remove(series)
      }
    },
    get size() {
      return bySignature.size
    },
  }
}
