/** Where versions of Prometheus answer differently: a query speaks one of them. */

import type { Labels } from '#lib/labels'
import { type Binary, isArithmetic } from './expression.ts'
import { withoutName, withoutQuantity } from './label-set.ts'
import { refuseTwins } from './twins.ts'
import { type Element, nameless, unnamedLater } from './values.ts'

export type Version = (typeof versions)[number]

/** From the oldest to the newest; 3 is the newest that there is. */
export const versions = ['2.42', '3.5', '3'] as const

/** Whether a version has what came with another. */
export function isFrom(since: Version, version: Version): boolean {
  return versions.indexOf(since) <= versions.indexOf(version)
}

export interface Dialect {
  readonly version: Version
  /** Quoted names, numbers for durations and the other way round, reckoning with durations. */
  readonly newerSyntax: boolean
  /** A sample at the left bound of a range is in it; one as old as the lookback still counts. */
  readonly leftBoundBelongs: boolean
  /** A counter is drawn back to zero at most as far as any series would be drawn out. */
  readonly zeroCutsLast: boolean
  /** Whether `atan2` leaves the name of a metric as it is. */
  readonly atan2KeepsName: boolean
  /** Sums keep what rounding loses; else those over time alone do, and means run. */
  readonly sumsKeepLost: boolean
  /** A bucket's count that is off the one below by rounding alone is that one. */
  readonly evensOutBuckets: boolean
  /** Whether numbers may lie infinitely far apart; else their deviation is no number. */
  readonly spreadMayBeInfinite: boolean
  /** Whether a value alone does not deviate even where it is no number. */
  readonly aloneIsNoSpread: boolean
  /** Whether a histogram of buckets has fractions; else only a native one has, of which none is. */
  readonly fractionsOfBuckets: boolean
  /** Whether topk and its like take any number below one. */
  readonly parameterMayBeSmall: boolean
  /** Whether it may be no number, where nothing is there to choose of. */
  readonly parameterOfNoneIsMoot: boolean
  /** Whether a pair that a comparison filters out counts where no second one may be. */
  readonly filteredPairsCount: boolean
  /** Whether it says that an order is lost over a range. */
  readonly warnsOfOrder: boolean
  isLabelName(text: string): boolean
  /** The labels of another quantity. */
  unnamed(labels: Labels): Labels
  /** The element with the value of another quantity, which its name does not fit. */
  renamed(element: Element, value: number): Element
  /** Throws where two elements that `renamed` made have the same labels. */
  refuseTwins(elements: readonly Element[]): void
  /** Whose series may not become one, though they stand at different steps of a range. */
  readonly keepsApart: ReadonlySet<'ranges' | 'signs' | 'labels' | 'results'>
}

export const prometheus2: Dialect = Object.freeze<Dialect>({
  version: '2.42',
  newerSyntax: false,
  leftBoundBelongs: true,
  zeroCutsLast: false,
  atan2KeepsName: true,
  sumsKeepLost: false,
  evensOutBuckets: false,
  spreadMayBeInfinite: false,
  aloneIsNoSpread: true,
  fractionsOfBuckets: false,
  parameterMayBeSmall: false,
  parameterOfNoneIsMoot: false,
  filteredPairsCount: false,
  warnsOfOrder: false,
  isLabelName: (text) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text),
  unnamed: withoutName,
  renamed: nameless,
  refuseTwins,
  keepsApart: new Set(['ranges', 'signs']),
})

/** Names go at the very end, so that `label_replace` and `by (__name__)` still see them. */
export const prometheus3: Dialect = Object.freeze<Dialect>({
  version: '3',
  newerSyntax: true,
  leftBoundBelongs: false,
  zeroCutsLast: true,
  atan2KeepsName: false,
  sumsKeepLost: true,
  evensOutBuckets: true,
  spreadMayBeInfinite: true,
  aloneIsNoSpread: false,
  fractionsOfBuckets: true,
  parameterMayBeSmall: true,
  parameterOfNoneIsMoot: false,
  filteredPairsCount: true,
  warnsOfOrder: true,
  isLabelName: (text) => text !== '' && text.isWellFormed(),
  unnamed: withoutQuantity,
  renamed: unnamedLater,
  refuseTwins: () => {},
  keepsApart: new Set(),
})

/** As Debian has it, with delayed removal of names and what else is still to be asked for. */
export const prometheus35: Dialect = Object.freeze<Dialect>({
  ...prometheus3,
  version: '3.5',
  parameterOfNoneIsMoot: true,
  filteredPairsCount: false,
  warnsOfOrder: false,
  keepsApart: new Set(['labels', 'results']),
})

/** Whether the result is another quantity than the operands, so that their name does not fit. */
export function changesQuantity({ operator, bool }: Binary, dialect: Dialect): boolean {
  return bool || (operator === 'atan2' ? !dialect.atan2KeepsName : isArithmetic(operator))
}
