/** The two panel forms of our dashboards: a figure now and its course over time. */

import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common'
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as SeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

export interface PanelPlan {
  readonly title: string
  /** What the figure means and what to do when it is bad: one or two sentences. */
  readonly description: string
  /** Grafana's unit id: `short`, `bytes`, `Bps`, `percentunit`, `s`. */
  readonly unit: string
  readonly expr: string
  /** How a series is named: `{{pool}}`. */
  readonly legend?: string
  /** From this value on it is bad. */
  readonly badFrom?: number
  /** Shown where an empty answer is normal. */
  readonly empty?: string
}

const datasource = { type: 'prometheus', uid: '$datasource' }

export function figure(plan: PanelPlan): StatBuilder {
  return new StatBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .noValue(plan.empty ?? 'no data')
    .datasource(datasource)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false))
    .thresholds(steps(plan))
    .withTarget(query(plan).instant())
    .span(4)
    .height(4)
}

export function course(plan: PanelPlan): SeriesBuilder {
  return new SeriesBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit(plan.unit)
    .noValue(plan.empty ?? 'no data')
    .min(0)
    .datasource(datasource)
    .thresholds(steps(plan))
    .withTarget(query(plan).range())
    .span(12)
    .height(8)
}

function query({ expr, legend }: PanelPlan): DataqueryBuilder {
  return new DataqueryBuilder()
    .expr(expr)
    .legendFormat(legend ?? '')
    .refId('A')
}

function steps({ badFrom }: PanelPlan): ThresholdsConfigBuilder {
  const good = { value: null, color: 'green' }
  const list = badFrom === undefined ? [good] : [good, { value: badFrom, color: 'red' }]
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list)
}
