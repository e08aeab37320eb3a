/** The whole distribution of a latency over time: no average hides its tail. */
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { HeatmapColorMode, PanelBuilder } from '@grafana/grafana-foundation-sdk/heatmap'
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { datasource } from './datasource.ts'
import { emptyText, type Plan, panelLinks, queries, steps } from './plan.ts'

export interface HeatPlan extends Omit<Plan, 'unit' | 'max'> {
  /** A rate of buckets by `le`. */
  readonly expr: string
}

export function heat(plan: HeatPlan): Panel {
  const whole = { ...plan, unit: 's' } as const
  const built = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit('s')
    .noValue(emptyText(plan))
    .datasource(datasource)
    .thresholds(steps(plan.limit))
    .links(panelLinks(whole))
    .targets(
      queries(plan.expr, '{{le}}').map((query) => query.range().format(PromQueryFormat.Heatmap)),
    )
    .span(plan.span ?? 12)
    .height(8)
    .build()
  const color = { mode: HeatmapColorMode.Scheme, scheme: 'Spectral', steps: 64 }
  const yAxis = { unit: 's', axisPlacement: 'left' }
  return { ...built, options: { ...built.options, calculate: false, yAxis, color } }
}
