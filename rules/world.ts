/** What rules need from around them. `bin` passes in whatever fits. */
import type { PostableAlert } from '#api/alert'
import type { Clock } from '#lib/clock'
import type { Labels } from '#lib/labels'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Random } from '#lib/random'
import type { Tracer } from '#lib/trace'
import type { ExpressionNode } from './expression.ts'
import type { AlertStore } from './store/alert-store.ts'

/** One element of an instant vector; a scalar is one element without labels. */
export interface Element {
  readonly labels: Labels
  readonly value: number
  /** The `traceparent` of the push whose sample it came from. */
  readonly origin?: string | undefined
}

/** Evaluates PromQL at one time; rejects where it cannot. Some show nothing to `watch`. */
export type Evaluate = (expr: string, atMs: number, watch?: Watch) => Promise<readonly Element[]>

/** Sees the value of each part of an expression before that of the whole. */
export type Watch = (node: ExpressionNode, atMs: number, value: SeenValue) => void

export type SeenValue =
  | { readonly type: 'scalar'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'vector'; readonly elements: readonly SeenElement[] }
  | { readonly type: 'matrix'; readonly series: readonly SeenSeries[] }

export interface SeenElement extends Element {
  /** Of the newest sample behind it. */
  readonly sampledAtMs?: number | undefined
}

export interface SeenSeries {
  readonly labels: Labels
  /** Samples `from` up to, not including, `to`. */
  readonly window: {
    readonly times: ArrayLike<number>
    readonly values: ArrayLike<number>
    readonly from: number
    readonly to: number
    readonly origin?: string | undefined
  }
}

/**
 * Everything that one rule yields at one time: a recorded series, or `ALERTS` and
 * `ALERTS_FOR_STATE`. A series that it yielded the time before and does not now is over (stale).
 */
export interface RuleSamples {
  /** The same for every evaluation of the rule. */
  readonly rule: string
  readonly atMs: number
  readonly samples: readonly RuleSample[]
}

export interface RuleSample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
  readonly origin?: string | undefined
}

export interface Alertmanager {
  /** Its address, for logs and metrics. */
  readonly name: string
  /** Delivers one batch, within a time of its own; rejects where it has to be tried again. */
  readonly send: (batch: readonly PostableAlert[]) => Promise<void>
}

export interface RulesWorld {
  readonly evaluate: Evaluate
  readonly append: (made: RuleSamples) => void | Promise<void>
  /** Each of them is told everything. */
  readonly alertmanagers: readonly Alertmanager[]
  readonly store: AlertStore
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly tracer: Tracer
  /** Added to every alert that is sent, where it has no such label. */
  readonly externalLabels: Labels
  readonly settings: RuleSettings
}

export interface RuleSettings {
  /** For groups without an interval of their own. */
  readonly intervalMs: number
  /** A firing alert is told again this often. */
  readonly resendDelayMs: number
  /** After a restart, how long beyond two evaluations an alert is kept until its data is back. */
  readonly restoreGraceMs: number
  readonly queueCapacity: number
  /** Where people reach the expression browser; the base of `generatorURL`. */
  readonly externalUrl: string
}
