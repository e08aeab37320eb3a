/** What is left for the end of a query: the names that were to go, and the order. */
import type { Labels } from '#lib/labels'
import { compareLabels, withoutQuantity } from './label-set.ts'
import { type Makers, refuseMerged, refuseTwins } from './twins.ts'
import { type Element, type Value, vectorOf } from './values.ts'

/** The series of a range vector stand in their order; that of a vector is the query's own. */
export function settled(value: Value): Value {
  if (value.type === 'vector') return vectorOf(settledElements(value.elements))
  if (value.type === 'string') return { ...value, value: value.value.toWellFormed() }
  if (value.type !== 'matrix') return value
  const series = value.series.map(unnamed)
  refuseTwins(series)
  return { ...value, series: series.sort((a, b) => compareLabels(a.labels, b.labels)) }
}

/** With `makers`, series are kept apart in all the steps that share them. */
export function settledElements(elements: readonly Element[], makers?: Makers): readonly Element[] {
  const isSettled = !elements.some(({ losesName }) => losesName)
  if (isSettled && makers === undefined) return elements
  const results = elements.map(unnamed)
  if (makers === undefined) refuseTwins(results)
  else refuseMerged(makers, results, elements)
  return results
}

function unnamed<T extends { readonly labels: Labels; readonly losesName?: boolean }>(one: T): T {
  return one.losesName ? { ...one, labels: withoutQuantity(one.labels), losesName: false } : one
}
