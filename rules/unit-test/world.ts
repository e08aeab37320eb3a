/** What unit tests of rules need from around them. `bin` passes in whatever fits. */
import type { Labels } from '#lib/labels'
import type { CheckExpression } from '../rule-file.ts'
import type { Evaluate, RuleSamples } from '../world.ts'

export interface UnitTestWorld {
  readonly check: CheckExpression
  /** The labels of `up{job="a"}`; throws a sentence that says what is wrong. */
  readonly readMetric: (text: string) => Labels
  /** Throws a sentence where a series cannot be read. */
  readonly openBench: (options: BenchOptions) => Bench
  /** What went well, and what did not: a program's two outputs. */
  readonly print: (line: string) => void
  readonly complain: (line: string) => void
}

/** Samples of one test, and an evaluator over them. */
export interface Bench {
  /** From now on the samples of the series up to this time are there. */
  feed(untilMs: number): void
  /** Rejects where the expression gives neither vector nor scalar. */
  readonly evaluate: Evaluate
  /** Throws where a sample is refused: a second value for one time. */
  readonly append: (made: RuleSamples) => void
}

export interface BenchOptions {
  readonly series: readonly NotedSeries[]
  /** Between two values of a series. */
  readonly intervalMs: number
  /** The step of subqueries that name none. */
  readonly everyMs: number
}

/** As the file writes it: `up{job="a"}`, and `1 0+5x3 _x2 stale`. */
export interface NotedSeries {
  readonly series: string
  readonly values: string
}
