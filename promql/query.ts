/** One query under way: its bounds, what it may still cost, and what it has looked up so far. */
import { fault } from '#api/errors'
import type { Matcher } from '#lib/matcher'
import type { Annotate } from './annotations.ts'
import type { Dialect } from './dialect.ts'
import type { Expression, Subquery, TimeShift, VectorSelector } from './expression.ts'
import { createDeadline, type Deadline, type Patience } from './patience.ts'
import { matchCost, programSize } from './regex-cost.ts'
import type { SeriesSource, StoredSeries } from './source.ts'
import type { StillValues } from './still.ts'
import type { Makers } from './twins.ts'
import type { Element, Value } from './values.ts'

/** What is kept of values on the way are objects, some ten times the size of a stored sample. */
export const elementCost = 10

export interface QueryLimits {
  readonly dialect: Dialect
  /** How old the newest sample of a series may be to count as its value. */
  readonly lookbackMs: number
  /** The step of a subquery that names none. */
  readonly subqueryStepMs: number
  /** Samples and intermediate values that one query may touch. */
  readonly samplesMax: number
  /** Absent: a query takes as long as it takes. */
  readonly patience?: Patience
}

/** Sees every expression's value at every time it is evaluated for: the reasons of a result. */
export type Watch = (expression: Expression, atMs: number, value: Value) => void

export interface Query extends QueryLimits {
  readonly startMs: number
  readonly endMs: number
  /** 0 where the query is for one time. */
  readonly stepMs: number
  /** Says a thing once, however often it is found. */
  readonly annotate: Annotate
  readonly watch: Watch | undefined
  /** Absent: everything is evaluated for every time. */
  readonly still: StillValues | undefined
  series(selector: VectorSelector): readonly StoredSeries[]
  /** What a subquery gave at its own steps; consecutive evaluations share most of them. */
  steps(subquery: Subquery): Map<number, readonly Element[]>
  /** What an expression made of which series, in all its steps. */
  makers(expression: Expression): Makers
  /** Counts what was touched; throws PROMQL_TOO_MANY_SAMPLES when it is too much. */
  spend(samples: number): void
  /** Is told of work that touches nothing; throws PROMQL_TIMED_OUT when all takes too long. */
  readonly work: Deadline
}

export interface QueryRequest {
  readonly source: SeriesSource
  readonly limits: QueryLimits
  readonly startMs: number
  readonly endMs: number
  readonly stepMs?: number
  readonly watch?: Watch | undefined
  readonly still?: StillValues | undefined
  readonly annotate?: Annotate | undefined
}

export function createQuery(request: QueryRequest): Query {
  const { source, limits, startMs, endMs, stepMs = 0, watch, still } = request
  const { annotate = () => {} } = request
  const selected = new Map<VectorSelector, readonly StoredSeries[]>()
  const stepped = new Map<Subquery, Map<number, readonly Element[]>>()
  const made = new Map<Expression, Makers>()
  const said = new Set<string>()
  const work = limits.patience === undefined ? () => {} : createDeadline(limits.patience)
  let spent = 0
  return {
    ...limits,
    startMs,
    endMs,
    stepMs,
    watch,
    still,
    work,
    annotate(annotation, at) {
      if (said.has(annotation.text)) return
      said.add(annotation.text)
      annotate(annotation, at)
    },
    series(selector) {
      const known = selected.get(selector)
      if (known !== undefined) return known
      const found = source.select(selector.matchers.map((matcher) => watched(matcher, work)))
      selected.set(selector, found)
      return found
    },
    steps(subquery) {
      const known = stepped.get(subquery) ?? new Map()
      stepped.set(subquery, known)
      return known
    },
    makers(expression) {
      const known = made.get(expression) ?? new Map()
      made.set(expression, known)
      return known
    },
    spend(samples) {
      work(samples)
      spent += samples
      if (spent > limits.samplesMax)
        throw fault('PROMQL_TOO_MANY_SAMPLES', { limit: limits.samplesMax })
    },
  }
}

/** Regexes are matched with every value of a label: no series is touched, and it takes its time. */
function watched(matcher: Matcher, work: Deadline): Matcher {
  if (matcher.operator === '=' || matcher.operator === '!=') return matcher
  const size = programSize(matcher.value)
  return {
    ...matcher,
    matches(labels) {
      work(matchCost(size, labels[matcher.name] ?? ''))
      return matcher.matches(labels)
    },
  }
}

/** The time that a selector or subquery looks at when the expression is evaluated for `atMs`. */
export function shiftedMs({ offsetMs, pinned }: TimeShift, atMs: number, query: Query): number {
  const ms = pinned === 'start' ? query.startMs : pinned === 'end' ? query.endMs : pinned
  return (ms ?? atMs) - offsetMs
}
