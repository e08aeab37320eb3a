/** Evaluation of an expression at one time: what each kind of expression means. */
import { evaluateAggregation } from './aggregate.ts'
import { evaluateBinary } from './binary.ts'
import { isLabelSelector } from './check.ts'
import type {
  Aggregation,
  Binary,
  Call,
  Expression,
  RangeSelector,
  Subquery,
  Unary,
  VectorSelector,
} from './expression.ts'
import { callExtended, selectExtended, selectSmoothed } from './extended.ts'
import { functions } from './functions/index.ts'
import { signatureOf } from './label-set.ts'
import { elementCost, type Query, shiftedMs } from './query.ts'
import { mixesNames, refuseMerged } from './twins.ts'
import {
  type Element,
  type MatrixValue,
  type RangeSeries,
  scalarOf,
  type Value,
  vectorOf,
} from './values.ts'

export function evaluateAt(query: Query, expression: Expression, atMs: number): Value {
  query.work(1)
  const known = query.still?.get(expression)
  if (known !== undefined) return known
  const value = meaningOf(query, expression, atMs)
  if (query.still?.has(expression) === true) query.still.set(expression, value)
  if (value.type === 'vector') query.work(value.elements.length)
  query.watch?.(expression, atMs, value)
  return value
}

function meaningOf(query: Query, expression: Expression, atMs: number): Value {
  switch (expression.kind) {
    case 'number':
      return scalarOf(expression.value)
    case 'string':
      return { type: 'string', value: expression.value }
    case 'selector':
      return select(query, expression, atMs)
    case 'range':
      return selectRange(query, expression, atMs)
    case 'subquery':
      return runSubquery(query, expression, atMs)
    case 'paren':
      return evaluateAt(query, expression.inner, atMs)
    case 'unary':
      return negate(query, expression, evaluateAt(query, expression.operand, atMs))
    case 'binary':
      return binary(query, expression, atMs)
    case 'aggregation':
      return aggregate(query, expression, atMs)
    case 'call':
      return call(query, expression, atMs)
  }
}

function binary(query: Query, expression: Binary, atMs: number): Value {
  const left = evaluateAt(query, expression.left, atMs)
  const right = evaluateAt(query, expression.right, atMs)
  return evaluateBinary(expression, [left, right], query.dialect)
}

function aggregate(query: Query, expression: Aggregation, atMs: number): Value {
  const { parameter } = expression
  const given = parameter === undefined ? undefined : evaluateAt(query, parameter, atMs)
  const operand = evaluateAt(query, expression.operand, atMs)
  return evaluateAggregation(expression, { operand, parameter: given }, query)
}

function call(query: Query, expression: Call, atMs: number): Value {
  const extended = callExtended(query, expression, atMs)
  if (extended !== undefined) return extended
  const run = functions.get(expression.function)
  if (run === undefined) throw new Error(`No body for function ${expression.function}`)
  const args = expression.args
    .filter((_, i) => !isLabelSelector(expression, i))
    .map((arg) => evaluateAt(query, arg, atMs))
  return run(args, { call: expression, atMs, query })
}

function select(query: Query, selector: VectorSelector, atMs: number): Value {
  if (selector.extension === 'smoothed') return selectSmoothed(query, selector, atMs)
  const ms = shiftedMs(selector, atMs, query)
  const oldestMs = ms - query.lookbackMs + (query.dialect.leftBoundBelongs ? 0 : 1)
  const elements: Element[] = []
  const all = query.series(selector)
  query.work(all.length)
  for (const series of all) {
    const element = series.at(ms, oldestMs)
    if (element !== undefined) elements.push(element)
  }
  query.spend(elements.length)
  return vectorOf(elements)
}

function selectRange(query: Query, range: RangeSelector, atMs: number): Value {
  const { selector, rangeMs } = range
  if (selector.extension !== undefined) return selectExtended(query, range, atMs)
  const endMs = shiftedMs(selector, atMs, query)
  const startMs = endMs - rangeMs
  const firstMs = startMs + (query.dialect.leftBoundBelongs ? 0 : 1)
  const series: RangeSeries[] = []
  for (const stored of query.series(selector)) {
    query.work(1)
    const window = stored.window(firstMs, endMs)
    if (window === undefined) continue
    query.spend(window.to - window.from)
    series.push({ labels: stored.labels, window })
  }
  return { type: 'matrix', series, startMs, endMs }
}

/** Steps of a subquery stand at whole multiples of its step, whatever time is asked for. */
function runSubquery(query: Query, subquery: Subquery, atMs: number): MatrixValue {
  const endMs = shiftedMs(subquery, atMs, query)
  const startMs = endMs - subquery.rangeMs
  const stepMs = subquery.stepMs ?? query.subqueryStepMs
  const known = query.steps(subquery)
  const columns = new Map<string, SteppedSeries>()
  const firstMs = query.dialect.leftBoundBelongs
    ? Math.ceil(startMs / stepMs) * stepMs
    : (Math.floor(startMs / stepMs) + 1) * stepMs
  for (const ms of known.keys()) if (ms < startMs) known.delete(ms)
  for (let ms = firstMs; ms <= endMs; ms += stepMs) {
    const elements = known.get(ms) ?? runStep(query, subquery, ms)
    known.set(ms, elements)
    query.spend(elements.length + 1)
    for (const element of elements) addStep(columns, element, ms)
  }
  return { type: 'matrix', series: [...columns.values()].map(windowed), startMs, endMs }
}

function runStep(query: Query, { expression }: Subquery, atMs: number): readonly Element[] {
  const value = evaluateAt(query, expression, atMs)
  const elements = value.type === 'vector' ? value.elements : []
  query.spend((elements.length + 1) * elementCost)
  return elements
}

interface SteppedSeries {
  readonly times: number[]
  readonly values: number[]
  newest: Element
}

function addStep(columns: Map<string, SteppedSeries>, element: Element, atMs: number): void {
  const signature = signatureOf(element.labels)
  const series = columns.get(signature)
  if (series === undefined) {
    columns.set(signature, { times: [atMs], values: [element.value], newest: element })
    return
  }
  series.times.push(atMs)
  series.values.push(element.value)
  series.newest = element
}

function windowed({ times, values, newest }: SteppedSeries): RangeSeries {
  const { labels, sampledAtMs, origin, losesName = false } = newest
  const columns = { times: Float64Array.from(times), values: Float64Array.from(values) }
  const window = { ...columns, from: 0, to: times.length, sampledAtMs, origin }
  return { labels, window, losesName }
}

function negate(query: Query, unary: Unary, operand: Value): Value {
  const { dialect } = query
  if (unary.operator === '+') return operand
  if (operand.type === 'scalar') return scalarOf(-operand.value)
  if (operand.type !== 'vector') return operand
  const elements = operand.elements.map((element) => dialect.renamed(element, -element.value))
  if (dialect.keepsApart.has('signs') && mixesNames(unary))
    refuseMerged(query.makers(unary), elements, operand.elements)
  return vectorOf(elements)
}
