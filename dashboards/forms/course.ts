/** The course of something over time, with the line from which an alert fires. */
import {
  GraphDrawStyle,
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
  refIdOf,
  scaleOf,
  stepsOf,
} from './plan.ts'

export interface CoursePlan extends Plan {
  readonly expr: Queries
  readonly legend?: string
  /** What a series is about; a click on it leads there. */
  readonly of?: Subject
  /** What happens now and then: bars, for a line would join what has nothing between. */
  readonly isRare?: boolean
  /** Names of series that are red, for what they count went wrong. */
  readonly wrong?: RegExp
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
    .fillOpacity(isAlone(plan) ? 8 : 0)
    .showPoints(VisibilityMode.Auto) // A sample that stands alone is no line.
    .legend(legend())
    .tooltip(tooltip())
    .links(panelLinks(plan))
    .dataLinks(plan.of === undefined ? [] : [subjectLink(plan.of)])
    .targets(queries(plan.expr, plan.legend).map((query) => query.range()))
    .span(plan.span ?? 12)
    .height(8)
  if (plan.isRare === true) panel.drawStyle(GraphDrawStyle.Bars).fillOpacity(80)
  const { min, max } = scaleOf(plan)
  if (min !== undefined) panel.min(min)
  if (max !== undefined) panel.max(max)
  const all = typeof plan.expr === 'string' ? [] : plan.expr
  for (const [i, { isDashed = false }] of all.entries())
    if (isDashed) panel.overrideByQuery(refIdOf(i), [dashes])
  if (plan.wrong !== undefined) panel.overrideByRegexp(String(plan.wrong), [red])
  const softMax = plan.softMax ?? beyondLimit(plan)
  if (softMax !== undefined) panel.axisSoftMax(softMax)
  return panel.build()
}

/**
 * So that the line is in sight: how far it is says as much as that it was passed. Where nothing
 * happens, an axis up to 100 would say that less than 100 is little.
 */
function beyondLimit({ unit, max, limit }: CoursePlan): number | undefined {
  const isCount = unit === 'short' || unit === 'ops' || unit === 'count:p/s'
  if (max !== undefined || !(isCount || unit === 'celsius')) return undefined
  const from = limit?.warnFrom ?? limit?.badFrom
  if (from !== undefined) return 1.2 * from
  if (!isCount) return undefined
  return unit === 'short' ? 1 : 0.1
}

const red = { id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }
const dashes = { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } }

/** The areas of several would lie on each other, and be the colour of none. */
const isAlone = ({ expr, legend = '{{' }: CoursePlan) =>
  typeof expr === 'string' && !legend.includes('{{')

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
