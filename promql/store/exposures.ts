/**
 * What each target exposed the last time: what comes next is mostly the series that came next then,
 * and what does not come at all is over.
 */
import type { Sample } from '#api/sample'
import { nameLabel } from '../label-set.ts'
import type { Series } from './series.ts'
import type { Target } from './target-labels.ts'

export interface Exposures {
  /** Begins the next exposition of a target. */
  begin(target: Target): Exposition
  /** Forgets targets of which nothing is left. */
  sweep(): void
}

export interface Exposition {
  /** The series of a sample; what does not come where it came before is looked up. */
  seriesOf(sample: Sample, lookUp: () => Series | undefined): Series | undefined
  /** What was exposed the time before, and neither now nor since by another target. */
  end(): Series[]
}

interface Exposed {
  readonly series: readonly Series[]
  /** The number of that exposition, which all its series bear until another one takes them. */
  readonly number: number
}

const nothing: Exposed = { series: [], number: -1 }

export function createExposures(): Exposures {
  const targets = new Map<string, Exposed>()
  let lastNumber = 0
  return {
    begin(target) {
      const before = targets.get(target.name) ?? nothing
      const number = ++lastNumber
      const series: Series[] = []
      const { seriesOf, gone } = exposition(target, before, { series, number })
      return {
        seriesOf,
        end() {
          if (series.length === 0) targets.delete(target.name)
          else targets.set(target.name, { series, number })
          return gone()
        },
      }
    },
    sweep() {
      for (const [target, { series }] of targets)
        if (series.every(({ isReleased }) => isReleased)) targets.delete(target)
    },
  }
}

function exposition(
  target: Target,
  before: Exposed,
  now: { readonly series: Series[]; readonly number: number },
) {
  const names = Object.keys(target.labels ?? {})
  let next = 0
  return {
    seriesOf(sample: Sample, lookUp: () => Series | undefined): Series | undefined {
      const expected = before.series[next]
      const isExpected =
        expected !== undefined && !expected.isReleased && isOf(expected, sample, names)
      const series = isExpected ? expected : lookUp()
      if (series === undefined || series.exposition === now.number) return series
      if (series.exposition === before.number) next = series.place + 1
      series.exposition = now.number
      series.place = now.series.length
      now.series.push(series)
      return series
    },
    gone: () =>
      before.series.filter(
        ({ exposition: last, isReleased }) => last === before.number && !isReleased,
      ),
  }
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
