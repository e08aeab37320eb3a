/** A bar for each of the largest, as they are now. */

import { PanelBuilder } from '@grafana/grafana-foundation-sdk/bargauge'
import {
  BarGaugeDisplayMode,
  ReduceDataOptionsBuilder,
  VizOrientation,
  VizTextDisplayOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { type Subject, subjectLink } from '../links.ts'
import { datasource } from './datasource.ts'
import { decimalsOf, emptyText, type Plan, panelLinks, queries, scaleOf, steps } from './plan.ts'

export interface BarsPlan extends Plan {
  readonly expr: string
  readonly legend: string
  readonly of?: Subject
}

export function bars(plan: BarsPlan): Panel {
  const panel = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .noValue(emptyText(plan))
    .datasource(datasource)
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .text(new VizTextDisplayOptionsBuilder().titleSize(12).valueSize(16)) // However few there are.
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(steps(plan.limit, 'blue'))
    .links(panelLinks(plan))
    .dataLinks(plan.of === undefined ? [] : [subjectLink(plan.of)])
    .targets(queries(plan.expr, plan.legend).map((query) => query.instant()))
    .span(plan.span ?? 12)
    .height(9) // As much as ten bars need.
    .min(0)
  const { max } = scaleOf(plan)
  if (max !== undefined) panel.max(max)
  const decimals = decimalsOf(plan)
  if (decimals !== undefined) panel.decimals(decimals)
  return panel.build()
}
