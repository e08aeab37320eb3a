/** Durations in an expression: `5m`, `300` (seconds), and what is reckoned of them. */
import type { SyntaxNode } from '@lezer/common'
import { parseNumber, parseSeconds, secondsFault } from './literals.ts'
import { operatorAfter } from './operator-after.ts'
import { type SourceText, syntaxError } from './syntax-error.ts'

/** Milliseconds of a range, which is above zero, though it may be less than half of one. */
export function rangeMsOf(source: SourceText, node: SyntaxNode): number {
  const seconds = secondsOf(source, node)
  if (seconds > 0) return msOf(source, node, seconds)
  throw syntaxError(source, node.from, 'duration must be greater than 0')
}

/** Milliseconds of the step of a subquery: one at least, for it has to get on. */
export function stepMsOf(source: SourceText, node: SyntaxNode): number {
  const stepMs = rangeMsOf(source, node)
  if (stepMs !== 0) return stepMs
  throw syntaxError(source, node.from, 'duration must be greater than 0')
}

/** Milliseconds of an `offset`, which may be negative. */
export function offsetMsOf(source: SourceText, node: SyntaxNode): number {
  return msOf(source, node, secondsOf(source, node))
}

/** Some 290 years, as many as Go's durations hold. What is no number becomes the least of them. */
const secondsMost = 2 ** 63 / 1e9
const msLeast = -9_223_372_036_854

function msOf(source: SourceText, node: SyntaxNode, seconds: number): number {
  if (Number.isNaN(seconds)) return msLeast
  if (Math.abs(seconds) <= secondsMost) return Math.round(seconds * 1000) || 0 // Never -0.
  throw syntaxError(source, node.from, 'duration out of range')
}

function secondsOf(source: SourceText, node: SyntaxNode): number {
  const [first, second] = [...node.getChildren('DurationExpr'), ...inner(node)]
  const sign = node.getChild('UnaryOp')
  if (first === undefined) return literalOf(source, node)
  const left = secondsOf(source, first)
  if (sign !== null) return source.slice(sign.from, sign.to) === '-' ? -left : left
  if (second === undefined) return left
  return reckon(source, node, [left, secondsOf(source, second)])
}

/** An offset holds its own kind of node where it begins with a sign. */
const inner = (node: SyntaxNode) => node.getChildren('OffsetDurationExpr')

function reckon(source: SourceText, node: SyntaxNode, [a, b]: readonly [number, number]): number {
  if (node.getChild('DurationMinOf') !== null) return Math.min(a, b)
  if (node.getChild('DurationMaxOf') !== null) return Math.max(a, b)
  const operator = node.firstChild === null ? null : operatorAfter(node.firstChild)
  switch (operator?.name) {
    case 'Add':
      return a + b
    case 'Sub':
      return a - b
    case 'Mul':
      return a * b
    case 'Pow':
      return a ** b
    default: {
      if (b === 0) throw syntaxError(source, operator?.from ?? node.from, 'division by zero')
      return operator?.name === 'Div' ? a / b : a % b
    }
  }
}

function literalOf(source: SourceText, node: SyntaxNode): number {
  const { stepMs = 0, rangeMs = 0 } = source
  if (node.getChild('DurationStep') !== null) return stepMs / 1000
  if (node.getChild('DurationRange') !== null) return rangeMs / 1000
  const text = source.slice(node.from, node.to).trim()
  const seconds = parseSeconds(text)
  if (seconds !== undefined && Math.abs(seconds) > secondsMost)
    throw syntaxError(source, node.from, 'duration out of range')
  if (seconds !== undefined) return seconds
  throw syntaxError(source, node.from, secondsFault(text, 'not a valid duration string'))
}

/** Whether a literal is written without a unit, which Prometheus 2.42 refuses. */
export const lacksUnit = (text: string): boolean => parseNumber(text) !== undefined
