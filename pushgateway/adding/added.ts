/**
 * What a push comes to where pushes add up: counters, histograms and the counts and sums of
 * summaries stand on top of what the group holds, series by series; everything else replaces it.
 */

import { nativeOf } from '../formats/native-message.ts'
import { familyOf, type GroupState } from '../store/state.ts'
import type { LabelPair, ParsedFamily, ParsedMetric } from '../text/family.ts'
import { formatValue } from '../text/value-text.ts'
import { ownLabels, seriesKey, storedMetrics } from './stored-metrics.ts'

export interface Added {
  /** Of each family that was pushed: all series that the group is to show of it. */
  readonly families: readonly ParsedFamily[]
  /** Why the push cannot be added to what is there. */
  readonly refusal?: string
}

export interface Addition {
  readonly before: GroupState | undefined
  readonly families: readonly ParsedFamily[]
  /** The grouping key. */
  readonly pairs: readonly LabelPair[]
}

export function added({ before, families, pairs }: Addition): Added {
  const sums: ParsedFamily[] = []
  for (const family of families) {
    const refusal = refusalOf(family)
    if (refusal !== undefined) return { families: [], refusal }
    const sum = isOfProcess(family) ? family : addedFamily(family, { before, pairs })
    if (typeof sum === 'string') return { families: [], refusal: sum }
    sums.push(sum)
  }
  return { families: sums }
}

/** What a client library tells of the process that pushes: another process does not add to it. */
const processPrefix = /^(?:process|go|python|nodejs|jvm|ruby|dotnet|promhttp)_/

const isOfProcess = ({ name }: ParsedFamily) => processPrefix.test(name)

/** Text where the two do not fit together: why. */
function addedFamily(
  family: ParsedFamily,
  { before, pairs }: Pick<Addition, 'before' | 'pairs'>,
): ParsedFamily | string {
  const refusal = refusalOf(family)
  if (refusal !== undefined) return refusal
  const old = familyOf(before, family.name)
  const isOther = old?.head.type !== family.type
  if (old === undefined || isOther) return { ...family, metrics: family.metrics.map(bare) }
  const rest = new Map<string, ParsedMetric>()
  for (const metric of storedMetrics(old, pairs)) rest.set(seriesKey(metric.labels), metric)
  const metrics: ParsedMetric[] = []
  for (const pushed of family.metrics) {
    const key = seriesKey(ownLabels(pushed.labels, pairs))
    const known = rest.get(key)
    rest.delete(key)
    const sum = known === undefined ? bare(pushed) : sumOf(family, known, pushed)
    if (typeof sum === 'string') return sum
    metrics.push(sum)
  }
  return { ...family, help: family.help ?? old.head.help, metrics: [...metrics, ...rest.values()] }
}

function sumOf(
  { name, type }: ParsedFamily,
  known: ParsedMetric,
  pushed: ParsedMetric,
): ParsedMetric | string {
  if (type === 'counter') return { ...bare(pushed), value: known.value + pushed.value }
  if (type !== 'histogram' && type !== 'summary') return bare(pushed)
  const count = known.count + pushed.count
  const sum = known.sum + pushed.sum
  if (type === 'summary') return { ...bare(pushed), count, sum }
  const [old, fresh] = [bucketsOf(known), bucketsOf(pushed)]
  const fits = old.length === fresh.length && old.every(([bound], i) => bound === fresh[i]?.[0])
  if (!fits)
    return `histogram "${name}" has ${boundsOf(old)}, and ${boundsOf(fresh)} were pushed${remedy}`
  const points = old.map(([bound, value], i) => [bound, value + (fresh[i]?.[1] ?? 0)] as const)
  return { ...bare(pushed), count, sum, points }
}

type Buckets = ParsedMetric['points']

/** In order, with the last one even where the push left it out. */
function bucketsOf({ points, count }: ParsedMetric): Buckets {
  const isWhole = points.some(([bound]) => bound === Infinity)
  const all = isWhole ? [...points] : [...points, [Infinity, count] as const]
  return all.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

const boundsOf = (buckets: Buckets) =>
  `the buckets ${buckets.map(([bound]) => formatValue(bound)).join(', ')}`

const remedy = '; they do not add up: push by PUT to begin anew'

/** Exemplars and times of creation are those of one push: they do not stand beside a sum. */
function bare({ proto: _, ...metric }: ParsedMetric): ParsedMetric {
  return metric
}

/** What would spoil a sum for good. */
function refusalOf({ name, type, metrics }: ParsedFamily): string | undefined {
  for (const metric of metrics) {
    const found = grows(type, metric).find((value) => !(value >= 0 && value < Infinity))
    if (found !== undefined)
      return `${type} "${name}" cannot grow by ${formatValue(found)}: pushes of this group add up`
    if (type !== 'counter' && Number.isNaN(metric.sum))
      return `${type} "${name}" has the sum NaN: pushes of this group add up`
    if (type === 'histogram' && metric.proto !== undefined && nativeOf(metric.proto) !== undefined)
      return `histogram "${name}" is a native one${remedy}`
  }
  return undefined
}

function grows(
  type: ParsedFamily['type'],
  { value, count, points }: ParsedMetric,
): readonly number[] {
  if (type === 'counter') return [value]
  if (type === 'histogram') return [count, ...points.map(([, observed]) => observed)]
  return type === 'summary' ? [count] : []
}
