/** What the evaluator asks of a store of samples. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Element, Window } from './values.ts'

export interface SeriesSource {
  /** Every series that all matchers hold for. */
  select(matchers: readonly Matcher[]): readonly StoredSeries[]
  /**
   * Gives what `run` gives, which looks at windows of the store. With `isDone` of it nobody looks
   * at these any more: their room serves the next ones.
   */
  borrow?<T>(run: () => T, isDone: (result: T) => boolean): T
}

export interface StoredSeries {
  /** Canonical, as `label-set.ts` makes them. */
  readonly labels: Labels
  /** The newest sample from `oldestMs` to `atMs`, both included; none where a stale marker is. */
  at(atMs: number, oldestMs: number): Element | undefined
  /** The samples from `fromMs` to `toMs`, both included, without stale markers. */
  window(fromMs: number, toMs: number): Window | undefined
}
