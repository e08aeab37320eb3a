/** What came of a case: what it expects, what was found, and why that is so. */
import type { Labels } from '#lib/labels'
import type { AlertCase, ShownAlert } from './test-file.ts'

export type Verdict = AlertVerdict | SampleVerdict | Broken

export interface AlertVerdict extends Grounds {
  readonly kind: 'alerts'
  readonly case: AlertCase
  /** The name of the test; may be empty. */
  readonly test: string
  readonly alertname: string
  readonly expected: readonly ShownAlert[]
  readonly found: readonly ShownAlert[]
}

export interface SampleVerdict extends Grounds {
  readonly kind: 'samples'
  readonly expr: string
  readonly expected: readonly ShownSample[]
  readonly found: readonly ShownSample[]
}

interface Grounds {
  readonly isAsExpected: boolean
  readonly atMs: number
  /** Sentences; where all is as expected, or nothing can be said, none. */
  readonly why: readonly string[]
}

export interface ShownSample {
  readonly labels: Labels
  readonly value: number
}

/** A test that could not be run to its end, or a case that could not be judged. */
export interface Broken {
  readonly kind: 'broken'
  readonly isAsExpected: false
  readonly reason: string
}

export const broken = (reason: string): Broken => ({ kind: 'broken', isAsExpected: false, reason })
