/** The course of something over time, with the line from which an alert fires. */
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { Limit } from '../limits.ts'
import { type Subject, subjectLink } from '../links.ts'
import { datasource } from './datasource.ts'
import {
  emptyText,
  type Plan,
  panelLinks,
  type Queries,
  queries,
  scaleOf,
  stepsOf,
} from './plan.ts'

export interface CoursePlan extends Plan {
  readonly expr: Queries
  readonly legend?: string
  /** What a series is about; a click on it leads there. */
  readonly of?: Subject
}

export function course(plan: CoursePlan): Panel {
  const style = new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode[drawn(plan)])
  const panel = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .noValue(emptyText(plan))
    .datasource(datasource)
    .thresholds(lines(plan.limit))
    .thresholdsStyle(style)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(legend())
    .tooltip(tooltip())
    .links(panelLinks(plan))
    .dataLinks(plan.of === undefined ? [] : [subjectLink(plan.of)])
    .targets(queries(plan.expr, plan.legend).map((query) => query.range()))
    .span(plan.span ?? 12)
    .height(8)
  const { min, max } = scaleOf(plan)
  if (min !== undefined) panel.min(min)
  if (max !== undefined) panel.max(max)
  return panel.build()
}

/** From a limit on: a line. Below one: what is bad is shaded, for a line would be of the good. */
function drawn({ limit: { warnBelow, badBelow, warnFrom, badFrom } = { alert: '' } }: Plan) {
  if ((warnBelow ?? badBelow) !== undefined) return 'Area'
  return (warnFrom ?? badFrom) === undefined ? 'Off' : 'Dashed'
}

function lines(limit: Limit | undefined): ThresholdsConfigBuilder {
  const list = stepsOf(limit).map(({ value, color }) => ({
    value,
    color: color === 'green' ? 'transparent' : color,
  }))
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list)
}

export function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .showLegend(true)
    .calcs([])
}

const tooltip = () =>
  new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending)
