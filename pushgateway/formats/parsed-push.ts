/** What every reader of pushed bodies gives. */
import type { ParsedFamily } from '../text/family.ts'

export interface ParsedPush {
  readonly families: readonly ParsedFamily[]
  /** Whether any sample carries a timestamp; a pushed one must not. */
  readonly timestamped: boolean
  /** Why nothing of it can be shown, though it can be read: the group notes that it failed. */
  readonly refusal?: string
}
