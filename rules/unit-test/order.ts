/** The order in which Prometheus sorts label sets, and their equality: an empty value counts. */
import type { Labels } from '#lib/labels'
import type { ShownAlert } from './test-file.ts'

export const sortedAlerts = (alerts: readonly ShownAlert[]): readonly ShownAlert[] =>
  alerts.toSorted(compareAlerts)

/** 0 where they are equal. */
export const compareAlerts = (a: ShownAlert, b: ShownAlert): number =>
  compareLabels(a.labels, b.labels) || compareLabels(a.annotations, b.annotations)

/** Name and value of the first pair, then of the next; the shorter set first. */
export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [pairsOf(a), pairsOf(b)]
  for (const [i, [name, value]] of left.entries()) {
    const [otherName, otherValue] = right[i] ?? []
    if (otherName === undefined || otherValue === undefined) return 1
    const difference = compareTexts(name, otherName) || compareTexts(value, otherValue)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

const pairsOf = (labels: Labels) => Object.entries(labels).sort(([a], [b]) => compareTexts(a, b))

const compareTexts = (a: string, b: string) => (a < b ? -1 : Number(a > b))
