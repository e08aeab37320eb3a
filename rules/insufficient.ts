/**
 * Whether an expression had what it needs to be judged. An empty result means "all is well" only
 * where there was something to look at; else it means nothing, and the rule says so. This is told
 * beside the alerts and changes none of them.
 */
import { type ExpressionNode, textOf } from './expression.ts'
import type { SeenValue, Watch } from './world.ts'

export interface Readings {
  readonly watch: Watch
  /** Selectors without data that the result depends on, as they are written; undefined: none. */
  lacks(expr: string): readonly string[] | undefined
}

/** Watches one evaluation. An evaluator that shows nothing leaves the question open: none lacks. */
export function createReadings(): Readings {
  const found = new Map<ExpressionNode, boolean>()
  let root: ExpressionNode | undefined
  return {
    watch(node, _, value) {
      root = node // Parts are seen before what they are parts of.
      if (node.kind !== 'selector' && node.kind !== 'range') return
      // A subquery looks at several times: data at any of them is data.
      found.set(node, found.get(node) === true || hasData(value))
    },
    lacks(expr) {
      if (root === undefined) return undefined
      const missing = missingFor(root, (leaf) => found.get(leaf) !== false)
      return missing.length === 0 ? undefined : [...new Set(missing.map((n) => textOf(n, expr)))]
    },
  }
}

function hasData(value: SeenValue): boolean {
  if (value.type === 'vector') return value.elements.length > 0
  return value.type !== 'matrix' || value.series.length > 0
}

/** The leaves for want of which nothing could come out, whatever the values are. */
function missingFor(
  node: ExpressionNode,
  isThere: (leaf: ExpressionNode) => boolean,
): readonly ExpressionNode[] {
  const of = (part: ExpressionNode) => missingFor(part, isThere)
  switch (node.kind) {
    case 'selector':
    case 'range':
      return isThere(node) ? [] : [node]
    case 'subquery':
      return of(node.expression)
    case 'paren':
      return of(node.inner)
    case 'unary':
      return of(node.operand)
    case 'aggregation':
      return of(node.operand)
    case 'call':
      // `absent` is about what is not there; `vector` and `time` are there always.
      return node.function.startsWith('absent') ? [] : node.args.flatMap(of)
    case 'binary': {
      const [left, right] = [of(node.left), of(node.right)]
      if (node.operator === 'unless') return left
      if (node.operator !== 'or') return [...left, ...right]
      return left.length > 0 && right.length > 0 ? [...left, ...right] : []
    }
    default:
      return []
  }
}
