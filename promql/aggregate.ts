/** Aggregations: which elements form a group, and what one group becomes. */
import { formatShortest } from '#lib/go-number'
import { quoteGo } from '#lib/go-text'
import { type Annotate, quantileFault, ratioCapped } from './annotations.ts'
import { type Dialect, isFrom } from './dialect.ts'
import type { Aggregation, AggregationOperator, Grouping } from './expression.ts'
import { lotOf } from './label-hash.ts'
import { labelSet, nameLabel, only, signatureIgnoring, signatureOn, without } from './label-set.ts'
import { formatPlain } from './literals.ts'
import type { Query } from './query.ts'
import { mean, plainRunningMean, plainSumOf, quantile, sumOf, variance } from './statistics.ts'
import { type Element, executionFault, type Value, vectorOf } from './values.ts'

export interface AggregationInput {
  readonly operand: Value
  readonly parameter: Value | undefined
}

export function evaluateAggregation(
  aggregation: Aggregation,
  { operand, parameter }: AggregationInput,
  { dialect, annotate: annotateAt }: Pick<Query, 'dialect' | 'annotate'>,
): Value {
  const { operator, grouping } = aggregation
  const annotate: Annotate = (annotation) => annotateAt(annotation, aggregation.parameter?.span)
  const elements = operand.type === 'vector' ? operand.elements : []
  const given = parameter?.type === 'scalar' ? parameter.value : Number.NaN
  if (operator === 'count_values')
    return countValues(elements, grouping, labelIn(parameter, dialect))
  const isMoot = dialect.parameterOfNoneIsMoot && elements.length === 0
  if (operator === 'limit_ratio')
    return vectorOf(isMoot && Number.isNaN(given) ? [] : share(elements, ratioOf(given, annotate)))
  const groups = groupsOf(elements, grouping)
  const fault = quantileFault(given)
  switch (operator) {
    case 'topk':
    case 'bottomk':
    case 'limitk':
      return vectorOf(isMoot ? [] : choosing(operator, groups, countOf(given, dialect)))
    case 'quantile':
      if (fault !== undefined) annotate(fault)
      return vectorOf(
        groups.map((group) => summed(group, quantile(given, group.members.map(numberOf)))),
      )
    default: {
      const reduce = reducers[operator]
      return vectorOf(groups.map((group) => summed(group, reduce(group.members, dialect))))
    }
  }
}

function labelIn(parameter: Value | undefined, { isLabelName }: Dialect): string {
  const label = parameter?.type === 'string' ? parameter.value : ''
  if (!isLabelName(label)) throw executionFault(`invalid label name ${quoteGo(label)}`)
  return label
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

type Reducer = (members: readonly Element[], dialect: Dialect) => number
type Reduced = Exclude<AggregationOperator, Choosing | 'quantile' | 'count_values' | 'limit_ratio'>
type Choosing = 'topk' | 'bottomk' | 'limitk'

const reducers: Readonly<Record<Reduced, Reducer>> = {
  sum: (members, { sumsKeepLost }) => (sumsKeepLost ? sumOf : plainSumOf)(members.map(numberOf)),
  avg: (members, { sumsKeepLost }) =>
    (sumsKeepLost ? mean : plainRunningMean)(members.map(numberOf)),
  count: (members) => members.length,
  group: () => 1,
  min: (members) => members.map(numberOf).reduce((a, b) => (a > b || Number.isNaN(a) ? b : a)),
  max: (members) => members.map(numberOf).reduce((a, b) => (a < b || Number.isNaN(a) ? b : a)),
  stddev: (members, dialect) => Math.sqrt(spread(members, dialect)),
  stdvar: spread,
}

function spread(members: readonly Element[], { aloneIsNoSpread }: Dialect): number {
  return variance(members.map(numberOf), aloneIsNoSpread ? 'always' : 'if finite')
}

/** One element for a group; it comes from where its member with the newest sample comes. */
function summed({ labels, members }: Group, value: number): Element {
  let newest: Element | undefined
  let losesName = false
  for (const member of members) {
    if (member.losesName) losesName = true
    if (member.sampledAtMs !== undefined && !(member.sampledAtMs <= (newest?.sampledAtMs ?? -1)))
      newest = member
  }
  return { labels, value, sampledAtMs: newest?.sampledAtMs, origin: newest?.origin, losesName }
}

/** The first members, or the best first: NaN is worse than any number; of equals the earlier. */
function chosen(operator: Choosing, members: readonly Element[], count: number): Element[] {
  if (count < 1) return []
  if (operator === 'limitk') return members.slice(0, count)
  const sign = operator === 'topk' ? -1 : 1
  const ranked = members.toSorted((a, b) => {
    if (Number.isNaN(a.value) || Number.isNaN(b.value))
      return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value))
    return a.value === b.value ? 0 : sign * (a.value < b.value ? -1 : 1)
  })
  return ranked.slice(0, count)
}

const choosing = (operator: Choosing, groups: readonly Group[], count: number) =>
  groups.flatMap(({ members }) => chosen(operator, members, count))

/** How many are asked for; what is below one may be any number. */
function countOf(given: number, { parameterMayBeSmall, version }: Dialect): number {
  if (parameterMayBeSmall && given < 1) return 0
  if (Number.isNaN(given) && isFrom('3', version)) throw executionFault('Parameter value is NaN')
  if (Math.abs(given) < 2 ** 63) return Math.trunc(given)
  throw executionFault(`Scalar value ${formatShortest(given)} overflows int64`)
}

function ratioOf(given: number, annotate: Query['annotate']): number {
  if (Number.isNaN(given)) throw executionFault('Ratio value is NaN')
  const ratio = Math.min(1, Math.max(-1, given))
  if (ratio !== given) annotate(ratioCapped(given, ratio))
  return ratio
}

/** By lots, so that a share and the share of its complement never overlap. */
function share(elements: readonly Element[], ratio: number): Element[] {
  return elements.filter(({ labels }) => {
    const lot = lotOf(labels)
    return ratio >= 0 ? lot < ratio : lot >= 1 + ratio
  })
}

function countValues(elements: readonly Element[], grouping: Grouping, label: string): Value {
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
