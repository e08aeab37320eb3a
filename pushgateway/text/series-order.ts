/** The order of series inside one push, found on their labels before they are written. */
import type { LabelPair } from './family.ts'

type Merge = (labels: readonly LabelPair[]) => readonly LabelPair[]

/**
 * Prometheus's order of series in a family: fewer labels first, then by the labels' values. 0 means
 * the same series. The labels that the group adds need a look only where the own names differ.
 */
export function ownInOrder(a: readonly LabelPair[], b: readonly LabelPair[], merge: Merge): number {
  return sameNames(a, b) ? inOrder(a, b) : inOrder(merge(a), merge(b))
}

function inOrder(a: readonly LabelPair[], b: readonly LabelPair[]): number {
  if (a.length !== b.length) return a.length - b.length
  return compareBy(a, b, 1) || compareBy(a, b, 0)
}

function compareBy(a: readonly LabelPair[], b: readonly LabelPair[], part: 0 | 1): number {
  for (let i = 0; i < a.length; i++) {
    const left = a[i]?.[part] ?? ''
    const right = b[i]?.[part] ?? ''
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

function sameNames(a: readonly LabelPair[], b: readonly LabelPair[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i]?.[0] !== b[i]?.[0]) return false
  return true
}
