/** What an expression reads: its selectors, and how far back each of them looks. */
import type { Matcher } from '#lib/matcher'
import { type ExpressionNode, partsOf } from '../expression.ts'

/** A parsed expression, as much of it as a replay looks at. */
export type ReadNode =
  | (Spanned & { readonly kind: 'number' | 'string' })
  | SelectorNode
  | (Spanned & {
      readonly kind: 'range'
      readonly selector: SelectorNode
      readonly rangeMs: number
    })
  | SubqueryNode
  | (Spanned & { readonly kind: 'paren'; readonly inner: ReadNode })
  | (Spanned & { readonly kind: 'unary'; readonly operand: ReadNode })
  | (Spanned & {
      readonly kind: 'binary'
      readonly operator: string
      readonly left: ReadNode
      readonly right: ReadNode
    })
  | (Spanned & {
      readonly kind: 'aggregation'
      readonly parameter?: ReadNode
      readonly operand: ReadNode
    })
  | (Spanned & {
      readonly kind: 'call'
      readonly function: string
      readonly args: readonly ReadNode[]
    })

interface Spanned {
  readonly span: { readonly from: number; readonly to: number }
}

interface Shifted {
  readonly offsetMs: number
  /** `@`: a time, or the start or end of the query. */
  readonly pinned?: number | 'start' | 'end'
}

export interface SelectorNode extends Spanned, Shifted {
  readonly kind: 'selector'
  readonly matchers: readonly Matcher[]
}

export interface SubqueryNode extends Spanned, Shifted {
  readonly kind: 'subquery'
  readonly expression: ReadNode
  readonly rangeMs: number
  readonly stepMs?: number
}

export interface Reading {
  /** The selector, or the range around it. */
  readonly leaf: ReadNode
  readonly matchers: readonly Matcher[]
  /** Of the time of evaluation it looks from so far back … */
  readonly farMs: number
  /** … up to so far back; a sample of this time may be as old as the lookback. */
  readonly nearMs: number
  /** At a fixed time instead. */
  readonly isPinned: boolean
}

export const partsOfNode = (node: ReadNode): readonly ReadNode[] =>
  partsOf(node satisfies ExpressionNode) as readonly ReadNode[] // The parts of this very tree.

export function readingsOf(node: ReadNode, above: Above = notShifted): readonly Reading[] {
  switch (node.kind) {
    case 'selector':
      return [reading(node, node, { rangeMs: 0, above })]
    case 'range':
      return [reading(node, node.selector, { rangeMs: node.rangeMs, above })]
    case 'subquery':
      return readingsOf(node.expression, {
        farMs: above.farMs + node.rangeMs + node.offsetMs,
        nearMs: above.nearMs + node.offsetMs,
        isPinned: above.isPinned || node.pinned !== undefined,
      })
    default:
      return partsOfNode(node).flatMap((part) => readingsOf(part, above))
  }
}

type Above = Pick<Reading, 'farMs' | 'nearMs' | 'isPinned'>

const notShifted: Above = { farMs: 0, nearMs: 0, isPinned: false }

function reading(
  leaf: ReadNode,
  { matchers, offsetMs, pinned }: SelectorNode,
  { rangeMs, above }: { readonly rangeMs: number; readonly above: Above },
): Reading {
  return {
    leaf,
    matchers,
    farMs: above.farMs + rangeMs + offsetMs,
    nearMs: above.nearMs + offsetMs,
    isPinned: above.isPinned || pinned !== undefined,
  }
}

/** `@ start()` and `@ end()` mean the evaluation's own time: a query over a range has others. */
export const isBoundToQuery = (node: ReadNode): boolean =>
  ((node.kind === 'selector' || node.kind === 'subquery') && typeof node.pinned === 'string') ||
  (node.kind === 'range' && isBoundToQuery(node.selector)) ||
  partsOfNode(node).some(isBoundToQuery)

/** The selector in one way of writing, without any shift. */
export function selectorText(matchers: readonly Matcher[]): string {
  const texts = matchers.map(
    ({ name, operator, value }) => `${quotedName(name)}${operator}${JSON.stringify(value)}`,
  )
  return `{${texts.sort().join(',')}}`
}

/** Older servers read no quotes around names that need none. */
const quotedName = (name: string) => (/^[a-zA-Z_:][\w:]*$/.test(name) ? name : JSON.stringify(name))
