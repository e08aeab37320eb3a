/** Arithmetic and comparisons of two vectors: element by element, by the labels that match. */
import { formatLabels, type Labels } from '#lib/labels'
import { changesQuantity, type Dialect } from './dialect.ts'
import { type Binary, fills, type Matching } from './expression.ts'
import { nameLabel, only, signatureOf, withLabels, without } from './label-set.ts'
import { signatureBy } from './sets.ts'
import { type Element, executionFault } from './values.ts'

interface Meaning {
  readonly dialect: Dialect
  /** Undefined: the pair is filtered out. */
  outcome(left: number, right: number): number | undefined
}

export function evaluateMatched(
  binary: Binary,
  [left, right]: readonly [left: readonly Element[], right: readonly Element[]],
  meaning: Meaning,
): readonly Element[] {
  const { matching } = binary
  if (!fills(matching) && (left.length === 0 || right.length === 0)) return []
  const isSwapped = matching.many === 'right'
  const [many, one] = isSwapped ? [right, left] : [left, right]
  const signature = signatureBy(matching)
  const partners = uniqueBy(one, signature, isSwapped ? 'left' : 'right')
  const pairs = createPairs(binary, meaning)
  for (const element of many) {
    const group = signature(element.labels)
    const partner = partners.get(group) ?? filled(element, matching.fillOne, matching)
    if (partner !== undefined) pairs.add(group, element, partner)
  }
  for (const [group, element] of partners) {
    const missing = pairs.has(group) ? undefined : filled(element, matching.fillMany, matching)
    if (missing !== undefined) pairs.add(group, missing, element)
  }
  return pairs.results
}

/** What stands on the other side of an element that has no partner there: the labels that match. */
function filled(
  { labels }: Element,
  value: number | undefined,
  { mode, labels: names }: Matching,
): Element | undefined {
  if (value === undefined) return undefined
  const matched = mode === 'on' ? only(labels, names) : without(labels, [nameLabel, ...names])
  return { labels: matched, value, sampledAtMs: undefined, origin: undefined }
}

interface Pairs {
  readonly results: readonly Element[]
  /** Whether anything was paired in a group. */
  has(group: string): boolean
  add(group: string, many: Element, one: Element): void
}

function createPairs(binary: Binary, { dialect, outcome }: Meaning): Pairs {
  const isSwapped = binary.matching.many === 'right'
  const labelsOf = resultLabelsBy(binary, dialect)
  const seen = createSeen(binary)
  // Of what a filter lets through Prometheus forgets that its name was to go.
  const losesName = binary.bool && dialect.newerSyntax
  const results: Element[] = []
  return {
    results,
    has: seen.has,
    add(group, many, one) {
      const [first, second] = isSwapped ? [one, many] : [many, one]
      const value = outcome(first.value, second.value)
      if (value === undefined && !dialect.filteredPairsCount) return
      const labels = labelsOf(many.labels, one.labels)
      seen.add(group, labels)
      if (value === undefined) return
      const { sampledAtMs, origin } = provenanceOf(first, second)
      results.push({ labels, value, sampledAtMs, origin, losesName })
    },
  }
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
function createSeen({ matching: { many } }: Binary) {
  const groups = new Set<string>()
  const results = new Set<string>()
  const refuse = (rule: string) => executionFault(`multiple matches for labels: ${rule}`)
  return {
    has: (group: string) => groups.has(group),
    add(group: string, labels: Labels) {
      if (many === 'none' && groups.has(group))
        throw refuse('many-to-one matching must be explicit (group_left/group_right)')
      groups.add(group)
      if (many === 'none') return
      const key = `${group}\ud800${signatureOf(labels)}`
      if (results.has(key)) throw refuse('grouping labels must ensure unique matches')
      results.add(key)
    },
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
