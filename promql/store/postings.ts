/** The inverted index: label name → value → the series that have it, in the order they came. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import { noLabels } from '../label-set.ts'
import { createLabelIndex, type Holders, type LabelIndex, type Matched } from './label-index.ts'

interface Labelled {
  readonly labels: Labels
}

export interface Postings<S extends Labelled> {
  /** What stands for a label with its value, if any series has it. */
  find(name: string, value: string): Holders<S> | undefined
  /** The same, made where there is none: a series that has it must follow. */
  hold(name: string, value: string): Holders<S>
  add(series: S): void
  /** Takes all of these away, and the names and values that go with them. */
  remove(series: ReadonlySet<S>): void
  /** Every series that all matchers hold for. */
  select(matchers: readonly Matcher[]): S[]
  names(): string[]
  values(name: string): string[]
  /** How many series have a label, by name and by name and value. */
  counts(): Iterable<readonly [name: string, values: ReadonlyMap<string, Holders<S>>]>
}

export function createPostings<S extends Labelled>(): Postings<S> {
  let all: S[] = []
  const byName = new Map<string, LabelIndex<S>>()
  let lastId = 0
  const newId = () => ++lastId

  const indexOf = (name: string): LabelIndex<S> => {
    const index = byName.get(name) ?? createLabelIndex<S>(name)
    byName.set(name, index)
    return index
  }
  const matched = (matcher: Matcher): Matched<S> =>
    byName.get(matcher.name)?.matched(matcher) ?? nothing
  return {
    find: (name, value) => byName.get(name)?.values.get(value),
    hold: (name, value) => indexOf(name).hold(value, newId),
    add(series) {
      all.push(series)
      for (const name in series.labels)
        indexOf(name)
          .hold(series.labels[name] ?? '', newId)
          .series.push(series)
    },
    remove(gone) {
      all = all.filter((series) => !gone.has(series))
      for (const [name, values] of labelsOf(gone)) {
        const index = byName.get(name)
        if (index === undefined) continue
        for (const value of values) takeFrom(index, value, gone)
        if (index.values.size === 0) byName.delete(name)
      }
    },
    select(matchers) {
      const narrowing = matchers.filter((matcher) => !matcher.matches(noLabels)).map(matched)
      const lists = smallestOf(narrowing)?.holders.map(({ series }) => series) ?? [all]
      const tests = matchers.map((matcher) => testOf(matcher, matched))
      const found: S[] = []
      for (const list of lists)
        for (const series of list)
          if (tests.every((test) => test(series.labels))) found.push(series)
      return found
    },
    names: () => [...byName.keys()].sort(),
    values: (name) => [...(byName.get(name)?.values.keys() ?? [])].sort(),
    *counts() {
      for (const [name, { values }] of byName) yield [name, values]
    },
  }
}

const nothing = { values: new Set<string>(), holders: [] }

function labelsOf(all: Iterable<Labelled>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const { labels } of all)
    for (const name in labels)
      found.set(name, (found.get(name) ?? new Set()).add(labels[name] ?? ''))
  return found
}

function takeFrom<S>(index: LabelIndex<S>, value: string, gone: ReadonlySet<S>): void {
  const holders = index.values.get(value)
  if (holders === undefined) return
  holders.series = holders.series.filter((series) => !gone.has(series))
  if (holders.series.length === 0) index.drop(value)
}

function smallestOf<S>(choices: readonly Matched<S>[]): Matched<S> | undefined {
  const sizeOf = ({ holders }: Matched<S>) =>
    holders.reduce((sum, { series }) => sum + series.length, 0)
  const [first] = choices
  if (choices.length < 2) return first
  return choices.reduce((best, choice) => (sizeOf(choice) < sizeOf(best) ? choice : best))
}

/** A regex is asked once for each value, not once for each series. */
function testOf<S>(
  matcher: Matcher,
  matched: (matcher: Matcher) => Matched<S>,
): (labels: Labels) => boolean {
  const { name, operator, value } = matcher
  if (operator === '=') return (labels) => (labels[name] ?? '') === value
  if (operator === '!=') return (labels) => (labels[name] ?? '') !== value
  const { values } = matched(matcher)
  const absentToo = matcher.matches(noLabels)
  return (labels) => {
    const found = labels[name]
    return found === undefined ? absentToo : values.has(found)
  }
}
