/** Metric families: as a push brings them, and as a group keeps them. */
import type { MetricType } from '#api/sample'

/** A label as it stands in a series; lists of them are sorted by name. */
export type LabelPair = readonly [name: string, value: string]

export interface ParsedFamily {
  /** Without `_bucket`, `_sum`, `_count`. */
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
  readonly metrics: readonly ParsedMetric[]
}

/** One value, one histogram or one summary. */
export interface ParsedMetric {
  /** Sorted by name, without the `le` of a histogram and the `quantile` of a summary. */
  readonly labels: readonly LabelPair[]
  readonly value: number
  /** Of a histogram or summary. */
  readonly count: number
  readonly sum: number
  /** Upper bound and cumulative count, or quantile and value, in the order of the push. */
  readonly points: readonly (readonly [number, number])[]
}

/**
 * A family in a group. Its series are kept as the lines that `/metrics` shows, labels of the group
 * included: a scrape joins texts, the log and the snapshot store them, and nothing else is held.
 */
export interface StoredFamily {
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
  /** Whole lines, each ending with LF. */
  readonly text: string
  readonly seriesCount: number
  readonly pushedAtMs: number
}

/** The name of the line that stands for a whole metric: each metric has exactly one of it. */
export function identityName(name: string, type: MetricType): string {
  return type === 'histogram' || type === 'summary' ? `${name}_count` : name
}

/** `a="x",b="y"`, escaped. It is the identity of a series beside its name. */
export function formatPairs(pairs: readonly LabelPair[]): string {
  let text = ''
  for (const [name, value] of pairs) text += `${text && ','}${name}="${escapeValue(value)}"`
  return text
}

function escapeValue(value: string): string {
  return /["\\\n]/.test(value)
    ? value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
    : value
}

export function byName([a]: LabelPair, [b]: LabelPair): number {
  return a < b ? -1 : a > b ? 1 : 0
}
