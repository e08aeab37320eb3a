/** How often alerts fired within a window, and for how long. */
import { labelsKey } from '#lib/labels'
import type { Window } from './grid.ts'
import type { Life } from './lives.ts'

export interface Totals {
  readonly fired: number
  /** Of these, how often within an hour of its last end. */
  readonly firedAgain: number
  readonly firingMs: number
}

export interface NamedTotals {
  readonly name: string
  readonly before: Totals
  readonly after: Totals
}

const againMs = 3_600_000

/** What fired before the window and goes on in it counts as one. */
export function totalsOf(lives: readonly Life[], { fromMs, toMs }: Window): Totals {
  const fired = lives.filter(
    ({ firedMs, endedMs = Number.POSITIVE_INFINITY }) =>
      firedMs !== undefined && firedMs <= toMs && endedMs > fromMs,
  )
  const firingMs = fired.reduce((sum, { firedMs = toMs, endedMs = toMs }) => {
    return sum + Math.max(0, Math.min(toMs, endedMs) - Math.max(fromMs, firedMs))
  }, 0)
  const again = [...Map.groupBy(fired, ({ labels }) => labelsKey(labels)).values()].map(countAgain)
  return { fired: fired.length, firedAgain: again.reduce((a, b) => a + b, 0), firingMs }
}

function countAgain(lives: readonly Life[]): number {
  const sorted = lives.toSorted((a, b) => a.beganMs - b.beganMs)
  return sorted.filter((life, i) => {
    const endedMs = sorted[i - 1]?.endedMs
    return endedMs !== undefined && (life.firedMs ?? 0) - endedMs < againMs
  }).length
}

/** By the name of the alert; those that never fired on either side are left out. */
export function totalsByName(
  before: readonly Life[],
  after: readonly Life[],
  window: Window,
): readonly NamedTotals[] {
  const nameOf = ({ labels }: Life) => labels['alertname'] ?? ''
  const [ofBefore, ofAfter] = [Map.groupBy(before, nameOf), Map.groupBy(after, nameOf)]
  return [...new Set([...ofBefore.keys(), ...ofAfter.keys()])]
    .map((name) => ({
      name,
      before: totalsOf(ofBefore.get(name) ?? [], window),
      after: totalsOf(ofAfter.get(name) ?? [], window),
    }))
    .filter((one) => one.before.fired + one.after.fired > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
