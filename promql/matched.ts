/** Arithmetic and comparisons of two vectors: element by element, by the labels that match. */
import { formatLabels, type Labels } from '#lib/labels'
import { changesQuantity, type Dialect } from './dialect.ts'
import type { Binary } from './expression.ts'
import { only, signatureOf, withLabels, without } from './label-set.ts'
import { signatureBy } from './sets.ts'
import { type Element, executionFault } from './values.ts'

interface Meaning {
  readonly dialect: Dialect
  outcome(left: number, right: number): number | undefined
}

export function evaluateMatched(
  binary: Binary,
  [left, right]: readonly [left: readonly Element[], right: readonly Element[]],
  { dialect, outcome }: Meaning,
): readonly Element[] {
  if (left.length === 0 || right.length === 0) return []
  const isSwapped = binary.matching.many === 'right'
  const [many, one] = isSwapped ? [right, left] : [left, right]
  const signature = signatureBy(binary.matching)
  const partners = uniqueBy(one, signature, isSwapped ? 'left' : 'right')
  const seen = createSeen(binary)
  const labelsOf = resultLabelsBy(binary, dialect)
  // Of what a filter lets through Prometheus forgets that its name was to go.
  const losesName = binary.bool && dialect.newerSyntax
  const results: Element[] = []
  for (const element of many) {
    const group = signature(element.labels)
    const partner = partners.get(group)
    if (partner === undefined) continue
    const [first, second] = isSwapped ? [partner, element] : [element, partner]
    const value = outcome(first.value, second.value)
    if (value === undefined) continue
    const labels = labelsOf(element.labels, partner.labels)
    seen(group, labels)
    const { sampledAtMs, origin } = provenanceOf(first, second)
    results.push({ labels, value, sampledAtMs, origin, losesName })
  }
  return results
}

/** That of the left side, or of the right where the left has none. */
const provenanceOf = (left: Element, right: Element): Element =>
  left.sampledAtMs === undefined ? right : left

function uniqueBy(
  elements: readonly Element[],
  signature: (labels: Labels) => string,
  side: 'left' | 'right',
): Map<string, Element> {
  const bySignature = new Map<string, Element>()
  for (const element of elements) {
    const group = signature(element.labels)
    const twin = bySignature.get(group)
    if (twin !== undefined) throw twinFault(element.labels, twin.labels, side)
    bySignature.set(group, element)
  }
  return bySignature
}

function twinFault(labels: Labels, twin: Labels, side: 'left' | 'right') {
  const found = `found duplicate series for a match group on the ${side} hand-side of the operation`
  const both = `[${formatLabels(labels)}, ${formatLabels(twin)}]`
  const rule = 'many-to-many matching not allowed: matching labels must be unique on one side'
  return executionFault(`${found}: ${both};${rule}`)
}

/** Refuses a second result: any in a one-to-one match, one with the same labels otherwise. */
function createSeen({ matching: { many } }: Binary): (group: string, labels: Labels) => void {
  const seen = new Set<string>()
  const rule =
    many === 'none'
      ? 'many-to-one matching must be explicit (group_left/group_right)'
      : 'grouping labels must ensure unique matches'
  return (group, labels) => {
    const key = many === 'none' ? group : `${group}\ud800${signatureOf(labels)}`
    if (seen.has(key)) throw executionFault(`multiple matches for labels: ${rule}`)
    seen.add(key)
  }
}

function resultLabelsBy(binary: Binary, dialect: Dialect) {
  const { matching } = binary
  const renames = changesQuantity(binary, dialect) && !(binary.bool && dialect.newerSyntax)
  return (many: Labels, one: Labels): Labels => {
    let labels = renames ? dialect.unnamed(many) : many
    if (matching.many === 'none') {
      if (matching.mode === 'on') labels = only(labels, matching.labels)
      else if (matching.labels.length > 0) labels = without(labels, matching.labels)
    }
    if (matching.include.length === 0) return labels
    return withLabels(
      labels,
      matching.include.map((name) => [name, one[name] ?? '']),
    )
  }
}
