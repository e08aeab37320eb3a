/**
 * The groups that readers see, in the order of their labels. Those that came since the last reading
 * are sorted in: a new group costs the next reader a walk, not a sort of everything.
 */

export interface Ordered {
  readonly labelText: string
  /** Undefined: readers do not see it. */
  readonly visible: object | undefined
}

export interface GroupOrder<G extends Ordered> {
  /** Readers see the group from now on, or no longer: its `visible` says which. */
  changed(group: G): void
  /** A list that stays as it is, whatever comes. */
  sorted(): readonly G[]
}

export function createGroupOrder<G extends Ordered>(): GroupOrder<G> {
  let sorted: readonly G[] = []
  const changed = new Set<G>()
  return {
    changed: (group) => void changed.add(group),
    sorted() {
      if (changed.size === 0) return sorted
      const kept = sorted.filter((group) => !changed.has(group))
      const come = [...changed].filter(({ visible }) => visible !== undefined).sort(byLabels)
      changed.clear()
      sorted = merged(kept, come)
      return sorted
    },
  }
}

function merged<G extends Ordered>(kept: readonly G[], come: readonly G[]): readonly G[] {
  const all: G[] = []
  let next = 0
  for (const group of come) {
    let old = kept[next]
    while (old !== undefined && byLabels(old, group) <= 0) {
      all.push(old)
      old = kept[++next]
    }
    all.push(group)
  }
  return all.concat(kept.slice(next))
}

function byLabels({ labelText: a }: Ordered, { labelText: b }: Ordered): number {
  return a < b ? -1 : a > b ? 1 : 0
}
