/** What recording rules make of samples: dashboards ask for it as for what was scraped. */
import type { Sample } from '#api/sample'
import { createManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import type { Promql } from '#promql'
import { type AlertStore, createRules, loadRules, type Rules, rulesSettings } from '#rules'
import { checkIn, vectorOf } from '../../bin/compose/expressions.ts'
import { defaultsOf } from './defaults.ts'

export interface Judged {
  readonly rule: string
  readonly atMs: number
  readonly samples: readonly Sample[]
}

/** Rules over samples of another time; each evaluation's yield goes into `promql` and to `take`. */
export async function rulesOver(
  promql: Promql,
  files: string,
  take: (judged: Judged) => void = () => {},
): Promise<Rules> {
  const nothing: AlertStore = { load: async () => [], save: async () => {} }
  const clock = createManualClock()
  return createRules({
    ...{ clock, metrics: createMetrics(), log: silentLog, random: seededRandom(1) },
    tracer: createTracer('dashboards'),
    groups: await loadRules([files], checkIn()),
    evaluate: async (expr, atMs) => vectorOf(promql.evaluate(expr, atMs)),
    append({ rule, atMs, samples }) {
      const ofCluster = samples.map(({ name, value, labels }) => ({
        ...{ name, value },
        labels: { cluster: 'demo', ...labels }, // As the label of one Prometheus among many.
      }))
      promql.samples.append({ name: `rule ${rule}`, honorLabels: true }, ofCluster, atMs)
      take({ rule, atMs, samples: ofCluster })
    },
    alertmanagers: [],
    store: nothing,
    externalLabels: {},
    settings: defaultsOf(rulesSettings),
  })
}
