/** What may follow an operand: `[5m]`, `[5m:1m]`, `offset 5m`, `@ 1700000000`. */
import type { SyntaxNode } from '@lezer/common'
import { offsetMsOf, rangeMsOf, stepMsOf } from './durations.ts'
import type { Expression, Extension, RangeSelector, Subquery, TimeShift } from './expression.ts'
import { parseSeconds } from './literals.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

export function applyPostfix(
  source: SourceText,
  operand: Expression,
  node: SyntaxNode,
): Expression {
  switch (node.name) {
    case 'MatrixSelector':
      return rangeOver(source, operand, node)
    case 'SubqueryExpr':
      return subqueryOver(source, operand, node)
    case 'OffsetExpr':
      return offsetOf(source, operand, node)
    case 'AnchoredExpr':
      return extendedTo(source, operand, { node, extension: 'anchored' })
    case 'SmoothedExpr':
      return extendedTo(source, operand, { node, extension: 'smoothed' })
    default:
      return pinnedAt(source, operand, node)
  }
}

function rangeOver(source: SourceText, operand: Expression, node: SyntaxNode): RangeSelector {
  const refuse = (reason: string) => syntaxError(source, operand.span.from, reason)
  if (operand.kind !== 'selector') throw refuse('ranges only allowed for vector selectors')
  if (operand.offsetMs !== 0) throw refuse('no offset modifiers allowed before range')
  // A pin to the bounds of the query is let through, as Prometheus does.
  if (typeof operand.pinned === 'number') throw refuse('no @ modifiers allowed before range')
  const [rangeMs] = durationsIn(source, node)
  return Object.freeze({ kind: 'range', selector: operand, rangeMs, span: spanTo(operand, node) })
}

function subqueryOver(source: SourceText, operand: Expression, node: SyntaxNode): Subquery {
  const [rangeMs, stepMs] = durationsIn(source, node)
  return Object.freeze({
    kind: 'subquery',
    expression: operand,
    rangeMs,
    ...(stepMs === undefined ? {} : { stepMs }),
    offsetMs: 0,
    span: spanTo(operand, node),
  })
}

function durationsIn(source: SourceText, node: SyntaxNode) {
  const [range, step] = node.getChildren('DurationExpr')
  const rangeMs = range === undefined ? 0 : rangeMsOf(source, range)
  return [rangeMs, step === undefined ? undefined : stepMsOf(source, step)] as const
}

function offsetOf(source: SourceText, operand: Expression, node: SyntaxNode): Expression {
  const clause = node.getChild('OffsetDurationExpr')
  const offsetMs = clause === null ? 0 : offsetMsOf(source, clause)
  return shifted(source, operand, {
    node,
    name: 'offset modifier',
    change(shift) {
      if (shift.offsetMs !== 0)
        throw syntaxError(source, operand.span.from, 'offset may not be set multiple times')
      return { offsetMs }
    },
  })
}

function pinnedAt(source: SourceText, operand: Expression, node: SyntaxNode): Expression {
  return shifted(source, operand, {
    node,
    name: '@ modifier',
    change(shift) {
      if (shift.pinned === undefined) return { pinned: pinOf(source, node) }
      const reason = '@ <timestamp> may not be set multiple times'
      throw syntaxError(source, operand.span.from, reason)
    },
  })
}

function pinOf(source: SourceText, node: SyntaxNode): number | 'start' | 'end' {
  const preprocessor = node.getChild('AtModifierPreprocessors')
  if (preprocessor !== null) return preprocessor.getChild('AtStart') === null ? 'end' : 'start'
  const literal = node.getChild('NumberDurationLiteral', 'At')
  const text = literal === null ? '' : source.slice(literal.from, literal.to)
  const [, sign, digits = ''] = /^([-+]?)\s*(.*)$/s.exec(text) ?? []
  const seconds = parseSeconds(digits)
  const at = literal?.from ?? node.from
  if (seconds === undefined) throw syntaxError(source, at, `bad number syntax: "${text}"`)
  if (!(seconds < most)) {
    const reason = `timestamp out of bounds for @ modifier: ${text}`
    throw syntaxError(source, at, reason)
  }
  const ms = Math.round((sign === '-' ? -seconds : seconds) * 1000)
  return Math.abs(ms) < most ? ms : -most
}

/** What does not fit into 64 bits becomes the least that does. */
const most = 2 ** 63

interface Shift {
  readonly node: SyntaxNode
  readonly name: string
  change(shift: TimeShift): Partial<TimeShift>
}

function shifted(source: SourceText, operand: Expression, shift: Shift): Expression {
  const span = spanTo(operand, shift.node)
  if (operand.kind === 'selector' || operand.kind === 'subquery')
    return Object.freeze({ ...operand, ...shift.change(operand), span })
  if (operand.kind === 'range') {
    const selector = Object.freeze({ ...operand.selector, ...shift.change(operand.selector) })
    return Object.freeze({ ...operand, selector, span })
  }
  const what = 'an instant vector selector or range vector selector or a subquery'
  throw syntaxError(source, operand.span.from, `${shift.name} must be preceded by ${what}`)
}

interface Extending {
  readonly node: SyntaxNode
  readonly extension: Extension
}

function extendedTo(
  source: SourceText,
  operand: Expression,
  { node, extension }: Extending,
): Expression {
  const refuse = (reason: string) => syntaxError(source, operand.span.from, reason)
  if (operand.kind === 'subquery')
    throw refuse(`${extension} modifier is not supported for subqueries`)
  const selector = operand.kind === 'range' ? operand.selector : operand
  if (selector.kind !== 'selector') throw refuse(`${extension} modifier not implemented`)
  const { extension: before = extension } = selector
  if (before !== extension) throw refuse('anchored and smoothed modifiers cannot be used together')
  const [extended, span] = [Object.freeze({ ...selector, extension }), spanTo(operand, node)]
  return operand.kind === 'range'
    ? Object.freeze({ ...operand, selector: extended, span })
    : Object.freeze({ ...extended, span })
}

function spanTo(operand: Expression, node: SyntaxNode) {
  return Object.freeze({ from: operand.span.from, to: node.to })
}
