/**
 * What stands still: expressions that mean the same at every step of a range, for `@` pins all that
 * they read. They are evaluated once, as Prometheus does: a month has a thousand steps.
 */
import { type Expression, partsOf } from './expression.ts'
import type { Value } from './values.ts'

/** The value of each that stands still, once it is known. */
export type StillValues = Map<Expression, Value | undefined>

export function stillIn(expression: Expression): StillValues {
  const found: StillValues = new Map()
  visit(expression, found)
  return found
}

/** These ask for the time of the step themselves, or for that of a sample. */
const ofTheirTime = new Set(['time', 'timestamp', 'predict_linear', 'info'])

/** Whether it stands still. Ranges are not kept: their samples may lie in memory that is lent. */
function visit(expression: Expression, found: StillValues): boolean {
  switch (expression.kind) {
    case 'number':
    case 'string':
      return true
    case 'selector':
      return kept(expression, found, expression.pinned !== undefined)
    case 'range':
      return expression.selector.pinned !== undefined
    case 'subquery':
      visit(expression.expression, found)
      return expression.pinned !== undefined
    case 'paren':
      return visit(expression.inner, found)
    case 'unary':
    case 'binary':
    case 'aggregation':
      return kept(expression, found, all(partsOf(expression), found))
    case 'call': {
      const { args } = expression
      const asksNoTime = args.length > 0 && !ofTheirTime.has(expression.function)
      return kept(expression, found, all(args, found) && asksNoTime)
    }
  }
}

/** Looks into every part, whatever the first of them is. */
const all = (parts: readonly Expression[], found: StillValues) =>
  parts.map((part) => visit(part, found)).every(Boolean)

function kept(expression: Expression, found: StillValues, isStill: boolean): boolean {
  if (isStill) found.set(expression, undefined)
  return isStill
}
