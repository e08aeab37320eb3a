/** Binary operators: scalars with scalars, vectors with scalars, vectors with vectors. */
import { calculationOf, comparisonOf } from './arithmetic.ts'
import { changesQuantity, type Dialect } from './dialect.ts'
import { type Binary, isComparison, isSetOperator } from './expression.ts'
import { evaluateMatched } from './matched.ts'
import { evaluateSet } from './sets.ts'
import { mixesNames } from './twins.ts'
import { type Element, scalarOf, type Value, vectorOf } from './values.ts'

export function evaluateBinary(
  binary: Binary,
  [left, right]: readonly [left: Value, right: Value],
  dialect: Dialect,
): Value {
  const withScalar = scalarBy(binary, dialect)
  if (left.type === 'scalar' && right.type === 'scalar')
    return scalarOf(outcomeOf(binary, left.value, right.value) ?? 0)
  if (left.type === 'vector' && right.type === 'scalar')
    return withScalar(left.elements, (value) => [value, right.value])
  if (left.type === 'scalar' && right.type === 'vector')
    return withScalar(right.elements, (value) => [left.value, value])
  if (left.type !== 'vector' || right.type !== 'vector')
    throw new Error('An unchecked expression: operands must be scalars or vectors')
  const elements = isSetOperator(binary.operator)
    ? evaluateSet(binary.operator, binary.matching, [left.elements, right.elements])
    : evaluateMatched(binary, [left.elements, right.elements], {
        dialect,
        outcome: (a, b) => outcomeOf(binary, a, b),
      })
  return vectorOf(elements)
}

/** Undefined where a comparison filters the pair out; the left value where it does not. */
function outcomeOf({ operator, bool }: Binary, left: number, right: number): number | undefined {
  if (isSetOperator(operator)) return undefined
  if (!isComparison(operator)) return calculationOf(operator)(left, right)
  const holds = comparisonOf(operator)(left, right)
  if (bool) return holds ? 1 : 0
  return holds ? left : undefined
}

type SidesOf = (value: number) => [left: number, right: number]

/** A comparison that filters keeps the vector's value and name, whichever side it stands on. */
function scalarBy(binary: Binary, dialect: Dialect) {
  const filters = isComparison(binary.operator) && !binary.bool
  const renames = changesQuantity(binary, dialect)
  return (elements: readonly Element[], sidesOf: SidesOf): Value => {
    const results: Element[] = []
    for (const element of elements) {
      const value = outcomeOf(binary, ...sidesOf(element.value))
      if (value === undefined) continue
      if (renames) results.push(dialect.renamed(element, value))
      else results.push(filters ? element : { ...element, value })
    }
    if (renames && mixesNames(binary)) dialect.refuseTwins(results)
    return vectorOf(results)
  }
}
