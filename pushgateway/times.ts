/** The two families that every group shows of its own: when a push last succeeded and failed. */
import type { MetricType } from '#api/sample'
import type { StoredFamily } from './family.ts'
import { formatGoFloat } from './go-format.ts'
import type { Group, GroupState } from './store.ts'

export const pushTime = {
  name: 'push_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway succeeded.',
} as const

export const failureTime = {
  name: 'push_failure_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway failed.',
} as const

/** Names that a push cannot set: what it says of them is dropped. */
export const timeNames: ReadonlyMap<string, MetricType> = new Map([
  [pushTime.name, pushTime.type],
  [failureTime.name, failureTime.type],
])

export function timesOf(group: Group, state: GroupState): readonly StoredFamily[] {
  const family = (of: typeof pushTime | typeof failureTime, atMs: number): StoredFamily => ({
    ...of,
    text: `${of.name}{${group.labelText}} ${formatGoFloat(atMs / 1000)}\n`,
    seriesCount: 1,
    pushedAtMs: Math.max(state.pushedAtMs, state.failedAtMs),
  })
  return [family(failureTime, state.failedAtMs), family(pushTime, state.pushedAtMs)]
}
