/** Calls of the HTTP API that evaluate an expression. */
import type { Clock } from '#lib/clock'
import type { Annotation } from './annotations.ts'
import { instantAnswer, rangeAnswer } from './answers.ts'
import { typeOf } from './check.ts'
import type { Span } from './expression.ts'
import { format } from './format.ts'
import { type ApiCall, limited, Remarked, type Remarks } from './http-call.ts'
import { durationIn, invalid, limitIn, stepIn, timeIn, timeoutIn } from './parameters.ts'
import { parse } from './parse.ts'
import type { QueryLimits } from './query.ts'
import { countingSource } from './query-statistics.ts'
import { runInstant, runRange } from './run.ts'
import type { SeriesSource } from './source.ts'
import type { Value } from './values.ts'

/** As many points as a curve on a screen can use, and Prometheus's own limit. */
const stepsMax = 11_000
/** Of each kind. */
const remarksMax = 10

export interface QueryCallOptions {
  readonly clock: Clock
  readonly samples: SeriesSource
  readonly limits: QueryLimits
}

export function queryCalls(options: QueryCallOptions): [string, ApiCall][] {
  const { limits } = options
  return [
    ['query', (parameters) => instant(options, parameters)],
    ['query_range', (parameters) => range(options, parameters)],
    ['query_exemplars', () => []], // None are kept.
    ['format_query', (parameters) => format(parse(parameters.get('query') ?? '', limits.dialect))],
  ]
}

function instant(options: QueryCallOptions, parameters: URLSearchParams) {
  const asked = askedIn(options, parameters)
  const atMs = timeIn(parameters, 'time', options.clock.nowMs())
  const expression = parse(asked.query, asked.limits.dialect)
  const value = runInstant(expression, { ...asked, atMs })
  const { shown, remarks } = shortened(value, asked.limit)
  const answer = { ...instantAnswer(shown, atMs), ...asked.statistics() }
  return new Remarked(answer, asked.remarks(remarks))
}

function range(options: QueryCallOptions, parameters: URLSearchParams) {
  const asked = askedIn(options, parameters)
  const startMs = timeIn(parameters, 'start')
  const endMs = timeIn(parameters, 'end')
  if (endMs < startMs) throw invalid('end', 'end timestamp must not be before start time')
  const stepMs = stepIn(parameters)
  if ((endMs - startMs) / stepMs > stepsMax) {
    const reason = 'exceeded maximum resolution of 11,000 points per timeseries'
    throw invalid('step', `${reason}. Try decreasing the query resolution (?step=XX)`)
  }
  const asking = { stepMs, rangeMs: endMs - startMs }
  const expression = parse(asked.query, asked.limits.dialect, asking)
  const type = typeOf(expression)
  if (type !== 'scalar' && type !== 'vector') {
    const wanted = 'must be Scalar or instant Vector'
    throw invalid('query', `invalid expression type "${type}" for range query, ${wanted}`)
  }
  const curves = runRange(expression, { ...asked, startMs, endMs, stepMs })
  const { shown, remarks } = limited(curves, asked.limit)
  const answer = { ...rangeAnswer(shown), ...asked.statistics() }
  return new Remarked(answer, asked.remarks(remarks))
}

/** What both calls have in common: what is asked, within which limits, and what is told besides. */
function askedIn({ clock, samples, limits }: QueryCallOptions, parameters: URLSearchParams) {
  const query = parameters.get('query') ?? ''
  const isCounted = (parameters.get('stats') ?? '') !== ''
  const counting = isCounted ? countingSource(samples, clock) : undefined
  const said: (readonly [Annotation, Span | undefined])[] = []
  return {
    query,
    limit: limitIn(parameters, 'limit') ?? 0,
    limits: limitsIn(limits, parameters),
    source: counting?.source ?? samples,
    annotate: (annotation: Annotation, at?: Span) => void said.push([annotation, at]),
    remarks(others: Remarks): Remarks {
      // Prometheus 2.42 knew none.
      const own = limits.dialect.version === '2.42' ? {} : remarksOf(said, query)
      return { ...own, warnings: [...(own.warnings ?? []), ...(others.warnings ?? [])] }
    },
    statistics: () => (counting === undefined ? {} : { stats: counting.statistics() }),
  }
}

/** A request may ask for less time than there is, and for another lookback. */
function limitsIn(limits: QueryLimits, parameters: URLSearchParams): QueryLimits {
  const { patience } = limits
  const isOther = (parameters.get('lookback_delta') ?? '') !== ''
  const lookbackMs = isOther ? durationIn(parameters, 'lookback_delta') : limits.lookbackMs
  if (patience === undefined) return { ...limits, lookbackMs }
  const timeoutMs = timeoutIn(parameters, patience.timeoutMs)
  return { ...limits, lookbackMs, patience: { ...patience, timeoutMs } }
}

function shortened(value: Value, limit: number): { shown: Value; remarks: Remarks } {
  if (value.type === 'vector') {
    const { shown, remarks } = limited(value.elements, limit)
    return { shown: { ...value, elements: shown }, remarks }
  }
  if (value.type !== 'matrix') return { shown: value, remarks: {} }
  const { shown, remarks } = limited(value.series, limit)
  return { shown: { ...value, series: shown }, remarks }
}

function remarksOf(
  said: readonly (readonly [Annotation, Span | undefined])[],
  query: string,
): Remarks {
  const of = (wanted: Annotation['level']) => {
    const texts = said
      .filter(([{ level }]) => level === wanted)
      .map(([{ text }, at]) => (at === undefined ? text : `${text} (${placeIn(query, at)})`))
    const more = texts.length - remarksMax
    return more <= 0
      ? texts
      : [...texts.slice(0, remarksMax), `${more} more ${wanted} annotations omitted`]
  }
  return { warnings: of('warning'), infos: of('info') }
}

/** Line and column, from one. */
function placeIn(query: string, { from }: Span): string {
  const before = query.slice(0, from).split('\n')
  return `${before.length}:${Buffer.byteLength(before.at(-1) ?? '') + 1}`
}
