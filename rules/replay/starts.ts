/** From when on each rule has to be evaluated, so that at the start of the window all is known. */
import type { Plan, ReadRule } from './plan.ts'

export interface StartOptions {
  readonly side: readonly ReadRule[]
  readonly plan: Plan
  readonly fromMs: number
  readonly lookbackMs: number
}

/** An alert that was true for so long before is known to fire at the start. */
export function ownStartMs({ rule, intervalMs }: ReadRule, fromMs: number): number {
  const waitsMs = rule.kind === 'alert' ? rule.forMs + rule.keepFiringForMs : 0
  return fromMs - waitsMs - intervalMs
}

/** What is made for others is made from as far back as they look. */
export function startsOf(options: StartOptions): ReadonlyMap<ReadRule, number> {
  const { side, plan, fromMs, lookbackMs } = options
  const starts = new Map<ReadRule, number>()
  const visit = (rule: ReadRule, startMs: number, above: readonly ReadRule[]): void => {
    if (above.includes(rule) || (starts.get(rule) ?? Number.POSITIVE_INFINITY) <= startMs) return
    starts.set(rule, startMs)
    const farMs = Math.max(0, ...rule.readings.map((reading) => reading.farMs))
    for (const source of plan.sourcesOf(rule, side)) {
      const neededMs = startMs - farMs - lookbackMs - source.intervalMs
      visit(source, Math.min(neededMs, ownStartMs(source, neededMs)), [...above, rule])
    }
  }
  for (const rule of side)
    if (rule.rule.kind === 'alert' && plan.isEvaluated(rule))
      visit(rule, ownStartMs(rule, fromMs), [])
  return starts
}
