/** The expression tree: frozen plain objects, each with the span of source text it came from. */
import type { Matcher } from '#lib/matcher'

export type Expression =
  | NumberLiteral
  | StringLiteral
  | VectorSelector
  | RangeSelector
  | Subquery
  | Paren
  | Unary
  | Binary
  | Aggregation
  | Call

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix'

/** Offsets into the source text, the end excluded. */
export interface Span {
  readonly from: number
  readonly to: number
}

interface Node {
  readonly span: Span
}

export interface NumberLiteral extends Node {
  readonly kind: 'number'
  readonly value: number
}

export interface StringLiteral extends Node {
  readonly kind: 'string'
  readonly value: string
}

/** Where `offset` and `@` move a selector or a subquery to. */
export interface TimeShift {
  readonly offsetMs: number
  /** `@`: a time in milliseconds, or the start or end of the query. */
  readonly pinned?: number | 'start' | 'end'
}

/** How a range, or a value, is made of the samples around it too: see `extended.ts`. */
export type Extension = 'anchored' | 'smoothed'

export interface VectorSelector extends Node, TimeShift {
  readonly kind: 'selector'
  readonly extension?: Extension
  /** The metric name where it stands without a label; `matchers` holds it too. */
  readonly name?: string
  readonly matchers: readonly Matcher[]
}

export interface RangeSelector extends Node {
  readonly kind: 'range'
  readonly selector: VectorSelector
  readonly rangeMs: number
}

export interface Subquery extends Node, TimeShift {
  readonly kind: 'subquery'
  readonly expression: Expression
  readonly rangeMs: number
  /** Absent: the default resolution. */
  readonly stepMs?: number
}

export interface Paren extends Node {
  readonly kind: 'paren'
  readonly inner: Expression
}

export interface Unary extends Node {
  readonly kind: 'unary'
  readonly operator: '+' | '-'
  readonly operand: Expression
}

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOperator = '==' | '!=' | '>' | '<' | '>=' | '<='
export type SetOperator = 'and' | 'or' | 'unless'
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | SetOperator

export interface Binary extends Node {
  readonly kind: 'binary'
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
  /** A comparison answers 0 or 1 instead of filtering. */
  readonly bool: boolean
  readonly matching: Matching
}

/** Which labels pair the two sides, and which side may have many elements for one of the other. */
export interface Matching {
  readonly mode: 'on' | 'ignoring'
  readonly labels: readonly string[]
  readonly many: 'none' | 'left' | 'right'
  /** Labels that the many side takes over from the one side. */
  readonly include: readonly string[]
  /**
   * What stands for a missing element of the one side, and of the many side. As Prometheus has it,
   * `fill_right` is for the one side, and `fill_left` for the many, whichever stands where.
   */
  readonly fillOne?: number
  readonly fillMany?: number
}

export type AggregationOperator =
  | 'sum'
  | 'avg'
  | 'min'
  | 'max'
  | 'count'
  | 'group'
  | 'stddev'
  | 'stdvar'
  | 'topk'
  | 'bottomk'
  | 'quantile'
  | 'count_values'
  | 'limitk'
  | 'limit_ratio'

export interface Aggregation extends Node {
  readonly kind: 'aggregation'
  readonly operator: AggregationOperator
  readonly parameter?: Expression
  readonly operand: Expression
  readonly grouping: Grouping
}

export interface Grouping {
  readonly mode: 'by' | 'without'
  readonly labels: readonly string[]
}

export interface Call extends Node {
  readonly kind: 'call'
  readonly function: string
  readonly args: readonly Expression[]
}

const setOperators: ReadonlySet<string> = new Set(['and', 'or', 'unless'])
const comparisons: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<='])

export function isSetOperator(operator: string): operator is SetOperator {
  return setOperators.has(operator)
}

export function isComparison(operator: string): operator is ComparisonOperator {
  return comparisons.has(operator)
}

/** Whether something stands for an element that has no partner. */
export function fills({ fillOne, fillMany }: Matching): boolean {
  return fillOne !== undefined || fillMany !== undefined
}

/** Whether an operator makes another quantity of its operands, so that their name does not fit. */
export function isArithmetic(operator: string): operator is ArithmeticOperator {
  return !isComparison(operator) && !isSetOperator(operator)
}

/** The expression without the parentheses around it. */
export function unwrap(expression: Expression): Expression {
  return expression.kind === 'paren' ? unwrap(expression.inner) : expression
}

/** The expressions that one is made of, in their order; the selector of a range is none. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'paren':
      return [expression.inner]
    case 'unary':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'aggregation': {
      const { parameter, operand } = expression
      return parameter === undefined ? [operand] : [parameter, operand]
    }
    case 'call':
      return expression.args
    case 'subquery':
      return [expression.expression]
    default:
      return []
  }
}
