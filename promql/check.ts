/** Types of expressions, and the rules that grammar cannot hold, in Prometheus's words. */
import {
  type Aggregation,
  type Binary,
  type Call,
  type Expression,
  fills,
  isComparison,
  isSetOperator,
  type ValueType,
} from './expression.ts'
import { noLabels } from './label-set.ts'
import { signatures } from './signatures.ts'
import { syntaxError } from './syntax-error.ts'

const spoken: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
}

export function typeOf(expression: Expression): ValueType {
  switch (expression.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
    case 'aggregation':
      return 'vector'
    case 'range':
    case 'subquery':
      return 'matrix'
    case 'paren':
      return typeOf(expression.inner)
    case 'unary':
      return typeOf(expression.operand)
    case 'binary':
      return typeOf(expression.left) === 'scalar' && typeOf(expression.right) === 'scalar'
        ? 'scalar'
        : 'vector'
    case 'call':
      return signatures.get(expression.function)?.gives ?? 'vector'
  }
}

/** Throws at the innermost expression that breaks a rule; gives the type of the whole. */
export function check(source: string, expression: Expression): ValueType {
  const refuse = (reason: string) => syntaxError(source, expression.span.from, reason)
  switch (expression.kind) {
    case 'selector':
      if (expression.matchers.some((matcher) => !matcher.matches(noLabels))) return 'vector'
      throw refuse('vector selector must contain at least one non-empty matcher')
    case 'range':
      check(source, expression.selector)
      return 'matrix'
    case 'paren':
      return check(source, expression.inner)
    case 'unary': {
      const type = check(source, expression.operand)
      if (type === 'scalar' || type === 'vector') return type
      const allowed =
        'unary expression only allowed on expressions of type scalar or instant vector'
      throw refuse(`${allowed}, got "${spoken[type]}"`)
    }
    case 'subquery': {
      const type = check(source, expression.expression)
      if (type === 'vector') return 'matrix'
      throw refuse(`subquery is only allowed on instant vector, got ${spoken[type]} instead`)
    }
    case 'binary':
      return checkBinary(source, expression)
    case 'aggregation':
      return checkAggregation(source, expression)
    case 'call':
      return checkCall(source, expression)
    default:
      return typeOf(expression)
  }
}

function checkBinary(source: string, binary: Binary): ValueType {
  const sides = [check(source, binary.left), check(source, binary.right)]
  const reason = binaryFault(binary, sides) ?? matchingFault(binary, sides)
  if (reason !== undefined) throw syntaxError(source, binary.span.from, reason)
  return sides.every((type) => type === 'scalar') ? 'scalar' : 'vector'
}

function binaryFault({ operator, bool }: Binary, sides: readonly ValueType[]) {
  if (bool && !isComparison(operator))
    return 'bool modifier can only be used on comparison operators'
  if (!sides.every((type) => type === 'scalar' || type === 'vector'))
    return 'binary expression must contain only scalar and instant vector types'
  if (isComparison(operator) && !bool && sides.every((type) => type === 'scalar'))
    return 'comparisons between scalars must use BOOL modifier'
  return undefined
}

function matchingFault({ operator, matching }: Binary, sides: readonly ValueType[]) {
  const { mode, labels, many, include } = matching
  const both = include.find((label) => mode === 'on' && labels.includes(label))
  if (both !== undefined) return `label "${both}" must not occur in ON and GROUP clause at once`
  if (sides.every((type) => type === 'vector')) {
    if (!isSetOperator(operator)) return undefined
    if (fills(matching)) return 'filling in missing series not allowed for set operators'
    return many === 'none' ? undefined : `no grouping allowed for "${operator}" operation`
  }
  if (labels.length > 0) return 'vector matching only allowed between instant vectors'
  if (fills(matching)) return 'filling in missing series only allowed between instant vectors'
  return isSetOperator(operator)
    ? `set operator "${operator}" not allowed in binary scalar expression`
    : undefined
}

function checkAggregation(source: string, aggregation: Aggregation): ValueType {
  const { parameter, operand, operator } = aggregation
  const operandType = check(source, operand)
  if (operandType !== 'vector')
    throw syntaxError(
      source,
      operand.span.from,
      `expected type instant vector in aggregation expression, got ${spoken[operandType]}`,
    )
  if (parameter === undefined) return 'vector'
  const wanted = operator === 'count_values' ? 'string' : 'scalar'
  const type = check(source, parameter)
  if (type === wanted) return 'vector'
  const reason = `expected type ${wanted} in aggregation parameter, got ${spoken[type]}`
  throw syntaxError(source, parameter.span.from, reason)
}

/** What is written as a selector, and only says which labels are meant. */
export const isLabelSelector = (call: Call, i: number): boolean =>
  call.function === 'info' && i === 1

function checkLabels(source: string, arg: Expression): void {
  if (arg.kind === 'selector' && arg.name === undefined) return
  const reason = 'expected label selectors only, got vector selector instead'
  throw syntaxError(source, arg.span.from, reason)
}

function checkCall(source: string, call: Call): ValueType {
  const refuse = (reason: string) => syntaxError(source, call.span.from, reason)
  const signature = signatures.get(call.function)
  if (signature === undefined) throw refuse(`unknown function with name "${call.function}"`)
  const { takes, optional, repeats, gives } = signature
  const most = signature.most ?? (repeats ? Number.POSITIVE_INFINITY : takes.length)
  const count = call.args.length
  const expected = (words: string) =>
    refuse(`expected ${words} argument(s) in call to "${call.function}", got ${count}`)
  const least = takes.length - optional
  if (optional === 0 && count !== takes.length) throw expected(`${takes.length}`)
  if (count < least) throw expected(`at least ${least}`)
  if (count > most) throw expected(`at most ${most}`)
  for (const [i, arg] of call.args.entries()) {
    if (isLabelSelector(call, i)) {
      checkLabels(source, arg)
      continue
    }
    const wanted = takes[Math.min(i, takes.length - 1)]
    const type = check(source, arg)
    if (wanted === undefined || type === wanted) continue
    const found = `in call to function "${call.function}", got ${spoken[type]}`
    throw syntaxError(source, arg.span.from, `expected type ${spoken[wanted]} ${found}`)
  }
  return gives
}
