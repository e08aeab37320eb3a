/**
 * The other ways to ask for one time, which must be answered the same: with the time written into
 * every selector, whenever that is asked; and in the middle of a range.
 */
import { type Expression, partsOf, type TimeShift } from '../expression.ts'
import { format } from '../format.ts'

/** What these give depends on when they are evaluated, wherever their arguments look. */
const seesTheTime: ReadonlySet<string> = new Set([
  ...['time', 'timestamp', 'predict_linear', 'start', 'end', 'step', 'range'],
  ...['minute', 'hour', 'day_of_week', 'day_of_month', 'day_of_year'],
  ...['days_in_month', 'month', 'year', 'info'],
])

export interface Question {
  readonly text: string
  readonly atMs: number
}

/** None where the answer depends on when it is asked. */
export function pinnedQuestions(expression: Expression, atMs: number): Question[] {
  if (someCall(expression, (name) => seesTheTime.has(name))) return []
  const text = format(pinned(expression, atMs))
  const times =
    atMs === 0 ? [-1000, 0, 1000] : [-10 * atMs, 0, Math.trunc(atMs / 5), atMs, 10 * atMs]
  return times.map((ms) => ({ text, atMs: ms }))
}

/** Whether the middle of a range is another thing than a time of its own. */
export const seesTheRange = (text: string) => /(?:start|end|range|step)\(\)/.test(text)

function someCall(expression: Expression, holds: (name: string) => boolean): boolean {
  const isOne = expression.kind === 'call' && holds(expression.function)
  return isOne || partsOf(expression).some((child) => someCall(child, holds))
}

/** What stands inside of a subquery looks from the times of that. */
function pinned(expression: Expression, atMs: number): Expression {
  const inner = <T extends Expression>(child: T): Expression => pinned(child, atMs)
  switch (expression.kind) {
    case 'selector':
    case 'subquery':
      return at(expression, atMs)
    case 'range':
      return { ...expression, selector: at(expression.selector, atMs) }
    case 'paren':
      return { ...expression, inner: inner(expression.inner) }
    case 'unary':
      return { ...expression, operand: inner(expression.operand) }
    case 'binary':
      return { ...expression, left: inner(expression.left), right: inner(expression.right) }
    case 'aggregation': {
      const { parameter } = expression
      const given = parameter === undefined ? {} : { parameter: inner(parameter) }
      return { ...expression, ...given, operand: inner(expression.operand) }
    }
    case 'call':
      return { ...expression, args: expression.args.map(inner) }
    default:
      return expression
  }
}

const at = <T extends TimeShift>(shifted: T, atMs: number): T => ({
  ...shifted,
  pinned: typeof shifted.pinned === 'number' ? shifted.pinned : atMs,
})
