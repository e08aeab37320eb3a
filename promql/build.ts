/** Grammar tree to expression tree. Precedence is in `infix.ts`, what stands alone is here. */
import type { SyntaxNode } from '@lezer/common'
import type {
  AggregationOperator,
  Call,
  Expression,
  Grouping,
  StringLiteral,
} from './expression.ts'
import { buildInfix, type Infix } from './infix.ts'
import { parseSeconds, secondsFault, unquote } from './literals.ts'
import { operatorAfter } from './operator-after.ts'
import { buildMatching, buildSelector, labelsIn } from './selectors.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

/** A text of which some passages were read on their own. */
export interface Text extends SourceText {
  /** What stands where a number stands in for it. */
  partsAt?(place: number): Infix[] | undefined
}

function buildExpression(source: Text, node: SyntaxNode): Expression {
  return buildInfix(source, flatten(source, node))
}

/** The parts of an infix expression from left to right, whatever tree the grammar made of them. */
export function flatten(source: Text, node: SyntaxNode): Infix[] {
  const inner = () => flatten(source, first(node))
  switch (node.name) {
    case 'BinaryExpr':
      return flattenBinary(source, node)
    case 'UnaryExpr':
      return [prefix(source, first(node, 'UnaryOp')), ...inner()]
    case 'NumberDurationLiteral':
      return source.partsAt?.(node.from) ?? flattenNumber(source, node)
    case 'OffsetExpr':
    case 'StepInvariantExpr':
    case 'AnchoredExpr':
    case 'SmoothedExpr':
    case 'MatrixSelector':
    case 'SubqueryExpr':
      return [...inner(), { part: 'postfix', node }]
    default:
      return [{ part: 'operand', expression: buildOperand(source, node) }]
  }
}

function flattenBinary(source: Text, node: SyntaxNode): Infix[] {
  const [left, right] = node.getChildren('Expr')
  const operator = left === undefined ? null : operatorAfter(left)
  if (left === undefined || right === undefined || operator === null)
    throw syntaxError(source, node.from, 'incomplete binary expression')
  const infix: Infix = {
    part: 'infix',
    operator: source.slice(operator.from, operator.to).toLowerCase(),
    bool: node.getChild('BoolModifier') !== null,
    matching: buildMatching(source, node),
    at: operator.from,
  }
  return [...flatten(source, left), infix, ...flatten(source, right)]
}

/** The grammar reads a sign into the number, so `-1 ^ 2` would be 1; the sign is an operator. */
function flattenNumber(source: Text, node: SyntaxNode): Infix[] {
  const text = source.slice(node.from, node.to)
  const [signed = '', sign] = /^([-+])\s*(?:#[^\n]*\n\s*)*/.exec(text) ?? []
  const from = node.from + signed.length
  const unsigned = text.slice(signed.length)
  const value = parseSeconds(unsigned)
  if (value === undefined)
    throw syntaxError(source, from, secondsFault(unsigned, 'bad number syntax'))
  const expression: Expression = Object.freeze({
    kind: 'number',
    value,
    span: Object.freeze({ from, to: node.to }),
  })
  const operand: Infix = { part: 'operand', expression }
  return sign === undefined ? [operand] : [{ part: 'prefix', sign, at: node.from }, operand]
}

function prefix(source: SourceText, node: SyntaxNode): Infix {
  return { part: 'prefix', sign: source.slice(node.from, node.to), at: node.from }
}

function buildOperand(source: Text, node: SyntaxNode): Expression {
  const span = Object.freeze({ from: node.from, to: node.to })
  switch (node.name) {
    case 'StringLiteral':
      return buildString(source, node)
    case 'VectorSelector':
      return buildSelector(source, node)
    case 'ParenExpr':
      return Object.freeze({ kind: 'paren', inner: buildExpression(source, first(node)), span })
    case 'AggregateExpr':
      return buildAggregation(source, node)
    case 'FunctionCall':
      return buildCall(source, node)
    default:
      throw syntaxError(source, node.from, `unexpected ${node.name}`)
  }
}

function buildString(source: SourceText, node: SyntaxNode): StringLiteral {
  const value = unquote(source.slice(node.from, node.to))
  if (value === undefined) throw syntaxError(source, node.from, 'unknown escape sequence in string')
  return Object.freeze({
    kind: 'string',
    value,
    span: Object.freeze({ from: node.from, to: node.to }),
  })
}

function buildCall(source: Text, node: SyntaxNode): Call {
  const name = first(node, 'FunctionIdentifier')
  return Object.freeze({
    kind: 'call',
    function: source.slice(name.from, name.to),
    args: argumentsOf(source, node),
    span: Object.freeze({ from: node.from, to: node.to }),
  })
}

const withParameter: ReadonlySet<string> = new Set([
  ...['topk', 'bottomk', 'quantile', 'count_values', 'limitk', 'limit_ratio'],
])

function buildAggregation(source: Text, node: SyntaxNode): Expression {
  const name = first(node, 'AggregateOp')
  // The grammar lists the operators, and `refuse-syntax.ts` has dropped those that we lack.
  const operator = source.slice(name.from, name.to).toLowerCase() as AggregationOperator
  const args = argumentsOf(source, node)
  const wanted = withParameter.has(operator) ? 2 : 1
  const operand = args.at(-1)
  if (operand === undefined)
    throw syntaxError(source, node.from, 'no arguments for aggregate expression provided')
  if (args.length !== wanted) {
    const counts = `expected ${wanted}, got ${args.length}`
    const reason = `wrong number of arguments for aggregate expression provided, ${counts}`
    throw syntaxError(source, node.from, reason)
  }
  const [parameter] = wanted === 2 ? args : []
  return Object.freeze({
    kind: 'aggregation',
    operator,
    ...(parameter === undefined ? {} : { parameter }),
    operand,
    grouping: groupingOf(source, node.getChild('AggregateModifier')),
    span: Object.freeze({ from: node.from, to: node.to }),
  })
}

function groupingOf(source: SourceText, node: SyntaxNode | null): Grouping {
  const mode = node?.getChild('Without') ? 'without' : 'by'
  return Object.freeze({ mode, labels: labelsIn(source, node) })
}

function argumentsOf(source: Text, node: SyntaxNode): readonly Expression[] {
  const body = first(node, 'FunctionCallBody')
  return Object.freeze(body.getChildren('Expr').map((arg) => buildExpression(source, arg)))
}

/** The child that the grammar promises. */
function first(node: SyntaxNode, name = 'Expr'): SyntaxNode {
  const child = node.getChild(name)
  if (child === null) throw new Error(`The grammar gave ${node.name} without ${name}`)
  return child
}
