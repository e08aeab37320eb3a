/**
 * Stage `damp`: marks alerts that change all the time. Neither their firing nor their end is told
 * while they do; that they flap is, and how they ended.
 */
import type { Stage } from '#lib/pipeline'
import { type Damping, isFlapping } from '../damping/flapping.ts'
import type { Flush, FlushedAlert } from './flush.ts'

export interface DampWorld {
  readonly damping: Damping
  readonly nowMs: number
}

export function damp({ damping, nowMs }: DampWorld): Stage<Flush> {
  return {
    name: 'damp',
    async run(batch) {
      if (damping.changes === 0) return batch
      const marked = (entry: FlushedAlert) =>
        entry.heldBy === undefined && isFlapping(changesOf(entry), nowMs, damping)
          ? { ...entry, heldBy: 'flapping' as const }
          : entry
      return batch.map((flush) => ({ ...flush, alerts: flush.alerts.map(marked) }))
    },
  }
}

/** Its rows say when it fired again; that it is resolved now is a change nobody wrote. */
function changesOf({ alert, resolved, changedAtMs = [] }: FlushedAlert): readonly number[] {
  const last = changedAtMs.at(-1) ?? 0
  return resolved ? [...changedAtMs, Math.max(last, alert.endsAtMs)] : changedAtMs
}
