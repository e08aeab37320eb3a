/**
 * The life of an alert, as Prometheus has it: pending once true, firing after `for`, kept while
 * `keep_firing_for` says so, then resolved and remembered for a while. Pure: the next state follows
 * from the last one, from what was found true, and from the time.
 */
import type { Labels } from '#lib/labels'

export interface Alert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly state: 'pending' | 'firing' | 'resolved'
  readonly value: number
  readonly activeAtMs: number
  readonly firedAtMs?: number
  readonly resolvedAtMs?: number
  /** Since when it is held by `keep_firing_for` alone. */
  readonly keepFiringSinceMs?: number
  /** The trace that it began with; the same while it lives. */
  readonly traceparent?: string
  /** Set on what came back from the store and was not found true since: kept until then. */
  readonly unseenUntilMs?: number
}

/** What one evaluation found true: the element with the rule's labels and texts. */
export interface Found {
  readonly labels: Labels
  readonly annotations: Labels
  readonly value: number
  /** The `traceparent` of the push behind it. */
  readonly origin?: string | undefined
}

export interface AlertChange {
  readonly key: string
  /** `began` and `fired` fall together where there is no `for`. */
  readonly kind: 'began' | 'fired' | 'resolved' | 'held' | 'gone'
}

export interface Timing {
  readonly atMs: number
  readonly forMs: number
  readonly keepFiringForMs: number
}

/** How long a resolved alert is told again, so that a lost message does not leave it firing. */
export const resolvedRetentionMs = 15 * 60_000

export type Alerts = ReadonlyMap<string, Alert>

/** The alerts after an evaluation at `timing.atMs`, and what changed. Keys name label sets. */
export function nextAlerts(
  last: Alerts,
  found: ReadonlyMap<string, Found>,
  timing: Timing,
): { alerts: Alerts; changes: readonly AlertChange[] } {
  const alerts = new Map<string, Alert>()
  const changes: AlertChange[] = []
  const take = (key: string, [alert, ...kinds]: Next) => {
    if (alert !== undefined) alerts.set(key, alert)
    changes.push(...kinds.map((kind) => ({ key, kind })))
  }
  for (const [key, alert] of last) {
    const seen = found.get(key)
    take(key, seen === undefined ? missing(alert, timing) : present(alert, seen, timing))
  }
  for (const [key, seen] of found) if (!last.has(key)) take(key, begun(seen, timing))
  return { alerts, changes }
}

type Next = readonly [alert: Alert | undefined, ...kinds: AlertChange['kind'][]]

function begun({ labels, annotations, value }: Found, timing: Timing): Next {
  const alert: Alert = { labels, annotations, value, state: 'pending', activeAtMs: timing.atMs }
  const [next, ...kinds] = promoted(alert, timing)
  return [next, 'began', ...kinds]
}

function present(alert: Alert, seen: Found, timing: Timing): Next {
  if (alert.state === 'resolved') return begun(seen, timing)
  const { keepFiringSinceMs, unseenUntilMs: _, ...kept } = alert
  const next = { ...kept, value: seen.value, annotations: seen.annotations }
  const [promotedAlert, ...kinds] = promoted(next, timing)
  return [promotedAlert, ...kinds, ...(keepFiringSinceMs === undefined ? [] : ['held' as const])]
}

function promoted(alert: Alert, { atMs, forMs }: Timing): Next {
  return alert.state === 'pending' && atMs - alert.activeAtMs >= forMs
    ? [{ ...alert, state: 'firing', firedAtMs: atMs }, 'fired']
    : [alert]
}

function missing(alert: Alert, timing: Timing): Next {
  const { atMs } = timing
  if (alert.state === 'resolved') {
    const isOver = atMs - (alert.resolvedAtMs ?? 0) > resolvedRetentionMs
    return isOver ? [undefined, 'gone'] : [alert]
  }
  if (alert.unseenUntilMs !== undefined && atMs < alert.unseenUntilMs) return [alert]
  if (alert.state === 'pending') return [undefined, 'gone']
  return held(alert, timing) ?? [{ ...alert, state: 'resolved', resolvedAtMs: atMs }, 'resolved']
}

function held(alert: Alert, { atMs, keepFiringForMs }: Timing): Next | undefined {
  if (keepFiringForMs === 0) return undefined
  const sinceMs = alert.keepFiringSinceMs ?? atMs
  if (atMs - sinceMs >= keepFiringForMs) return undefined
  return alert.keepFiringSinceMs === undefined
    ? [{ ...alert, keepFiringSinceMs: sinceMs }, 'held']
    : [alert]
}
