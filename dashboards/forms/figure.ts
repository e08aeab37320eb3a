/** One figure, as it is now. */
import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import type { Panel, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { datasource } from './datasource.ts'
import {
  decimalsOf,
  emptyMapping,
  emptyText,
  type Plan,
  panelLinks,
  queries,
  scaleOf,
  steps,
} from './plan.ts'

export interface FigurePlan extends Plan {
  readonly expr: string
  /** Absent: one figure. */
  readonly legend?: string
  readonly words?: readonly ValueMapping[]
}

export function figure(plan: FigurePlan): Panel {
  const panel = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .noValue(emptyText(plan))
    .datasource(datasource)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(steps(plan.limit))
    .mappings([...(plan.words ?? []), emptyMapping(emptyText(plan))])
    .links(panelLinks(plan))
    .targets(queries(plan.expr, plan.legend).map((query) => query.instant()))
    .span(plan.span ?? 4)
    .height(4)
  const { min, max } = scaleOf(plan)
  if (min !== undefined) panel.min(min)
  if (max !== undefined) panel.max(max)
  const decimals = decimalsOf(plan)
  if (decimals !== undefined) panel.decimals(decimals)
  return panel.build()
}
