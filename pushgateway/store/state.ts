/** What a group holds at one moment. Never changed, only replaced: a reader keeps what it saw. */
import type { StoredFamily } from '../text/family.ts'
import { noPushIds, type PushIds } from './push-ids.ts'
import { type Times, timesOf } from './times.ts'

export interface GroupState {
  /** Sorted by name. */
  readonly families: readonly StoredFamily[]
  /** When the last push succeeded; 0: never. */
  readonly pushedAtMs: number
  /** When a push was last refused; 0: never. */
  readonly failedAtMs: number
  readonly traceparent: string | undefined
  /** What its pushes said of its TTL; 0: none. Undefined: they said nothing. */
  readonly ttlMs: number | undefined
  /** Of the last pushes that had a name. */
  readonly pushIds: PushIds
  /** The two of the times above as families: every group shows them. */
  readonly times: Times
  /** Of all families, without the two times. */
  readonly seriesCount: number
  readonly sizeBytes: number
}

export type StateFields = Omit<GroupState, 'times' | 'seriesCount' | 'sizeBytes'>

export const emptyState: StateFields = {
  families: [],
  pushedAtMs: 0,
  failedAtMs: 0,
  traceparent: undefined,
  ttlMs: undefined,
  pushIds: noPushIds,
}

/** `labelText` are the labels of a series of the group that has none of its own. */
export function stateWith(labelText: string, fields: StateFields): GroupState {
  return { ...stateOf(fields), times: timesOf(labelText, fields) }
}

/** A state but for its times. */
export function stateOf(fields: StateFields): Omit<GroupState, 'times'> {
  const { families, pushedAtMs, failedAtMs, traceparent, ttlMs, pushIds } = fields
  let seriesCount = 0
  let sizeBytes = 0
  for (const family of families) {
    seriesCount += family.seriesCount
    sizeBytes += family.sizeBytes
  }
  const said = { pushedAtMs, failedAtMs, traceparent, ttlMs, pushIds }
  return { families, ...said, seriesCount, sizeBytes }
}

export function familyOf(state: GroupState | undefined, name: string): StoredFamily | undefined {
  const families = state?.families ?? []
  let low = 0
  let high = families.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((families[middle]?.head.name ?? '') < name) low = middle + 1
    else high = middle
  }
  const found = families[low]
  return found?.head.name === name ? found : undefined
}

/** `pushed` beside those of `kept` that it does not name, sorted by name. */
export function merged(
  kept: readonly StoredFamily[],
  pushed: readonly StoredFamily[],
): readonly StoredFamily[] {
  const fresh = [...pushed].sort(byName)
  if (kept.length === 0) return fresh
  const names = new Set(fresh.map(({ head }) => head.name))
  const rest = kept.filter(({ head }) => !names.has(head.name))
  return [...rest, ...fresh].sort(byName)
}

function byName({ head: a }: StoredFamily, { head: b }: StoredFamily): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
