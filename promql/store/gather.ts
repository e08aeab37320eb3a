/**
 * Finds the series of samples that a target within this process gives: what comes next is mostly
 * the series that came next the last time.
 */
import type { Sample, ScrapedSample } from '#api/sample'
import { nameLabel } from '../label-set.ts'
import type { Catalogue } from './catalogue.ts'
import type { Feed } from './feed.ts'
import type { Series } from './series.ts'
import { labelsOf, type Target } from './target-labels.ts'

export interface Gathered {
  readonly target: Target
  readonly samples: Iterable<ScrapedSample>
  readonly catalogue: Pick<Catalogue, 'seriesOf'>
}

/** Adds the samples to the rows of the feed; says how many are of series that came not before. */
export function gather(feed: Feed, { target, samples, catalogue }: Gathered): number {
  const { rows, exposure } = feed
  const names = Object.keys(target.labels ?? {})
  let next = 0
  let added = 0
  for (const sample of samples) {
    const expected = exposure.lastAt(next)
    const isIt = expected !== undefined && !expected.isReleased && isOf(expected, sample, names)
    const series = isIt ? expected : catalogue.seriesOf(labelsOf(target, sample))
    if (series === undefined) {
      feed.refuse()
      continue
    }
    const place = exposure.placeOf(series)
    if (place === undefined) added++
    else next = place + 1
    if (sample.origin !== undefined) rows.origins[rows.count] = sample.origin
    rows.add(series, sample.value)
  }
  return added
}

/**
 * Whether a series of the target is that of the sample. It is told by their labels and how many
 * there are; a sample whose labels were changed on the way is looked up.
 */
function isOf({ labels, labelCount }: Series, sample: Sample, names: readonly string[]): boolean {
  if (labels[nameLabel] !== sample.name) return false
  let count = 1
  for (const name in sample.labels) {
    if (labels[name] !== sample.labels[name]) return false
    count++
  }
  for (const name of names) if (sample.labels[name] === undefined) count++
  return count === labelCount
}
