/** The order of a vector: by value, or by labels as people count (`disk9` before `disk10`). */
import { sortOverRange } from '../annotations.ts'
import { compareLabels } from '../label-set.ts'
import type { Query } from '../query.ts'
import { type Element, vectorOf } from '../values.ts'
import { elementsIn, type FunctionBody, textsIn } from './call-site.ts'

type Compare = (a: Element, b: Element) => number

export const order: Readonly<Record<string, FunctionBody>> = {
  sort: ordered(() => (a, b) => byValue(a.value, b.value)),
  sort_desc: ordered(
    () => (a, b) =>
      Number.isNaN(a.value) || Number.isNaN(b.value)
        ? byValue(a.value, b.value)
        : byValue(b.value, a.value),
  ),
  sort_by_label: ordered(byLabels),
  sort_by_label_desc: ordered((names) => {
    const compare = byLabels(names)
    return (a, b) => compare(b, a)
  }),
}

function ordered(compareBy: (texts: readonly string[]) => Compare): FunctionBody {
  return (args, { query, call }) => {
    if (isOverRange(query)) query.annotate(sortOverRange, call.span)
    return vectorOf(elementsIn(args).toSorted(compareBy(textsIn(args))))
  }
}

const isOverRange = ({ startMs, endMs, dialect }: Query) =>
  startMs !== endMs && dialect.warnsOfOrder

/** NaN comes last. */
function byValue(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a === b ? 0 : a < b ? -1 : 1
}

/** By the labels asked for, then by all that there are. */
function byLabels(names: readonly string[]): Compare {
  return (a, b) => {
    for (const name of names) {
      const found = naturally(a.labels[name] ?? '', b.labels[name] ?? '')
      if (found !== 0) return found
    }
    return compareLabels(a.labels, b.labels)
  }
}

const run = /\d+|\D+/g

/** Runs of digits are compared as numbers. */
function naturally(a: string, b: string): number {
  const [left, right] = [a.match(run) ?? [], b.match(run) ?? []]
  for (const [i, text] of left.entries()) {
    const other = right[i]
    if (other === undefined) return 1
    if (text === other) continue
    const difference = Number(text) - Number(other)
    if (!Number.isNaN(difference) && difference !== 0) return difference
    return text < other ? -1 : 1
  }
  return left.length - right.length
}
