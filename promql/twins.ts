/** Series that become the same one when they lose what told them apart, such as their names. */
import type { Labels } from '#lib/labels'
import { type Expression, partsOf } from './expression.ts'
import { nameLabel, signatureOf } from './label-set.ts'
import { executionFault } from './values.ts'

export interface Labelled {
  readonly labels: Labels
}

const twinFault = () => executionFault('vector cannot contain metrics with the same labelset')

export function refuseTwins(elements: readonly Labelled[]): void {
  const seen = new Set<string>()
  for (const { labels } of elements) seen.add(signatureOf(labels))
  if (seen.size < elements.length) throw twinFault()
}

/** What each series was made of, by what became of it. */
export type Makers = Map<string, string>

/** Throws where what is made of one series was made of another one before, at whatever time. */
export function refuseMerged(makers: Makers, made: readonly Labelled[], of: readonly Labelled[]) {
  for (const [i, { labels }] of made.entries()) {
    const result = signatureOf(labels)
    const maker = signatureOf(of[i]?.labels ?? labels)
    const before = makers.get(result)
    if (before !== undefined && before !== maker) throw twinFault()
    makers.set(result, maker)
  }
}

const known = new WeakMap<Expression, boolean>()

/** Whether an expression may give series that differ in nothing but their names. */
export function mixesNames(expression: Expression): boolean {
  const found = known.get(expression) ?? mixes(expression)
  known.set(expression, found)
  return found
}

function mixes(expression: Expression): boolean {
  switch (expression.kind) {
    case 'selector':
      return !expression.matchers.some(({ name, operator, value }) => {
        return name === nameLabel && operator === '=' && value !== ''
      })
    case 'range':
      return mixesNames(expression.selector)
    case 'binary': {
      const { operator, matching, left, right } = expression
      const isNamed = operator === 'or' || matching.include.includes(nameLabel)
      return isNamed || mixesNames(left) || mixesNames(right)
    }
    case 'aggregation':
      return expression.operator === 'count_values' || mixesNames(expression.operand)
    case 'call':
      return expression.function.startsWith('label_') || expression.args.some(mixesNames)
    default:
      return partsOf(expression).some(mixesNames)
  }
}
