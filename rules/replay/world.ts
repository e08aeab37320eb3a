/** What a replay needs from around it: a history of samples, and an evaluator of its own. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Element } from '../world.ts'
import type { Grid } from './grid.ts'
import type { ReadNode } from './reading.ts'

/** Asks one path of a Prometheus HTTP API. Rejects where there is no answer. */
export type Ask = (path: string, parameters: URLSearchParams) => Promise<Answer>

export type Answer =
  | { readonly kind: 'data'; readonly data: unknown }
  /** Too much at once: less of it may be answered. */
  | { readonly kind: 'too much'; readonly reason: string }
  /** It cannot be evaluated at one of the times; at others it may. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** At no time. */
  | { readonly kind: 'invalid'; readonly reason: string }

/** The history of some server. */
export interface SampleSource {
  /** For people. */
  readonly name: string
  /** All of the grid, part after part, in the order of time. Rejects where nobody answers. */
  range(expr: string, grid: Grid): AsyncIterable<Part>
  instant(expr: string, atMs: number): Promise<readonly Element[]>
}

/** What an expression gave at the times of a grid, or why it gave nothing. */
export type Part =
  | { readonly grid: Grid; readonly curves: readonly Curve[] }
  | { readonly grid: Grid; readonly reason: string }

/** Values in the order of time, at times of the grid. */
export interface Curve {
  readonly labels: Labels
  readonly points: readonly Point[]
}

export type Point = readonly [atMs: number, value: number]

/** Evaluates PromQL here, over series that the replay has made. */
export interface Evaluator {
  /** Throws a sentence where the text is no PromQL. */
  parse(expr: string): ReadNode
  /** The one way in which an expression is written. */
  format(expr: string): string
  /** Throws where it cannot be evaluated. */
  range(expr: string, grid: Grid, series: SeriesLookUp): readonly Curve[]
}

export type SeriesLookUp = (matchers: readonly Matcher[]) => readonly LookedUp[]

/** One series as an evaluator looks at it. */
export interface LookedUp {
  readonly labels: Labels
  /** The newest sample from `oldestMs` to `atMs`, both included; none where the series is over. */
  at(atMs: number, oldestMs: number): Point | undefined
  /** The samples from `fromMs` to `toMs`, both included; undefined: there are none. */
  window(fromMs: number, toMs: number): Columns | undefined
}

/** Samples `from` up to, not including, `to`. */
export interface Columns {
  readonly times: Float64Array
  readonly values: Float64Array
  readonly from: number
  readonly to: number
}
