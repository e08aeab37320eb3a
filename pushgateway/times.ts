/** The two families that every group shows of its own: when a push last succeeded and failed. */
import type { MetricType } from '#api/sample'
import type { FamilyHead, StoredFamily } from './family.ts'
import { formatGoFloat } from './go-format.ts'
import { renderLines } from './render.ts'

export interface Times {
  readonly pushed: StoredFamily
  readonly failed: StoredFamily
}

export const pushTime: FamilyHead = {
  name: 'push_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway succeeded.',
}

export const failureTime: FamilyHead = {
  name: 'push_failure_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway failed.',
}

/** Names that a push cannot set: what it says of them is dropped. */
export const timeNames: ReadonlyMap<string, MetricType> = new Map([
  [pushTime.name, pushTime.type],
  [failureTime.name, failureTime.type],
])

/** The families have the time 0 where the group never saw such a push. */
export function timesOf(
  labelText: string,
  { pushedAtMs, failedAtMs }: { pushedAtMs: number; failedAtMs: number },
): Times {
  const texts = [
    `${pushTime.name}{${labelText}} ${formatGoFloat(pushedAtMs / 1000)}\n`,
    `${failureTime.name}{${labelText}} ${formatGoFloat(failedAtMs / 1000)}\n`,
  ]
  const lines = renderLines(texts, Math.max(pushedAtMs, failedAtMs))
  const single = { lines, seriesCount: 1, proto: undefined }
  return {
    pushed: { ...single, head: pushTime, first: 0, end: 1 },
    failed: { ...single, head: failureTime, first: 1, end: 2 },
  }
}
