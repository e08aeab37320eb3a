/** All series in memory: by label set, and by what labels they have. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import { labelSet, signatureOf } from '../label-set.ts'
import type { Holders } from './label-index.ts'
import type { Memory } from './memory.ts'
import { createPostings, type Postings } from './postings.ts'
import { Series } from './series.ts'

export interface Catalogue {
  /** The series of these canonical labels, made where there is none; undefined: too many. */
  seriesOf(labels: Labels): Series | undefined
  select(matchers: readonly Matcher[]): Series[]
  all(): Iterable<Series>
  names(): string[]
  values(name: string): string[]
  counts(): Iterable<readonly [name: string, values: ReadonlyMap<string, Holders<Series>>]>
  /** Forgets the series that have nothing from `expiredMs` on. */
  dropBefore(expiredMs: number): void
  readonly size: number
}

export interface CatalogueOptions {
  readonly memory: Memory
  readonly seriesMax: number
}

export function createCatalogue({ memory, seriesMax }: CatalogueOptions): Catalogue {
  const postings = createPostings<Series>()
  const byHash = new Map<number, Series>()
  /** The few whose hash another has. */
  const others = new Map<string, Series>()

  const find = (labels: Labels): Series | undefined => {
    const hash = hashOf(labels, postings.find)
    if (hash === undefined) return undefined
    const found = byHash.get(hash)
    if (found !== undefined && areEqual(found.labels, labels)) return found
    return others.size === 0 ? undefined : others.get(signatureOf(labels))
  }
  const make = (given: Labels): Series => {
    const labels = labelSet(pairsOf(given, postings.hold))
    const series = new Series(labels, memory)
    const hash = hashOf(labels, postings.find) ?? 0
    if (byHash.has(hash)) others.set(signatureOf(labels), series)
    else byHash.set(hash, series)
    postings.add(series)
    return series
  }
  function* all() {
    yield* byHash.values()
    yield* others.values()
  }
  return {
    seriesOf(labels) {
      const found = find(labels)
      if (found !== undefined || byHash.size + others.size >= seriesMax) return found
      return make(labels)
    },
    select: postings.select,
    all,
    names: postings.names,
    values: postings.values,
    counts: postings.counts,
    dropBefore(expiredMs) {
      const gone = new Set([...all()].filter(({ newestMs }) => newestMs < expiredMs))
      if (gone.size === 0) return
      postings.remove(gone)
      forget(byHash, gone)
      forget(others, gone)
      for (const series of gone) series.release()
    },
    get size() {
      return byHash.size + others.size
    },
  }
}

type HoldersOf = (name: string, value: string) => Holders<Series> | undefined

/** A number that canonical labels give; undefined where a label is not in the index at all. */
function hashOf(labels: Labels, holdersOf: HoldersOf): number | undefined {
  let hash = 0
  for (const name in labels) {
    const holders = holdersOf(name, labels[name] ?? '')
    if (holders === undefined) return undefined
    hash = Math.imul(hash ^ holders.id, 0x9e37_79b1)
    hash ^= hash >>> 15
  }
  return hash
}

/** The same labels in the very texts that other series have: one copy each. */
function pairsOf(labels: Labels, hold: Postings<Series>['hold']): [string, string][] {
  return Object.entries(labels).map(([name, value]) => [name, hold(name, value).value])
}

function areEqual(a: Labels, b: Labels): boolean {
  for (const name in a) if (a[name] !== b[name]) return false
  for (const name in b) if (a[name] === undefined) return false
  return true
}

function forget<K, S>(all: Map<K, S>, gone: ReadonlySet<S>): void {
  for (const [key, series] of all) if (gone.has(series)) all.delete(key)
}
