/** Writes a pushed family as the lines that `/metrics` will show: the labels of the group win. */
import {
  byName,
  formatPairs,
  identityName,
  type LabelPair,
  type ParsedFamily,
  type ParsedMetric,
  type StoredFamily,
} from './family.ts'
import { formatGoFloat } from './go-format.ts'

export interface RenderedFamily {
  readonly stored: StoredFamily
  /** The series it holds, for the consistency check; the store does not keep them. */
  readonly series: readonly RenderedSeries[]
}

export interface RenderedSeries {
  readonly pairs: readonly LabelPair[]
  /** `name{labels}` of the line that stands for the metric. */
  readonly identity: string
}

export interface GroupLabels {
  /** The grouping key, sorted by name; empty for the server's own families. */
  readonly pairs: readonly LabelPair[]
  /** Whether a series without the label `instance` gets an empty one: so in every push. */
  readonly addsInstance: boolean
}

export function renderFamily(
  family: ParsedFamily,
  group: GroupLabels,
  pushedAtMs: number,
): RenderedFamily {
  const { type } = family
  const name = detached(family.name)
  const help = family.help === undefined ? undefined : detached(family.help)
  const identity = identityName(name, type)
  const metrics = family.metrics.map((metric) => {
    const pairs = merged(metric.labels, group)
    return { metric, pairs, labels: formatPairs(pairs) }
  })
  if (metrics.length > 1) metrics.sort((a, b) => inOrder(a.pairs, b.pairs))
  const lines: string[] = []
  for (const { metric, labels } of metrics) writeMetric(lines, family, { metric, labels })
  const text = `${lines.join('\n')}\n`
  return {
    stored: { name, type, help, text, seriesCount: lines.length, pushedAtMs },
    series: metrics.map(({ pairs, labels }) => ({ pairs, identity: `${identity}{${labels}}` })),
  }
}

/** The labels of every series in a group that has none of its own. */
export function seriesLabels(group: GroupLabels): readonly LabelPair[] {
  return merged([], group)
}

function merged(labels: readonly LabelPair[], group: GroupLabels): readonly LabelPair[] {
  const isGrouped = (name: string) => group.pairs.some(([other]) => other === name)
  const pairs = [...labels.filter(([name]) => !isGrouped(name)), ...group.pairs]
  if (group.addsInstance && !pairs.some(([name]) => name === 'instance'))
    pairs.push(['instance', ''])
  return pairs.sort(byName)
}

/** Prometheus's order of series in a family: fewer labels first, then by the labels' values. */
function inOrder(a: readonly LabelPair[], b: readonly LabelPair[]): number {
  if (a.length !== b.length) return a.length - b.length
  for (let i = 0; i < a.length; i++) {
    const [, left = ''] = a[i] ?? []
    const [, right = ''] = b[i] ?? []
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

function writeMetric(
  lines: string[],
  { name, type }: ParsedFamily,
  { metric, labels }: { metric: ParsedMetric; labels: string },
): void {
  const inBraces = labels === '' ? '' : `{${labels}}`
  if (type !== 'histogram' && type !== 'summary') {
    lines.push(`${name}${inBraces} ${formatGoFloat(metric.value)}`)
    return
  }
  const prefix = labels === '' ? '' : `${labels},`
  const pointName = type === 'histogram' ? `${name}_bucket` : name
  const pointLabel = type === 'histogram' ? 'le' : 'quantile'
  for (const [point, value] of pointsOf(type, metric)) {
    const at = `${prefix}${pointLabel}="${formatGoFloat(point)}"`
    lines.push(`${pointName}{${at}} ${formatGoFloat(value)}`)
  }
  lines.push(`${name}_sum${inBraces} ${formatGoFloat(metric.sum)}`)
  lines.push(`${name}_count${inBraces} ${formatGoFloat(metric.count)}`)
}

/** A histogram always shows its last bucket, even where the push left it out. */
function pointsOf(type: 'histogram' | 'summary', { points, count }: ParsedMetric) {
  const complete = type === 'summary' || points.some(([bound]) => bound === Infinity)
  return complete ? points : [...points, [Infinity, count] as const]
}

/** `# HELP` (where there is one) and `# TYPE`. */
export function renderHead({
  name,
  type,
  help,
}: Pick<StoredFamily, 'name' | 'type' | 'help'>): string {
  const about =
    help === undefined
      ? ''
      : `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n`
  return `${about}# TYPE ${name} ${type}\n`
}

/** A copy: what the parser cuts out of a body would otherwise keep the whole body in memory. */
function detached(text: string): string {
  return Buffer.from(text).toString()
}
