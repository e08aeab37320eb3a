/**
 * An expression that reads series which the replay makes, and others that only the history has. It
 * is evaluated here; each largest part of it that reads nothing made is asked of the history at the
 * times at which it is needed, and stands in the expression as a selector of what that gave.
 */
import type { Matcher } from '#lib/matcher'
import type { Grid } from './grid.ts'
import { partsOfNode, type ReadNode, readingsOf, type SubqueryNode } from './reading.ts'

export interface SplitExpression {
  /** To be evaluated here. */
  readonly text: string
  readonly parts: readonly HistoryPart[]
}

export interface HistoryPart {
  /** The name of the series that stand for it. */
  readonly name: string
  readonly text: string
  readonly grid: Grid
}

export interface SplitOptions {
  readonly expr: string
  readonly grid: Grid
  readonly isMade: (matchers: readonly Matcher[]) => boolean
  /** Of subqueries that name none. */
  readonly subqueryStepMs: number
}

/** Throws a sentence where it cannot be taken apart. */
export function split(root: ReadNode, options: SplitOptions): SplitExpression {
  const { expr, isMade, subqueryStepMs } = options
  const readsMade = (node: ReadNode) => readingsOf(node).some(({ matchers }) => isMade(matchers))
  const parts: HistoryPart[] = []
  const places: Place[] = []
  const visit = (node: ReadNode, grid: Grid): void => {
    if (readingsOf(node).length === 0) return
    if (readsMade(node)) {
      const inner = node.kind === 'subquery' ? stepsWithin(node, grid, subqueryStepMs) : grid
      for (const part of partsOfNode(node)) visit(part, inner)
      return
    }
    const text = expr.slice(node.span.from, node.span.to)
    if (node.kind === 'range' || node.kind === 'subquery')
      throw new Error(`${text} stands beside what a changed rule records`)
    const name = `zstone_replay_part_${parts.length}`
    parts.push({ name, text, grid })
    places.push({ ...node.span, text: isScalar(node) ? `scalar(${name})` : name })
  }
  visit(root, options.grid)
  return { text: replaced(expr, places), parts }
}

interface Place {
  readonly from: number
  readonly to: number
  readonly text: string
}

/** The places are in the order of the text. */
function replaced(expr: string, places: readonly Place[]): string {
  let text = ''
  let at = 0
  for (const place of places) {
    text += expr.slice(at, place.from) + place.text
    at = place.to
  }
  return text + expr.slice(at)
}

/** Steps of a subquery stand at whole multiples of its step. */
function stepsWithin(node: SubqueryNode, grid: Grid, subqueryStepMs: number): Grid {
  const { rangeMs, offsetMs, pinned, stepMs = subqueryStepMs } = node
  if (pinned !== undefined) throw new Error('a subquery over it is bound to one time')
  const firstMs = grid.startMs - offsetMs - rangeMs
  const lastMs = grid.endMs - offsetMs
  return {
    startMs: Math.ceil(firstMs / stepMs) * stepMs,
    endMs: Math.floor(lastMs / stepMs) * stepMs,
    stepMs,
  }
}

function isScalar(node: ReadNode): boolean {
  switch (node.kind) {
    case 'number':
      return true
    case 'call':
      return ['scalar', 'time', 'pi'].includes(node.function)
    case 'paren':
      return isScalar(node.inner)
    case 'unary':
      return isScalar(node.operand)
    case 'binary':
      return isScalar(node.left) && isScalar(node.right)
    default:
      return false
  }
}
