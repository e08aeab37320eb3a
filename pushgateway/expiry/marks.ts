/** What the gateway itself shows of a group's age and end, beside what was pushed. */
import { type FamilyHead, formatPairs, type LabelPair, StoredFamily } from '../text/family.ts'
import { renderLines, seriesLabels } from '../text/render.ts'
import { formatValue } from '../text/value-text.ts'
import type { Tombstone } from './tombstone.ts'

const stale: FamilyHead = {
  name: 'zstone_push_group_stale',
  type: 'gauge',
  help: '1 while the last push of the group is older than its TTL; absent otherwise.',
}

const deleted: FamilyHead = {
  name: 'zstone_push_group_deleted_timestamp_seconds',
  type: 'gauge',
  help: 'When a group with a TTL was deleted, for a while or until it is pushed again.',
}

/** Names that a push cannot set: what it says of them is dropped. */
export const markNames: ReadonlySet<string> = new Set([stale.name, deleted.name])

/** `labelText` is that of `push_time_seconds` of the group, so that both can be joined. */
export function staleMark(labelText: string): StoredFamily {
  return markOf(stale, labelText, 1)
}

export function deletedMark({ pairs, reason, atMs }: Tombstone): StoredFamily {
  const labels = seriesLabels({ pairs, addsInstance: true })
  return markOf(deleted, formatPairs(withReason(labels, reason)), atMs / 1000)
}

/** A label of the group that has the name already is shown as Prometheus would show it. */
function withReason(labels: readonly LabelPair[], reason: string): readonly LabelPair[] {
  const names = new Set(labels.map(([name]) => name))
  const renamed = labels.map(([name, value]): LabelPair => {
    if (name !== 'reason') return [name, value]
    let free = 'exported_reason'
    while (names.has(free)) free = `exported_${free}`
    return [free, value]
  })
  return [...renamed, ['reason', reason] as const].sort(([a], [b]) => (a < b ? -1 : 1))
}

function markOf(head: FamilyHead, labelText: string, value: number): StoredFamily {
  const lines = renderLines([`${head.name}{${labelText}} ${formatValue(value)}\n`])
  const one = { metricCount: 1, seriesCount: 1, sizeBytes: lines.bytes.length }
  const quoted = labelText.startsWith('"') || labelText.includes(',"')
  return new StoredFamily({ head, ...one, pushedAtMs: 0, quoted, proto: undefined }, lines, 0)
}
