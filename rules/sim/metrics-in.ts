/**
 * What rules ask of metrics: which labels they look at, how they use the values, where they draw
 * the line.
 */
import type { Matcher } from '#lib/matcher'
import type { Expression } from '#promql'
import { examplesOf } from './examples.ts'

type Binary = Extract<Expression, { kind: 'binary' }>
type Selector = Extract<Expression, { kind: 'selector' }>

export type Use = 'gauge' | 'counter' | 'trend' | 'bucket' | 'time'

export interface Metric {
  readonly name: string
  /** Every label that an expression names near it. */
  readonly labels: Set<string>
  /** What its selectors ask for besides the name. */
  readonly selections: Map<string, readonly Matcher[]>
  readonly uses: Set<Use>
  /** Numbers that it, or what is made of it, is compared with. */
  readonly levels: Set<number>
}

const passes = 3

/** The metrics of all expressions; those that are compared label by label share their labels. */
export function metricsIn(expressions: readonly Expression[]): readonly Metric[] {
  const metrics = new Map<string, Metric>()
  // What a later expression names, a partner in an earlier one has too.
  for (let pass = 0; pass < passes; pass++)
    for (const expression of expressions)
      visit(expression, { metrics, labels: [], uses: [], levels: [] })
  return [...metrics.values()]
}

/** What stands around an expression. */
interface Around {
  readonly metrics: Map<string, Metric>
  readonly labels: readonly string[]
  readonly uses: readonly Use[]
  readonly levels: readonly number[]
}

/** Gives the metrics whose own labels are those of the result. */
function visit(expression: Expression, around: Around): readonly Metric[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
      return []
    case 'selector':
      return noted(expression, around)
    case 'range':
      return noted(expression.selector, around)
    case 'subquery':
      return visit(expression.expression, around)
    case 'paren':
      return visit(expression.inner, around)
    case 'unary':
      return visit(expression.operand, around)
    case 'call': {
      const { function: name, args } = expression
      const use = useBy(name)
      const inner = use === undefined ? around : { ...around, uses: [...around.uses, use] }
      return args.flatMap((arg) => visit(arg, inner))
    }
    case 'aggregation': {
      const { operand, grouping } = expression
      visit(operand, { ...around, labels: [...around.labels, ...grouping.labels] })
      return []
    }
    case 'binary':
      return visitBinary(expression, around)
  }
}

function visitBinary(expression: Binary, around: Around): readonly Metric[] {
  const { left, right, matching } = expression
  const { labels: named, include, many, mode } = matching
  const isComparison = /^([<>]=?|[!=]=)$/.test(expression.operator)
  const levels = isComparison ? [left, right].flatMap((side) => constantOf(side) ?? []) : []
  const uses = [left, right].some(isTime) ? (['time'] as const) : []
  const side = (which: 'left' | 'right') => ({
    ...around,
    levels: [...around.levels, ...levels],
    uses: [...around.uses, ...uses],
    labels: [...around.labels, ...named, ...(many === which ? [] : include)],
  })
  const found = [...visit(left, side('left')), ...visit(right, side('right'))]
  if (mode === 'ignoring') shareLabels(found, named)
  return found
}

/** Two sides pair up where all their labels are equal. */
function shareLabels(metrics: readonly Metric[], but: readonly string[]): void {
  const all = new Set(metrics.flatMap(({ labels }) => [...labels]))
  for (const { labels } of metrics)
    for (const label of all) if (!but.includes(label)) labels.add(label)
}

function noted({ matchers }: Selector, around: Around): readonly Metric[] {
  const named = matchers.filter(({ name }) => name === '__name__')
  const others = matchers.filter(({ name }) => name !== '__name__')
  const names = named.flatMap((matcher) => examplesOf(matcher)).slice(0, 3)
  return names.map((name) => {
    const metric: Metric = around.metrics.get(name) ?? {
      name,
      ...{ labels: new Set(), selections: new Map(), uses: new Set(), levels: new Set() },
    }
    around.metrics.set(name, metric)
    for (const label of around.labels) if (label !== '__name__') metric.labels.add(label)
    for (const matcher of others) metric.labels.add(matcher.name)
    for (const use of around.uses) metric.uses.add(use)
    for (const level of around.levels) metric.levels.add(level)
    const key = others.map(({ name, operator, value }) => name + operator + value).join()
    metric.selections.set(key, others)
    return metric
  })
}

function useBy(name: string): Use | undefined {
  if (/^(rate|irate|increase|resets)$/.test(name)) return 'counter'
  if (/^(predict_linear|deriv|delta|idelta)$/.test(name)) return 'trend'
  return name === 'histogram_quantile' ? 'bucket' : undefined
}

function isTime(expression: Expression): boolean {
  if (expression.kind === 'paren') return isTime(expression.inner)
  return expression.kind === 'call' && expression.function === 'time'
}

/** Of what is reckoned of numbers alone. */
function constantOf(expression: Expression): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value
    case 'paren':
      return constantOf(expression.inner)
    case 'unary': {
      const value = constantOf(expression.operand)
      return value === undefined || expression.operator === '+' ? value : -value
    }
    case 'binary': {
      const [left, right] = [constantOf(expression.left), constantOf(expression.right)]
      if (left === undefined || right === undefined) return undefined
      return expression.operator === '*' ? left * right : left
    }
    default:
      return undefined
  }
}
