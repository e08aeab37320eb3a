/** Without the check at each push, a scrape looks for what breaks it: everything, every time. */
import { identityOf } from '../text/lines.ts'
import type { Group, Store } from './store.ts'

/** The first thing that no scrape could show; undefined where all is well. */
export function findInconsistency(store: Store): string | undefined {
  return nameClash(store) ?? seriesClash(store)
}

function nameClash({ index }: Store): string | undefined {
  for (const [name, types] of index.names())
    for (const type of types) {
      const clash = index.clash({ name, type })
      if (clash !== undefined) return clash
    }
  return undefined
}

function seriesClash({ groups }: Store): string | undefined {
  const seen = new Set<string>()
  for (const group of groups())
    for (const identity of groupIdentities(group)) {
      if (seen.has(identity)) return `collected metric ${identity} was collected before`
      seen.add(identity)
    }
  return undefined
}

function* groupIdentities(group: Group): Generator<string> {
  for (const family of group.visible?.families ?? [])
    for (let metric = 0; metric < family.metricCount; metric++) yield identityOf(family, metric)
  yield `push_time_seconds{${group.labelText}}`
}
