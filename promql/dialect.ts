/** Where Prometheus 2.42 and Prometheus 3 answer differently: a query speaks one of the two. */
import { type Binary, isArithmetic } from './expression.ts'
import { type Element, nameless, refuseTwins, unnamedLater } from './values.ts'

export interface Dialect {
  readonly version: '2.42' | '3'
  /** Quoted names, numbers for durations and the other way round, reckoning with durations. */
  readonly newerSyntax: boolean
  /** A sample at the left bound of a range is in it; one as old as the lookback still counts. */
  readonly leftBoundBelongs: boolean
  /** A counter is drawn back to zero at most as far as any series would be drawn out. */
  readonly zeroCutsLast: boolean
  /** Whether `atan2` leaves the name of a metric as it is. */
  readonly atan2KeepsName: boolean
  isLabelName(text: string): boolean
  /** The element with the value of another quantity, which its name does not fit. */
  renamed(element: Element, value: number): Element
  /** Throws where two elements that `renamed` made have the same labels. */
  refuseTwins(elements: readonly Element[]): void
}

export const prometheus2: Dialect = Object.freeze<Dialect>({
  version: '2.42',
  newerSyntax: false,
  leftBoundBelongs: true,
  zeroCutsLast: false,
  atan2KeepsName: true,
  isLabelName: (text) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text),
  renamed: nameless,
  refuseTwins,
})

/** Names go at the very end, so that `label_replace` and `by (__name__)` still see them. */
export const prometheus3: Dialect = Object.freeze<Dialect>({
  version: '3',
  newerSyntax: true,
  leftBoundBelongs: false,
  zeroCutsLast: true,
  atan2KeepsName: false,
  isLabelName: (text) => text !== '' && text.isWellFormed(),
  renamed: unnamedLater,
  refuseTwins: () => {},
})

/** Whether the result is another quantity than the operands, so that their name does not fit. */
export function changesQuantity({ operator, bool }: Binary, dialect: Dialect): boolean {
  return bool || (operator === 'atan2' ? !dialect.atan2KeepsName : isArithmetic(operator))
}
