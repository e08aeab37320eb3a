/** What a replay is asked for. */
import type { Labels } from '#lib/labels'
import type { Window } from './grid.ts'
import type { PlacedRule, Sides } from './sides.ts'
import type { Rehearse } from './told.ts'
import type { Evaluator, SampleSource } from './world.ts'

export interface ReplayOptions {
  readonly sides: Sides
  /** Those that the server runs: its history has what they recorded. */
  readonly running: readonly PlacedRule[]
  /** Two sets of rules, or what the running ones recorded with what comes out anew. */
  readonly compares: 'rules' | 'record'
  readonly window: Window
  /** The window may begin later, where the history does. */
  readonly isFromOptional: boolean
  readonly history: SampleSource
  readonly evaluator: Evaluator
  readonly externalLabels: Labels
  readonly externalUrl: string
  /** How old the newest sample of a series may be to count. */
  readonly lookbackMs: number
  /** Of subqueries that name none. */
  readonly subqueryStepMs: number
  readonly requestsAtOnce: number
  /** Absent: it is not known who would be told. */
  readonly rehearse?: Rehearse | undefined
}
