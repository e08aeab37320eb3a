/** The two families that every group shows of its own: when a push last succeeded and failed. */
import type { MetricType } from '#api/sample'
import { type FamilyHead, type PlacedFamily, StoredFamily } from '../text/family.ts'
import { renderLines } from '../text/render.ts'
import { formatValue } from '../text/value-text.ts'

export interface Times {
  readonly pushed: StoredFamily
  readonly failed: StoredFamily
}

const pushTime: FamilyHead = {
  name: 'push_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway succeeded.',
}

const failureTime: FamilyHead = {
  name: 'push_failure_time_seconds',
  type: 'gauge',
  help: 'Last Unix time when changing this group in the Pushgateway failed.',
}

/** Names that a push cannot set: what it says of them is dropped. */
export const timeNames: ReadonlyMap<string, MetricType> = new Map([
  [pushTime.name, pushTime.type],
  [failureTime.name, failureTime.type],
])

interface Given {
  readonly pushedAtMs: number
  readonly failedAtMs: number
}

/** The families have the time 0 where the group never saw such a push. */
export function timesOf(labelText: string, { pushedAtMs, failedAtMs }: Given): Times {
  const texts = [
    `${pushTime.name}{${labelText}} ${formatValue(pushedAtMs / 1000)}\n`,
    `${failureTime.name}{${labelText}} ${formatValue(failedAtMs / 1000)}\n`,
  ]
  const lines = renderLines(texts)
  const rest = { ...restOf({ pushedAtMs, failedAtMs }), quoted: !plainLabels.test(labelText) }
  return {
    pushed: new StoredFamily({ head: pushTime, ...rest }, lines, 0),
    failed: new StoredFamily({ head: failureTime, ...rest }, lines, 1),
  }
}

const plainLabels = /^(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*",?)*$/

/** The same families where their lines have a place already. */
export function timeFamilies(
  slots: { readonly pushed: number; readonly failed: number },
  times: Given & { readonly quoted: boolean },
): { pushed: PlacedFamily; failed: PlacedFamily } {
  const rest = { ...restOf(times), quoted: times.quoted }
  return {
    pushed: { head: pushTime, ...rest, slot: slots.pushed },
    failed: { head: failureTime, ...rest, slot: slots.failed },
  }
}

function restOf({ pushedAtMs, failedAtMs }: Given) {
  const atMs = Math.max(pushedAtMs, failedAtMs)
  const one = { metricCount: 1, seriesCount: 1, sizeBytes: 0 }
  return { ...one, pushedAtMs: atMs, proto: undefined }
}
