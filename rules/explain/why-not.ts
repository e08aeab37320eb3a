/** Why an expression gave nothing, in sentences: the parts where its values ended. */

import { formatShortest } from '#lib/go-number'
import { formatLabels } from '#lib/labels'
import {
  type BinaryNode,
  type CallNode,
  type ExpressionNode,
  partsOf,
  textOf,
} from '../expression.ts'
import type { SeenElement } from '../world.ts'
import { isEmpty, type Seen } from './relevant.ts'

/** Values that one reason names. */
const namedMax = 3

export interface Explained {
  readonly seen: Seen
  readonly expr: string
}

/** Nothing where it gave something. */
export function whyNot(node: ExpressionNode, given: Explained): readonly string[] {
  if (!isEmpty(given.seen.valueOf(node))) return []
  const text = oneLine(node, given)
  switch (node.kind) {
    case 'selector':
    case 'range':
      return [`there are no samples of ${text}`]
    case 'binary':
      return whyNotBinary(node, given)
    case 'call':
      return whyNotCall(node, given)
    default: {
      const inner = partsOf(node).flatMap((part) => whyNot(part, given))
      return inner.length > 0 ? inner : [`${text} gives nothing`]
    }
  }
}

const comparison = /^([<>]=?|[!=]=)$/

function whyNotBinary(node: BinaryNode, given: Explained): readonly string[] {
  const { operator, left, right } = node
  const [lacksLeft, lacksRight] = [whyNot(left, given), whyNot(right, given)]
  if (operator === 'unless')
    return lacksLeft.length > 0 ? lacksLeft : [`${oneLine(right, given)} holds it back`]
  if (lacksLeft.length > 0 || lacksRight.length > 0) return [...lacksLeft, ...lacksRight]
  if (!comparison.test(operator))
    return [`${oneLine(left, given)} has no partner with the same labels on the right`]
  return [`${shownSide(left, given)}, and would have to be ${operator} ${limitOf(right, given)}`]
}

function shownSide(node: ExpressionNode, given: Explained): string {
  const value = given.seen.valueOf(node)
  if (value?.type !== 'vector') return `${oneLine(node, given)} is ${limitOf(node, given)}`
  const shown = value.elements.slice(0, namedMax).map(shownElement)
  const more = value.elements.length - shown.length
  return `${oneLine(node, given)} is ${shown.join(', ')}${more > 0 ? ` and ${more} others` : ''}`
}

const shownElement = ({ labels: { __name__: _, ...labels }, value }: SeenElement) =>
  `${formatShortest(value)}${Object.keys(labels).length === 0 ? '' : ` for ${formatLabels(labels)}`}`

function limitOf(node: ExpressionNode, given: Explained): string {
  const value = given.seen.valueOf(node)
  if (value?.type === 'scalar') return formatShortest(value.value)
  const [only, ...others] = value?.type === 'vector' ? value.elements : []
  const text = oneLine(node, given)
  return only === undefined || others.length > 0 ? text : `${formatShortest(only.value)} (${text})`
}

function whyNotCall(node: CallNode, given: Explained): readonly string[] {
  const text = oneLine(node, given)
  if (node.function.startsWith('absent'))
    return [`${node.args.map((arg) => oneLine(arg, given)).join(', ')} is there`]
  const inner = node.args.flatMap((arg) => whyNot(arg, given))
  return inner.length > 0 ? inner : [`${text} needs more samples than there are`]
}

export const oneLine = (node: ExpressionNode, { expr }: Explained) =>
  textOf(node, expr).replace(/\s+/g, ' ')
