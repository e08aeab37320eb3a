/** What the agent says of the spool and of bringing history. */
import type { MetricFamily } from '#api/sample'
import { ownFamily } from './own-family.ts'
import type { LedgerState } from './spool/ledger.ts'

export interface HistoryState {
  /** Brought at once, without waiting on the disk. */
  readonly straight: number
  /** Not wanted by the receiver. */
  readonly refused: number
  /** Lost because the disk held up those before. */
  readonly crowded: number
  readonly lastSuccessMs: number | undefined
}

export function spoolFamilies(state: LedgerState, nowMs: number): readonly MetricFamily[] {
  const { ticks, sizeBytes, oldestAtMs, added, delivered, dropped } = state
  const ageMs = oldestAtMs === undefined ? undefined : Math.max(0, nowMs - oldestAtMs)
  return [
    ownFamily(
      ['zstone_agent_spool_ticks', 'gauge', 'Ticks that wait on the disk.'],
      [{ value: ticks }],
    ),
    ownFamily(
      ['zstone_agent_spool_bytes', 'gauge', 'What waiting ticks take of the disk.'],
      [{ value: sizeBytes }],
    ),
    ownFamily(
      ['zstone_agent_spool_oldest_age_seconds', 'gauge', 'Age of the oldest waiting tick.'],
      [{ value: ageMs === undefined ? undefined : ageMs / 1000 }],
    ),
    ownFamily(
      ['zstone_agent_spool_added_total', 'counter', 'Ticks handed to the spool.'],
      [{ value: added }],
    ),
    ownFamily(
      ['zstone_agent_spool_delivered_total', 'counter', 'Ticks brought out of the spool.'],
      [{ value: delivered }],
    ),
    ownFamily(
      ['zstone_agent_spool_dropped_total', 'counter', 'Ticks that the spool lost, by reason.'],
      Object.entries(dropped).map(([reason, value]) => ({ value, labels: { reason } })),
    ),
  ]
}

export function historyFamilies(state: HistoryState): readonly MetricFamily[] {
  const { straight, refused, crowded, lastSuccessMs } = state
  const outcomes = { sent: straight, refused, crowded }
  return [
    ownFamily(
      [
        'zstone_agent_history_ticks_total',
        'counter',
        'Ticks that did not go through the spool: sent at once, refused, crowded out.',
      ],
      Object.entries(outcomes).map(([outcome, value]) => ({ value, labels: { outcome } })),
    ),
    ownFamily(
      [
        'zstone_agent_history_last_success_timestamp_seconds',
        'gauge',
        'When history last took a tick.',
      ],
      [{ value: lastSuccessMs === undefined ? undefined : lastSuccessMs / 1000 }],
    ),
  ]
}
