/** Operators on two numbers, with Go's answers where JavaScript's differ. */
import type { ArithmeticOperator, ComparisonOperator } from './expression.ts'

const calculations: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
}

const comparisons: Readonly<Record<ComparisonOperator, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
}

export const calculationOf = (operator: ArithmeticOperator) => calculations[operator]
export const comparisonOf = (operator: ComparisonOperator) => comparisons[operator]

/** IEEE 754 says `1 ^ NaN` and `(-1) ^ Inf` are 1; JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1
  return base ** exponent
}

/** Like `Math.max`, but an infinity that decides wins over NaN, as in Go. */
export function larger(a: number, b: number): number {
  const most = Number.POSITIVE_INFINITY
  return a === most || b === most ? most : Math.max(a, b)
}

export function smaller(a: number, b: number): number {
  const least = Number.NEGATIVE_INFINITY
  return a === least || b === least ? least : Math.min(a, b)
}
