/** Writes a push as the lines that `/metrics` will show: the labels of the group win. */

import { escapeValue } from '#lib/labels'
import { encodeMetric } from '../formats/encode-metric.ts'
import { ByteWriter } from './bytes.ts'
import {
  byName,
  type FamilyHead,
  isPlainLabel,
  isPlainName,
  type LabelPair,
  type ParsedFamily,
  type ParsedMetric,
  StoredFamily,
} from './family.ts'
import { identityOf, PushedLines } from './lines.ts'
import { ownInOrder } from './series-order.ts'
import { formatValue } from './value-text.ts'

export interface RenderedFamily {
  readonly stored: StoredFamily
  /** What the push says twice, as `name{labels}`; undefined: all its series differ. */
  readonly repeated: string | undefined
  /** The labels of each metric, those of the group included; made when the check asks. */
  pairsOf(metric: number): readonly LabelPair[]
}

export interface GroupLabels {
  /** The grouping key, sorted by name; empty for the server's own families. */
  readonly pairs: readonly LabelPair[]
  /** Whether a series without the label `instance` gets an empty one: so in every push. */
  readonly addsInstance: boolean
}

export interface Rendering {
  readonly group: GroupLabels
  readonly pushedAtMs: number
  /** The head that other groups use for the same words, so that it is kept once. */
  readonly headOf: (head: FamilyHead) => FamilyHead
}

/** What is rendered is copied out of here, so one buffer serves all pushes. */
const scratch = new ByteWriter()

export function renderPush(
  families: readonly ParsedFamily[],
  { group, pushedAtMs, headOf }: Rendering,
): readonly RenderedFamily[] {
  const fixed = fixedOf(group)
  const drafts = families.map((family) => draftOf(family, fixed))
  scratch.reset()
  const starts = new Uint32Array(drafts.reduce((sum, { metrics }) => sum + metrics.length, 1))
  const ends: number[] = []
  const seriesCounts: number[] = []
  const out: Out = { to: scratch, fixed, quoted: false }
  let count = 0
  for (const { family, metrics } of drafts) {
    let seriesCount = 0
    for (const metric of metrics) {
      starts[count++] = scratch.sizeBytes
      seriesCount += writeMetric(out, family, metric)
    }
    seriesCounts.push(seriesCount)
    ends.push(count)
  }
  starts[count] = scratch.sizeBytes
  const lines = new PushedLines(scratch.copy(), starts)
  return drafts.map((draft, i) => {
    const { name, type, help } = draft.family
    const [first, end] = [ends[i - 1] ?? 0, ends[i] ?? 0]
    const fields = {
      head: headOf({ name, type, help }),
      metricCount: draft.metrics.length,
      seriesCount: seriesCounts[i] ?? 0,
      sizeBytes: (starts[end] ?? 0) - (starts[first] ?? 0),
      pushedAtMs,
      quoted: out.quoted,
      proto: protoOf(draft, fixed),
    }
    return renderedOf(new StoredFamily(fields, lines, first), draft, fixed)
  })
}

/** The labels of every series in a group that has none of its own. */
export function seriesLabels(group: GroupLabels): readonly LabelPair[] {
  return fixedOf(group).whenBare
}

interface Draft {
  readonly family: ParsedFamily
  readonly metrics: readonly ParsedMetric[]
  /** Index of a metric that says the same series as the one before it. */
  readonly repeatedAt: number
}

/** The labels that a group gives to its series. */
interface Fixed {
  readonly whenBare: readonly LabelPair[]
  /** For a series that names its instance itself. */
  readonly whenNamed: readonly LabelPair[]
}

interface Out {
  readonly to: ByteWriter
  readonly fixed: Fixed
  quoted: boolean
}

function fixedOf({ pairs, addsInstance }: GroupLabels): Fixed {
  const isThere = pairs.some(([name]) => name === 'instance')
  if (!addsInstance || isThere) return { whenBare: pairs, whenNamed: pairs }
  return { whenBare: [...pairs, ['instance', ''] as const].sort(byName), whenNamed: pairs }
}

function fixedFor(labels: readonly LabelPair[], { whenBare, whenNamed }: Fixed) {
  if (whenBare === whenNamed) return whenBare
  return labels.some(([name]) => name === 'instance') ? whenNamed : whenBare
}

/** Its metrics in order, without the labels that the group overwrites. */
function draftOf(family: ParsedFamily, fixed: Fixed): Draft {
  const isFixed = (name: string) => fixed.whenNamed.some(([other]) => other === name)
  const metrics = family.metrics.map((metric) => {
    if (!metric.labels.some(([name]) => isFixed(name))) return metric
    return { ...metric, labels: metric.labels.filter(([name]) => !isFixed(name)) }
  })
  const compare = (a: ParsedMetric, b: ParsedMetric) =>
    ownInOrder(a.labels, b.labels, (labels) => merged(labels, fixed))
  const disorder = metrics.findIndex((metric, i) => {
    const before = metrics[i - 1]
    return before !== undefined && compare(before, metric) >= 0
  })
  if (disorder < 0) return { family, metrics, repeatedAt: -1 }
  metrics.sort(compare)
  const repeatedAt = metrics.findIndex((metric, i) => {
    const before = metrics[i - 1]
    return before !== undefined && compare(before, metric) === 0
  })
  return { family, metrics, repeatedAt }
}

function renderedOf(stored: StoredFamily, draft: Draft, fixed: Fixed): RenderedFamily {
  const { metrics, repeatedAt } = draft
  return {
    stored,
    repeated: repeatedAt < 0 ? undefined : identityOf(stored, repeatedAt),
    pairsOf: (metric) => merged(metrics[metric]?.labels ?? [], fixed),
  }
}

/** Undefined where the lines say everything, as they mostly do. */
function protoOf({ family, metrics }: Draft, fixed: Fixed): readonly Buffer[] | undefined {
  if (!metrics.some(({ proto }) => proto !== undefined)) return undefined
  return metrics.map((metric) => encodeMetric(family.type, metric, merged(metric.labels, fixed)))
}

function merged(labels: readonly LabelPair[], fixed: Fixed): readonly LabelPair[] {
  return [...labels, ...fixedFor(labels, fixed)].sort(byName)
}

/** Returns how many lines it wrote. */
function writeMetric(out: Out, { name, type }: ParsedFamily, metric: ParsedMetric): number {
  if (type !== 'histogram' && type !== 'summary') {
    writeLine(out, { name, labels: metric.labels }, metric.value)
    return 1
  }
  const pointName = type === 'histogram' ? `${name}_bucket` : name
  const pointLabel = type === 'histogram' ? 'le' : 'quantile'
  const points = pointsOf(type, metric)
  const { labels } = metric
  for (const [bound, value] of points) {
    const point = `${pointLabel}="${formatValue(bound)}"`
    writeLine(out, { name: pointName, labels, point }, value)
  }
  writeLine(out, { name: `${name}_sum`, labels }, metric.sum)
  writeLine(out, { name: `${name}_count`, labels }, metric.count)
  return points.length + 2
}

/** A histogram always shows its last bucket, even where the push left it out. */
function pointsOf(type: 'histogram' | 'summary', { points, count }: ParsedMetric) {
  const complete = type === 'summary' || points.some(([bound]) => bound === Infinity)
  return complete ? points : [...points, [Infinity, count] as const]
}

interface Line {
  readonly name: string
  readonly labels: readonly LabelPair[]
  /** `le` or `quantile`, which stand last, as text. */
  readonly point?: string
}

function writeLine(out: Out, line: Line, value: number): void {
  const { to } = out
  const fixed = fixedFor(line.labels, out.fixed)
  const isBare = line.labels.length === 0 && fixed.length === 0 && line.point === undefined
  writeName(out, line.name, isBare)
  writeLabels(out, line.labels, fixed)
  if (line.point !== undefined) to.letters(line.point)
  else if (!isBare) to.dropLast()
  to.letters(isBare ? ' ' : '} ')
  to.letters(formatValue(value))
  to.letters('\n')
}

/** A name that needs quotes stands inside the braces, before the labels. */
function writeName(out: Out, name: string, isBare: boolean): void {
  const { to } = out
  if (isPlainName(name)) to.letters(isBare ? name : `${name}{`)
  else {
    out.quoted = true
    to.letters('{"')
    to.escaped(name)
    to.letters(isBare ? '"}' : '",')
  }
}

/** Both lists are sorted by name, and so is what is written; a comma follows each label. */
function writeLabels(out: Out, own: readonly LabelPair[], fixed: readonly LabelPair[]): void {
  let next = 0
  for (const label of own) {
    for (let given = fixed[next]; given !== undefined && given[0] < label[0]; given = fixed[++next])
      writeLabel(out, given)
    writeLabel(out, label)
  }
  for (let given = fixed[next]; given !== undefined; given = fixed[++next]) writeLabel(out, given)
}

function writeLabel(out: Out, [name, value]: LabelPair): void {
  const { to } = out
  if (isPlainLabel(name)) to.letters(name)
  else {
    out.quoted = true
    to.letters('"')
    to.escaped(name)
    to.letters('"')
  }
  to.letters('="')
  to.escaped(value)
  to.letters('",')
}

/** `# HELP` (where there is one) and `# TYPE`. */
export function renderHead({ name, type, help }: FamilyHead): string {
  const written = isPlainName(name) ? name : `"${escapeValue(name)}"`
  const about =
    help === undefined
      ? ''
      : `# HELP ${written} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n`
  return `${about}# TYPE ${written} ${type}\n`
}

/** Lines that need no rendering, one a metric. */
export function renderLines(texts: readonly string[]): PushedLines {
  scratch.reset()
  const starts = new Uint32Array(texts.length + 1)
  texts.forEach((text, i) => {
    scratch.letters(text)
    starts[i + 1] = scratch.sizeBytes
  })
  return new PushedLines(scratch.copy(), starts)
}
