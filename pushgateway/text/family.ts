/** Metric families: as a push brings them, and as a group keeps them. */

import type { MetricType } from '#api/sample'
import { escapeValue } from '#lib/labels'

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
   * The value as a field of a protobuf `Metric`, where text cannot say all of it: a native
   * histogram, exemplars, when it was created, counts as floats.
   */
  readonly proto?: Buffer
}

/** What is said of a family once; shared by all groups that say the same. */
export interface FamilyHead {
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
}

/** What is known of a family in a group. */
export interface FamilyFields {
  readonly head: FamilyHead
  /** A histogram or summary is one metric of several lines. */
  readonly metricCount: number
  /** How many lines there are. */
  readonly seriesCount: number
  readonly sizeBytes: number
  readonly pushedAtMs: number
  /** Whether a metric or label has a name that must stand in quotes. */
  readonly quoted: boolean
  /** Each metric as a protobuf `Metric`, only where text cannot say all of it. */
  readonly proto: readonly Buffer[] | undefined
}

/** A family whose lines are in a book already. */
export interface PlacedFamily extends FamilyFields {
  /** Which metric of the book is its first. */
  readonly slot: number
}

/**
 * A family in a group. Its lines are what `/metrics` shows, labels of the group included, and they
 * are all that is kept of its series: the log and the snapshot store them, a scrape copies them.
 * There may be millions of these: what the families of many groups share is kept once.
 */
export class StoredFamily implements FamilyFields {
  readonly #shape: FamilyShape
  readonly #push: Push
  readonly sizeBytes: number
  #lines: Lines
  #first: number

  /** `first` is the number that its first metric has in `lines`. */
  constructor(fields: FamilyFields, lines: Lines, first: number) {
    this.#shape = shapeOf(fields)
    this.#push = pushAt(fields.pushedAtMs)
    this.sizeBytes = fields.sizeBytes
    this.#lines = lines
    this.#first = first
  }

  /** A book takes the lines over when the family is shown, and says so here. */
  moveTo(lines: Lines, first: number): void {
    this.#lines = lines
    this.#first = first
  }

  get lines(): Lines {
    return this.#lines
  }

  get first(): number {
    return this.#first
  }

  /** The lines of a metric; valid until the next push. */
  metric(index: number): Buffer {
    return this.#lines.metric(this.#first + index)
  }

  /** All its lines; valid until the next push. */
  bytes(): Buffer {
    return this.#lines.run(this.#first, this.metricCount)
  }

  get head(): FamilyHead {
    return this.#shape.head
  }

  get metricCount(): number {
    return this.#shape.metricCount
  }

  get seriesCount(): number {
    return this.#shape.seriesCount
  }

  get pushedAtMs(): number {
    return this.#push.atMs
  }

  get quoted(): boolean {
    return this.#shape.quoted
  }

  get proto(): readonly Buffer[] | undefined {
    return this.#shape.proto
  }
}

type FamilyShape = Omit<FamilyFields, 'sizeBytes' | 'pushedAtMs'>

interface Push {
  readonly atMs: number
}

/** Of a head, the shapes that were made last; what has messages of its own is shared by nobody. */
const shapes = new WeakMap<FamilyHead, FamilyShape[]>()
const shapesMax = 4

function shapeOf({ head, metricCount, seriesCount, quoted, proto }: FamilyFields): FamilyShape {
  const known = shapes.get(head) ?? []
  if (proto === undefined)
    for (const shape of known)
      if (
        shape.metricCount === metricCount &&
        shape.seriesCount === seriesCount &&
        shape.quoted === quoted
      )
        return shape
  const shape = { head, metricCount, seriesCount, quoted, proto }
  if (proto === undefined) shapes.set(head, [shape, ...known.slice(0, shapesMax - 1)])
  return shape
}

/** Families that were pushed together are made one after the other. */
let lastPush: Push = { atMs: 0 }

function pushAt(atMs: number): Push {
  if (lastPush.atMs !== atMs) lastPush = { atMs }
  return lastPush
}

/** Metrics by number: whole lines, each ending with LF, valid until the next push. */
export interface Lines {
  metric(number: number): Buffer
  /** Several, one after the other. */
  run(first: number, count: number): Buffer
}

/** `a="x",b="y"`, escaped. It is the identity of a series beside its name. */
export function formatPairs(pairs: readonly LabelPair[]): string {
  let text = ''
  for (const [name, value] of pairs)
    text += `${text && ','}${writtenName(name)}="${escapeValue(value)}"`
  return text
}

const writtenName = (name: string) => (isPlainLabel(name) ? name : `"${escapeValue(name)}"`)

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
