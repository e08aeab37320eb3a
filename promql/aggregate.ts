/** Aggregations: which elements form a group, and what one group becomes. */
import type { Aggregation, AggregationOperator, Grouping } from './expression.ts'
import { labelSet, nameLabel, only, signatureIgnoring, signatureOn, without } from './label-set.ts'
import { formatPlain } from './literals.ts'
import { mean, quantile, variance } from './statistics.ts'
import { type Element, executionFault, type Value, vectorOf } from './values.ts'

export function evaluateAggregation(
  { operator, grouping }: Aggregation,
  operand: Value,
  parameter: Value | undefined,
): Value {
  const elements = operand.type === 'vector' ? operand.elements : []
  switch (operator) {
    case 'topk':
    case 'bottomk': {
      const count = parameter?.type === 'scalar' ? parameter.value : 0
      const groups = groupsOf(elements, grouping)
      return vectorOf(groups.flatMap((group) => extremes(operator, group.members, count)))
    }
    case 'count_values':
      return countValues(elements, grouping, parameter?.type === 'string' ? parameter.value : '')
    case 'quantile': {
      const q = parameter?.type === 'scalar' ? parameter.value : Number.NaN
      return vectorOf(
        groupsOf(elements, grouping).map((group) =>
          summed(group, quantile(q, group.members.map(numberOf))),
        ),
      )
    }
    default: {
      const reduce = reducers[operator]
      return vectorOf(
        groupsOf(elements, grouping).map((group) => summed(group, reduce(group.members))),
      )
    }
  }
}

interface Group {
  readonly labels: Element['labels']
  readonly members: Element[]
}

function groupsOf(elements: readonly Element[], { mode, labels: names }: Grouping): Group[] {
  if (elements.length === 0) return []
  const sorted = [...new Set(names)].sort()
  const groups = new Map<string, Group>()
  for (const element of elements) {
    const { labels } = element
    const key = mode === 'by' ? signatureOn(labels, sorted) : signatureIgnoring(labels, sorted)
    const group = groups.get(key)
    if (group !== undefined) group.members.push(element)
    else
      groups.set(key, {
        labels: mode === 'by' ? only(labels, sorted) : without(labels, [nameLabel, ...sorted]),
        members: [element],
      })
  }
  return [...groups.values()]
}

const numberOf = ({ value }: Element) => value

type Reducer = (members: readonly Element[]) => number
type Reduced = Exclude<AggregationOperator, 'topk' | 'bottomk' | 'quantile' | 'count_values'>

const reducers: Readonly<Record<Reduced, Reducer>> = {
  sum: (members) => members.reduce((sum, { value }) => sum + value, 0),
  avg: (members) => mean(members.map(numberOf)),
  count: (members) => members.length,
  group: () => 1,
  min: (members) => members.map(numberOf).reduce((a, b) => (a > b || Number.isNaN(a) ? b : a)),
  max: (members) => members.map(numberOf).reduce((a, b) => (a < b || Number.isNaN(a) ? b : a)),
  stddev: (members) => Math.sqrt(variance(members.map(numberOf))),
  stdvar: (members) => variance(members.map(numberOf)),
}

/** One element for a group; it comes from where its member with the newest sample comes. */
function summed({ labels, members }: Group, value: number): Element {
  let newest: Element | undefined
  for (const member of members)
    if (member.sampledAtMs !== undefined && !(member.sampledAtMs <= (newest?.sampledAtMs ?? -1)))
      newest = member
  return { labels, value, sampledAtMs: newest?.sampledAtMs, origin: newest?.origin }
}

/** Ordered best first; NaN is worse than any number; of equals the earlier stays. */
function extremes(
  operator: 'topk' | 'bottomk',
  members: readonly Element[],
  wanted: number,
): Element[] {
  if (Number.isNaN(wanted) || Math.abs(wanted) >= 2 ** 63)
    throw executionFault(`Scalar value ${wanted} overflows int64`)
  const count = Math.trunc(wanted)
  if (count < 1) return []
  const sign = operator === 'topk' ? -1 : 1
  const ranked = members.toSorted((a, b) => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value))
    return a.value === b.value ? 0 : sign * (a.value < b.value ? -1 : 1)
  })
  return ranked.slice(0, count)
}

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

function countValues(elements: readonly Element[], grouping: Grouping, label: string): Value {
  if (!labelName.test(label)) throw executionFault(`invalid label name "${label}"`)
  const labelled = elements.map((element) => ({
    ...element,
    labels: labelSet([...Object.entries(element.labels), [label, formatPlain(element.value)]]),
  }))
  const { mode, labels: names } = grouping
  const labels = mode === 'by' ? [...names, label] : names
  return vectorOf(
    groupsOf(labelled, { mode, labels }).map((group) => summed(group, group.members.length)),
  )
}
