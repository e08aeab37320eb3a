/** The inverted index: label name → value → the series that have it. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import { noLabels } from '../label-set.ts'

interface Labelled {
  readonly labels: Labels
}

export interface Postings<S extends Labelled> {
  add(series: S): void
  remove(series: S): void
  /** Every series that all matchers hold for. */
  select(matchers: readonly Matcher[]): S[]
  names(): string[]
  values(name: string): string[]
}

export function createPostings<S extends Labelled>(): Postings<S> {
  const all = new Set<S>()
  const byName = new Map<string, Map<string, Set<S>>>()

  /** The series that a matcher leaves, where the index alone can say; absent series count as ''. */
  const candidates = (matcher: Matcher): Set<S>[] | undefined => {
    if (matcher.matches(noLabels)) return undefined
    const byValue = byName.get(matcher.name)
    if (byValue === undefined) return []
    if (matcher.operator === '=') return [byValue.get(matcher.value) ?? new Set()]
    return [...byValue]
      .filter(([value]) => matcher.matches({ [matcher.name]: value }))
      .map(([, series]) => series)
  }

  return {
    add(series) {
      all.add(series)
      for (const [name, value] of Object.entries(series.labels)) {
        const byValue = byName.get(name) ?? new Map<string, Set<S>>()
        byName.set(name, byValue)
        const holders = byValue.get(value) ?? new Set<S>()
        byValue.set(value, holders.add(series))
      }
    },
    remove(series) {
      all.delete(series)
      for (const [name, value] of Object.entries(series.labels)) {
        const byValue = byName.get(name)
        const holders = byValue?.get(value)
        holders?.delete(series)
        if (holders?.size === 0) byValue?.delete(value)
        if (byValue?.size === 0) byName.delete(name)
      }
    },
    select(matchers) {
      const smallest = smallestOf(matchers.map(candidates), [all])
      const tests = matchers.map(remembering)
      const found: S[] = []
      for (const holders of smallest)
        for (const series of holders)
          if (tests.every((test) => test(series.labels))) found.push(series)
      return found
    },
    names: () => [...byName.keys()].sort(),
    values: (name) => [...(byName.get(name)?.keys() ?? [])].sort(),
  }
}

function smallestOf<S>(choices: readonly (Set<S>[] | undefined)[], otherwise: Set<S>[]): Set<S>[] {
  const sizeOf = (sets: readonly Set<S>[]) => sets.reduce((sum, set) => sum + set.size, 0)
  return choices
    .filter((choice) => choice !== undefined)
    .reduce((best, choice) => (sizeOf(choice) < sizeOf(best) ? choice : best), otherwise)
}

/** A regex is asked once for each value, not once for each series. */
function remembering(matcher: Matcher): (labels: Labels) => boolean {
  if (matcher.operator === '=' || matcher.operator === '!=') return matcher.matches
  const answers = new Map<string, boolean>()
  return (labels) => {
    const value = labels[matcher.name] ?? ''
    const known = answers.get(value)
    if (known !== undefined) return known
    const answer = matcher.matches(labels)
    answers.set(value, answer)
    return answer
  }
}
