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
  /**
   * The value as a field of a protobuf `Metric`, where text cannot say all of it: a native histogram,
   * exemplars, when it was created, counts as floats.
   */
  readonly proto?: Buffer
}

/** What is said of a family once; shared by all groups that say the same. */
export interface FamilyHead {
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
}

/** The lines that one push wrote, metric after metric: one buffer for all its families. */
export interface Lines {
  /** Whole lines as `/metrics` shows them, labels of the group included, each ending with LF. */
  readonly bytes: Buffer
  /** Where in `bytes` each metric begins, and the end of the last. */
  readonly starts: Uint32Array
  readonly pushedAtMs: number
  /** Whether a metric or label has a name that must stand in quotes. */
  readonly quoted: boolean
}

/**
 * A family in a group: a range of metrics in the lines of the push that brought it. A scrape copies
 * the bytes, the log and the snapshot store them, and nothing else is held.
 */
export interface StoredFamily {
  readonly head: FamilyHead
  readonly lines: Lines
  /**
   * Its metrics are `first` to `end - 1`; a histogram or summary is one metric of several lines.
   */
  readonly first: number
  readonly end: number
  readonly seriesCount: number
  /** Each metric as a protobuf `Metric`, only where text cannot say all of it. */
  readonly proto: readonly Buffer[] | undefined
}

/** Valid as long as the family. */
export function familyBytes({ lines, first, end }: StoredFamily): Buffer {
  return lines.bytes.subarray(lines.starts[first], lines.starts[end])
}

/** `a="x",b="y"`, escaped. It is the identity of a series beside its name. */
export function formatPairs(pairs: readonly LabelPair[]): string {
  let text = ''
  for (const [name, value] of pairs)
    text += `${text && ','}${writtenName(name)}="${escapeQuoted(value)}"`
  return text
}

const writtenName = (name: string) => (isPlainLabel(name) ? name : `"${escapeQuoted(name)}"`)

/** What stands between quotes in the text format. */
export function escapeQuoted(value: string): string {
  return value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')
}

/** Whether the name of a metric can stand without quotes: letters, digits, `_` and `:`. */
export function isPlainName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const letter = name.charCodeAt(i)
    const isLetter = (letter >= 97 && letter <= 122) || (letter >= 65 && letter <= 90)
    const isDigit = letter >= 48 && letter <= 57
    if (!isLetter && letter !== 95 && letter !== 58 && !(isDigit && i > 0)) return false
  }
  return name.length > 0
}

/** A colon is a letter in names of metrics only. */
export function isPlainLabel(name: string): boolean {
  return isPlainName(name) && !name.includes(':')
}

export function byName([a]: LabelPair, [b]: LabelPair): number {
  return a < b ? -1 : a > b ? 1 : 0
}
