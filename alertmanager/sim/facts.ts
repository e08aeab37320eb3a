/** What has happened in a run, as the world outside of the alertmanager saw it. */
import type { Labels } from '#lib/labels'
import type { SimConfig } from './config.ts'
import type { Mood, Taken } from './network.ts'
import type { Span } from './spans.ts'

/** Something that was asked. Without `ackedMs` nobody knows whether it holds. */
export interface Said {
  readonly sentMs: number
  ackedMs?: number
}

export interface AlertSaid extends Said {
  readonly labels: Labels
  readonly isFiring: boolean
  /** When it says that the alert ends, or has ended. */
  readonly endsMs: number
}

export interface SilenceSaid extends Said {
  readonly matchers: Labels
  readonly fromMs: number
  readonly untilMs: number
  /** The answer to the request that ended it, or replaced it. */
  end?: Said
}

export interface Facts {
  readonly startMs: number
  endMs: number
  readonly alerts: AlertSaid[]
  readonly silences: SilenceSaid[]
  readonly configs: { readonly atMs: number; readonly config: SimConfig }[]
  /** When which machine did not run. */
  readonly down: (Span & { readonly machine: string })[]
  readonly storeAway: Span[]
  readonly moods: (Span & { readonly receiver: string; readonly mood: Mood })[]
  readonly machines: readonly string[]
  taken: readonly Taken[]
  /** What cannot be, whatever was asked. */
  readonly faults: string[]
}
