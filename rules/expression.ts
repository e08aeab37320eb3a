/** An expression as its evaluator parsed it: as much of the tree as rules look at. */

export type ExpressionNode =
  | (Node & { readonly kind: 'number' | 'string' | 'selector' | 'range' })
  | (Node & { readonly kind: 'subquery'; readonly expression: ExpressionNode })
  | (Node & { readonly kind: 'paren'; readonly inner: ExpressionNode })
  | (Node & { readonly kind: 'unary'; readonly operand: ExpressionNode })
  | BinaryNode
  | (Node & {
      readonly kind: 'aggregation'
      readonly parameter?: ExpressionNode
      readonly operand: ExpressionNode
    })
  | CallNode

interface Node {
  /** Where it stands in the text, the end excluded. */
  readonly span: { readonly from: number; readonly to: number }
}

export interface BinaryNode extends Node {
  readonly kind: 'binary'
  readonly operator: string
  readonly left: ExpressionNode
  readonly right: ExpressionNode
}

export interface CallNode extends Node {
  readonly kind: 'call'
  readonly function: string
  readonly args: readonly ExpressionNode[]
}

/** The parts of a node, in the order of the text. */
export function partsOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'subquery':
      return [node.expression]
    case 'paren':
      return [node.inner]
    case 'unary':
      return [node.operand]
    case 'binary':
      return [node.left, node.right]
    case 'aggregation':
      return node.parameter === undefined ? [node.operand] : [node.parameter, node.operand]
    case 'call':
      return node.args
    default:
      return []
  }
}

export const textOf = ({ span }: ExpressionNode, expr: string) => expr.slice(span.from, span.to)
