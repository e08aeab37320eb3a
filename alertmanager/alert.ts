/** An alert as the store holds it, and how two reports of the same one become one. */
import { type PostableAlert, traceAnnotation } from '#api/alert'
import type { Labels } from '#lib/labels'

export interface Alert {
  /** Names the label set. */
  readonly fingerprint: string
  readonly labels: Labels
  readonly annotations: Labels
  readonly generatorUrl: string
  readonly startsAtMs: number
  /** In the past: the alert is resolved. */
  readonly endsAtMs: number
  readonly updatedAtMs: number
  /** No client named the end; it is now + `resolve_timeout`. */
  readonly endIsGuess: boolean
}

/** One posted alert on its way in. */
export interface Arrival {
  readonly posted: PostableAlert
  readonly receivedAtMs: number
  /** Set by the stage that checks. */
  readonly alert?: Alert
  /** Tells the client why this alert is not kept; may be called again with the same reason. */
  refuse(reason: string): void
}

export const isResolved = (alert: Alert, nowMs: number) => alert.endsAtMs <= nowMs

export const traceparentOf = (alert: Pick<Alert, 'annotations'>) =>
  alert.annotations[traceAnnotation]

/**
 * What is known after `arrived`. Activity that overlaps is one alert: the earliest start, and the
 * latest end that somebody named. Activity that does not overlap replaces what was.
 */
export function mergeAlerts(stored: Alert, arrived: Alert, nowMs: number): Alert {
  if (!overlap(stored, arrived)) return arrived
  return {
    ...arrived,
    startsAtMs: Math.min(stored.startsAtMs, arrived.startsAtMs),
    endsAtMs: storedEndRules(stored, arrived, nowMs) ? stored.endsAtMs : arrived.endsAtMs,
  }
}

function storedEndRules(stored: Alert, arrived: Alert, nowMs: number): boolean {
  if (stored.endsAtMs <= arrived.endsAtMs) return false
  return isResolved(arrived, nowMs) ? isResolved(stored, nowMs) : !stored.endIsGuess
}

function overlap(stored: Alert, arrived: Alert): boolean {
  const inside = (ms: number) => ms > stored.startsAtMs && ms < stored.endsAtMs
  return inside(arrived.endsAtMs) || inside(arrived.startsAtMs)
}

/**
 * Whether storing `merged` would say nothing new. An end that only moves on is written when half of
 * what it last promised has passed: an alert re-sent every minute costs a write now and then.
 */
export function isUnchanged(stored: Alert, merged: Alert, nowMs: number): boolean {
  if (
    stored.startsAtMs !== merged.startsAtMs ||
    stored.generatorUrl !== merged.generatorUrl ||
    stored.endIsGuess !== merged.endIsGuess ||
    !sameText(stored.annotations, merged.annotations)
  )
    return false
  if (stored.endsAtMs === merged.endsAtMs) return true
  if (merged.endsAtMs < stored.endsAtMs) return false
  const promisedMs = stored.endsAtMs - stored.updatedAtMs
  return stored.endsAtMs - nowMs > promisedMs / 2
}

function sameText(a: Labels, b: Labels): boolean {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name])
}
