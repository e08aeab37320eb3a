/** Who inhibits whom: a firing source holds back targets whose `equal` labels have its values. */
import { type Labels, labelsKey } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'

export interface InhibitRule {
  /** For people. */
  readonly name?: string
  readonly source: readonly Matcher[]
  readonly target: readonly Matcher[]
  /** A label that both lack counts as equal. */
  readonly equal: readonly string[]
}

export interface Source {
  readonly fingerprint: string
  readonly labels: Labels
  /** In the past: it is resolved, and holds back nothing. */
  readonly endsAtMs: number
}

/** The sources of every rule, each under the values of the rule's `equal` labels. */
export interface Inhibition {
  put(source: Source): void
  drop(fingerprint: string): void
  /** Fingerprints of the sources that hold back an alert with these labels; a look-up per rule. */
  inhibitorsOf(labels: Labels, nowMs: number): readonly string[]
}

interface Shelf {
  readonly rule: InhibitRule
  readonly byEqual: Map<string, Map<string, Source>>
}

export function createInhibition(rules: readonly InhibitRule[]): Inhibition {
  const shelves: readonly Shelf[] = rules.map((rule) => ({ rule, byEqual: new Map() }))
  const labelsOf = new Map<string, Labels>()
  return {
    put(source) {
      for (const { rule, byEqual } of shelves) {
        if (!matchesAll(rule.source, source.labels)) continue
        const key = equalKey(rule, source.labels)
        const same = byEqual.get(key) ?? new Map<string, Source>()
        byEqual.set(key, same.set(source.fingerprint, source))
        labelsOf.set(source.fingerprint, source.labels)
      }
    },
    drop(fingerprint) {
      const labels = labelsOf.get(fingerprint)
      if (labels === undefined) return
      labelsOf.delete(fingerprint)
      for (const { rule, byEqual } of shelves) {
        const key = equalKey(rule, labels)
        const same = byEqual.get(key)
        same?.delete(fingerprint)
        if (same?.size === 0) byEqual.delete(key)
      }
    },
    inhibitorsOf(labels, nowMs) {
      const found = new Set<string>()
      for (const shelf of shelves)
        if (shelf.byEqual.size > 0 && matchesAll(shelf.rule.target, labels))
          for (const source of sourcesFor(shelf, labels))
            if (source.endsAtMs > nowMs) found.add(source.fingerprint)
      return [...found].sort()
    },
  }
}

/** An alert that matches both sides is inhibited by none that does so too, nor by itself. */
function sourcesFor({ rule, byEqual }: Shelf, labels: Labels): readonly Source[] {
  const sources = [...(byEqual.get(equalKey(rule, labels))?.values() ?? [])]
  return matchesAll(rule.source, labels)
    ? sources.filter((source) => !matchesAll(rule.target, source.labels))
    : sources
}

/** Whether the rule lets a source hold a target back. */
export function ruleBetween(rule: InhibitRule, source: Labels, target: Labels): boolean {
  const isBoth = (labels: Labels) =>
    matchesAll(rule.source, labels) && matchesAll(rule.target, labels)
  return (
    matchesAll(rule.source, source) &&
    matchesAll(rule.target, target) &&
    equalKey(rule, source) === equalKey(rule, target) &&
    !(isBoth(target) && isBoth(source))
  )
}

const equalKey = ({ equal }: InhibitRule, labels: Labels) =>
  labelsKey(Object.fromEntries(equal.map((name) => [name, labels[name] ?? ''])))
