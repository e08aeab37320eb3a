/** Expressions between the rules, which ask, and the evaluator, which answers. */
import { messageOf } from '#lib/errors'
import { type Dialect, parse, type Value } from '#promql'
import type { CheckExpression, Element } from '#rules'

/** In the evaluator's own dialect where none is named. */
export function checkIn(dialect?: Dialect): CheckExpression {
  return (expr) => {
    try {
      parse(expr, dialect)
      return undefined
    } catch (error) {
      return messageOf(error)
    }
  }
}

export function vectorOf(value: Value): readonly Element[] {
  if (value.type === 'vector') return value.elements
  if (value.type === 'scalar') return [{ labels: {}, value: value.value }]
  // As Prometheus says it.
  throw new Error('rule result is not a vector or scalar')
}
