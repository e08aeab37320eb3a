/** PromQL text to expression tree: grammar by lezer, precedence, types and messages by us. */
import { parser } from '@prometheus-io/lezer-promql'
import { buildExpression } from './build.ts'
import { check } from './check.ts'
import type { Expression, VectorSelector } from './expression.ts'
import { refuseBrokenSyntax } from './refuse-syntax.ts'
import { syntaxError } from './syntax-error.ts'

/** Deep text takes stack to read; nobody writes a rule of this length. */
const lengthMax = 65_536

/** Throws PROMQL_INVALID, with line and column, where `source` is no PromQL of Prometheus 2.42. */
export function parse(source: string): Expression {
  if (source.length > lengthMax) throw syntaxError(source, 0, `longer than ${lengthMax} characters`)
  const tree = parser.parse(source)
  refuseBrokenSyntax(source, tree)
  const root = tree.topNode.getChild('Expr')
  if (root === null) throw syntaxError(source, 0, 'no expression found in input')
  const expression = buildExpression(source, root)
  check(source, expression)
  return expression
}

/** A series selector as `match[]` takes it. */
export function parseSelector(source: string): VectorSelector {
  const expression = parse(source)
  if (expression.kind === 'selector') return expression
  throw syntaxError(source, expression.span.from, 'expected a series selector')
}
