/** Who inhibits whom: a firing source holds back targets whose `equal` labels have its values. */
import { type Labels, labelsKey } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'

export interface InhibitRule {
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  /** A label that both lack counts as equal. */
  readonly equal: readonly string[]
}

export interface Source {
  readonly fingerprint: string
  readonly labels: Labels
}

/** Answers with the fingerprints of the sources that hold back an alert with these labels. */
export type InhibitorsOf = (labels: Labels) => readonly string[]

/** `sources` are firing alerts; one pass over them, then a look-up per rule. */
export function createInhibition(
  rules: readonly InhibitRule[],
  sources: readonly Source[],
): InhibitorsOf {
  const indexed = rules.map((rule) => ({ rule, byEqual: indexSources(rule, sources) }))
  return (labels) => {
    const found = new Set<string>()
    for (const { rule, byEqual } of indexed) {
      if (!matchesAll(rule.target, labels)) continue
      // An alert that matches both sides is inhibited by none that does so too, nor by itself.
      const twoSided = matchesAll(rule.source, labels)
      for (const source of byEqual.get(equalKey(rule, labels)) ?? [])
        if (!(twoSided && matchesAll(rule.target, source.labels))) found.add(source.fingerprint)
    }
    return [...found].sort()
  }
}

/**
 * Label values that a source must have to inhibit an alert with these labels: one entry per rule
 * whose target it is. A store with an index on labels answers these without reading every alert.
 */
export function sourcesWanted(rules: readonly InhibitRule[], labels: Labels): readonly Labels[] {
  return rules
    .filter((rule) => matchesAll(rule.target, labels))
    .map((rule) => {
      const wanted: Record<string, string> = {}
      for (const { name, operator, value } of rule.source)
        if (operator === '=' && value !== '') wanted[name] = value
      for (const name of rule.equal) {
        const value = labels[name]
        if (value !== undefined && value !== '') wanted[name] = value
      }
      return wanted
    })
}

function indexSources(rule: InhibitRule, sources: readonly Source[]) {
  const byEqual = new Map<string, Source[]>()
  for (const source of sources) {
    if (!matchesAll(rule.source, source.labels)) continue
    const key = equalKey(rule, source.labels)
    const same = byEqual.get(key)
    if (same === undefined) byEqual.set(key, [source])
    else same.push(source)
  }
  return byEqual
}

const equalKey = ({ equal }: InhibitRule, labels: Labels) =>
  labelsKey(Object.fromEntries(equal.map((name) => [name, labels[name] ?? ''])))
