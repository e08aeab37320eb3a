/**
 * Precedence. The grammar binds `offset`, `@` and `[…]` weaker than operators (`a + b offset 5m`
 * would move both), so the parts come here flat and are put together as Prometheus does.
 */
import type { SyntaxNode } from '@lezer/common'
import type { BinaryOperator, Expression, Matching, Span } from './expression.ts'
import { applyPostfix } from './postfix.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

export type Infix =
  | { readonly part: 'prefix'; readonly sign: string; readonly at: number }
  | { readonly part: 'operand'; readonly expression: Expression }
  | { readonly part: 'postfix'; readonly node: SyntaxNode }
  | InfixOperator

interface InfixOperator {
  readonly part: 'infix'
  readonly operator: string
  readonly bool: boolean
  readonly matching: Matching
  readonly at: number
}

/** Weakest first; only `^` groups to the right. */
const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and', 'unless'],
  ['==', '!=', '>', '<', '>=', '<='],
  ['+', '-'],
  ['*', '/', '%', 'atan2'],
  ['^'],
]
const strength = new Map(levels.flatMap((names, level) => names.map((name) => [name, level + 1])))
const strengthOf = (operator: string) => strength.get(operator) ?? 0
const power = strengthOf('^')

export function buildInfix(source: SourceText, parts: readonly Infix[]): Expression {
  return readBinary({ source, parts, next: 0 }, 1)
}

interface Cursor {
  readonly source: SourceText
  readonly parts: readonly Infix[]
  next: number
}

function readBinary(cursor: Cursor, weakest: number): Expression {
  let left = readUnary(cursor)
  for (;;) {
    const part = cursor.parts[cursor.next]
    if (part?.part !== 'infix' || strengthOf(part.operator) < weakest) return left
    cursor.next++
    const own = strengthOf(part.operator)
    const right = readBinary(cursor, own === power ? own : own + 1)
    left = Object.freeze({
      kind: 'binary',
      operator: part.operator as BinaryOperator, // The grammar lists them.
      left,
      right,
      bool: part.bool,
      matching: part.matching,
      span: spanOf(left.span.from, right.span.to),
    })
  }
}

/** A sign binds weaker than `^` and as strong as `*`; before a number it is part of it. */
function readUnary(cursor: Cursor): Expression {
  const part = cursor.parts[cursor.next]
  if (part?.part !== 'prefix') return readPostfix(cursor)
  cursor.next++
  const operand = readBinary(cursor, power)
  const operator = part.sign === '-' ? '-' : '+'
  const span = spanOf(part.at, operand.span.to)
  return operand.kind === 'number'
    ? Object.freeze({ ...operand, value: operator === '-' ? -operand.value : operand.value, span })
    : Object.freeze({ kind: 'unary', operator, operand, span })
}

function readPostfix(cursor: Cursor): Expression {
  const part = cursor.parts[cursor.next++]
  if (part?.part !== 'operand') throw syntaxError(cursor.source, 0, 'expected an operand')
  let expression = part.expression
  for (;;) {
    const follow = cursor.parts[cursor.next]
    if (follow?.part !== 'postfix') return expression
    expression = applyPostfix(cursor.source, expression, follow.node)
    cursor.next++
  }
}

const spanOf = (from: number, to: number): Span => Object.freeze({ from, to })
