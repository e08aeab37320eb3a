/** `and`, `or`, `unless`: which elements stay, by the labels that match. Values do not change. */
import type { Matching, SetOperator } from './expression.ts'
import { signatureIgnoring, signatureOn } from './label-set.ts'
import type { Element } from './values.ts'

export function evaluateSet(
  operator: SetOperator,
  matching: Matching,
  [left, right]: readonly [readonly Element[], readonly Element[]],
): readonly Element[] {
  const signature = signatureBy(matching)
  const signaturesOf = (elements: readonly Element[]) =>
    new Set(elements.map(({ labels }) => signature(labels)))
  if (operator === 'or') {
    if (left.length === 0 || right.length === 0) return left.length === 0 ? right : left
    const taken = signaturesOf(left)
    return [...left, ...right.filter(({ labels }) => !taken.has(signature(labels)))]
  }
  if (left.length === 0) return []
  if (right.length === 0) return operator === 'and' ? [] : left
  const present = signaturesOf(right)
  const wanted = operator === 'and'
  return left.filter(({ labels }) => present.has(signature(labels)) === wanted)
}

/** How a matching clause compares label sets. */
export function signatureBy({ mode, labels: names }: Matching) {
  const sorted = [...names].sort()
  return mode === 'on'
    ? (labels: Element['labels']) => signatureOn(labels, sorted)
    : (labels: Element['labels']) => signatureIgnoring(labels, sorted)
}
