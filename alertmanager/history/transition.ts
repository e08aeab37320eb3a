/** What a report has made of an alert: a pure function of what was stored and what is. */
import { type Alert, isResolved } from '../alert.ts'
import type { HistoryEvent } from './event.ts'

/** Undefined: nothing that history tells of. An end that passes without a report is not here. */
export function transitionOf(before: Alert | undefined, now: Alert): HistoryEvent | undefined {
  const atMs = now.updatedAtMs
  const event = { atMs, fingerprint: now.fingerprint }
  const fired = before !== undefined && !isResolved(before, atMs)
  if (isResolved(now, atMs))
    return before === undefined || fired
      ? { ...event, kind: 'resolved', details: { endsAt: timeOf(now.endsAtMs) } }
      : undefined
  if (before === undefined) return { ...event, kind: 'fired' }
  if (!fired) {
    const details = { again: true, endedAt: timeOf(before.endsAtMs) }
    return { ...event, kind: 'fired', details }
  }
  const changes = changesOf(before, now)
  return changes === undefined ? undefined : { ...event, kind: 'changed', details: changes }
}

const timeOf = (ms: number) => new Date(ms).toISOString()

/** What it says now and did not say before; null: it does not say that any more. */
function changesOf(before: Alert, now: Alert): HistoryEvent['details'] {
  const names = new Set([...Object.keys(before.annotations), ...Object.keys(now.annotations)])
  const changed = [...names].filter((name) => before.annotations[name] !== now.annotations[name])
  const isMoved = before.generatorUrl !== now.generatorUrl
  if (changed.length === 0 && !isMoved) return undefined
  const annotations = changed.map((name) => [name, now.annotations[name] ?? null] as const)
  return {
    ...(changed.length > 0 && { annotations: Object.fromEntries(annotations) }),
    ...(isMoved && { generatorURL: now.generatorUrl }),
  }
}
