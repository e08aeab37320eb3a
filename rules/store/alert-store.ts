/** What outlives the process: the state of every alert that is not inactive. */
import type { Labels } from '#lib/labels'
import type { Alert } from '../alert-state.ts'

export interface StoredAlert {
  /** Of the rule; see `AlertRule.id`. */
  readonly ruleId: string
  readonly labels: Labels
  /** Absent: the alert is gone, and so is its row. */
  readonly alert?: Omit<Alert, 'labels' | 'unseenUntilMs'>
}

export interface AlertStore {
  load(): Promise<readonly StoredAlert[]>
  /** All or nothing; the last writing of an alert counts. */
  save(changed: readonly StoredAlert[]): Promise<void>
}
