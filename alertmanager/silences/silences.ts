/** What a silence is, and the index that finds those which hold an alert back. */
import type { Labels } from '#lib/labels'
import { type Matcher, matchesAll } from '#lib/matcher'

export interface Silence {
  readonly id: string
  readonly matchers: readonly Matcher[]
  readonly startsAtMs: number
  readonly endsAtMs: number
  readonly updatedAtMs: number
  readonly createdBy: string
  readonly comment: string
  /** Notes of people and programs. */
  readonly annotations?: Labels
}

export type SilenceState = 'pending' | 'active' | 'expired'

export function stateOf(silence: Silence, nowMs: number): SilenceState {
  if (nowMs < silence.startsAtMs) return 'pending'
  return nowMs < silence.endsAtMs ? 'active' : 'expired'
}

export interface SilenceIndex {
  /** Adds a silence or replaces the one of its id; one that has expired is dropped. */
  put(silence: Silence, nowMs: number): void
  /** Ids of the active silences that match, sorted. */
  matching(labels: Labels, nowMs: number): readonly string[]
}

/**
 * Silences are kept under one of their `name="value"` matchers, so an alert is tried only against
 * those that its own labels lead to, and against the few that have no such matcher.
 */
export function createSilenceIndex(): SilenceIndex {
  const shelves = new Map<string, Map<string, Silence>>()
  const shelfOf = new Map<string, string>()
  const drop = (id: string) => {
    const shelf = shelfOf.get(id)
    if (shelf === undefined) return
    shelves.get(shelf)?.delete(id)
    if (shelves.get(shelf)?.size === 0) shelves.delete(shelf)
    shelfOf.delete(id)
  }
  return {
    put(silence, nowMs) {
      drop(silence.id)
      if (stateOf(silence, nowMs) === 'expired') return
      const shelf = shelfNameOf(silence)
      const onShelf = shelves.get(shelf) ?? new Map<string, Silence>()
      shelves.set(shelf, onShelf.set(silence.id, silence))
      shelfOf.set(silence.id, shelf)
    },
    matching(labels, nowMs) {
      const found: string[] = []
      const expired: string[] = []
      const names = Object.entries(labels).map(([name, value]) => pair(name, value))
      for (const shelf of [openShelf, ...names])
        for (const silence of shelves.get(shelf)?.values() ?? []) {
          const state = stateOf(silence, nowMs)
          if (state === 'expired') expired.push(silence.id)
          else if (state === 'active' && matchesAll(silence.matchers, labels))
            found.push(silence.id)
        }
      expired.forEach(drop)
      return found.sort()
    },
  }
}

const openShelf = ''

const pair = (name: string, value: string) => `${name}\u0000${value}`

function shelfNameOf({ matchers }: Silence): string {
  const narrow = matchers.find(({ operator, value }) => operator === '=' && value !== '')
  return narrow === undefined ? openShelf : pair(narrow.name, narrow.value)
}
