/** An alert as an alertmanager takes it. */
import { type PostableAlert, traceAnnotation } from '#api/alert'
import type { Labels } from '#lib/labels'
import { escapeQuery } from '#template'
import type { Alert } from './alert-state.ts'
import type { RuleSettings } from './world.ts'

export interface Telling {
  readonly expr: string
  /** When a firing alert ends by itself unless it is told again. */
  readonly endsAtMs: number
  readonly externalLabels: Labels
  readonly settings: Pick<RuleSettings, 'externalUrl'>
}

export function postable(alert: Alert, telling: Telling): PostableAlert {
  const { expr, endsAtMs, externalLabels, settings } = telling
  return {
    labels: { ...externalLabels, ...alert.labels },
    annotations: annotationsOf(alert),
    startsAt: rfc3339(alert.firedAtMs ?? alert.activeAtMs),
    endsAt: rfc3339(alert.resolvedAtMs ?? endsAtMs),
    generatorURL: `${settings.externalUrl}/graph?g0.expr=${escapeQuery(expr)}&g0.tab=1`,
  }
}

/** The rule's texts, and the trace that the alert began with. */
export const annotationsOf = ({ annotations, traceparent }: Alert): Labels =>
  traceparent === undefined ? annotations : { ...annotations, [traceAnnotation]: traceparent }

export const rfc3339 = (ms: number) => new Date(ms).toISOString()
