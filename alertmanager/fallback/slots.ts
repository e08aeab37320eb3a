/** What each receiver was told from memory, and what it has still to be told. */
import type { Notification } from '#api/alert'
import type { Integration } from '../config/receiver.ts'
import type { LogRow } from '../store/tables.ts'

export type ToldFromMemory = Omit<LogRow, 'epoch'>

export interface NotifiedSlot {
  told: ToldFromMemory | undefined
  pending: Pending | undefined
  /** An attempt is under way. */
  isBusy: boolean
}

export interface Pending {
  readonly notification: Notification
  readonly integration: Integration
  /** What is known once it is delivered. */
  readonly telling: ToldFromMemory
  /** Of it, what was never heard: one that resolves meanwhile is told all the same. */
  readonly untold: readonly string[]
  attempts: number
  nextAttemptMs: number
}
