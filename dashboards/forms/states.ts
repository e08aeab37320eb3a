/** States over time, as words and colours: a band a series. */
import { VisibilityMode } from '@grafana/grafana-foundation-sdk/common'
import {
  MappingType,
  type Panel,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline'
import { type Subject, subjectLink } from '../links.ts'
import { legend } from './course.ts'
import { datasource } from './datasource.ts'
import { emptyText, type Plan, panelLinks, type Queries, queries, steps } from './plan.ts'

export interface StatesPlan extends Omit<Plan, 'unit' | 'max'> {
  readonly expr: Queries
  readonly legend?: string
  readonly words: readonly ValueMapping[]
  readonly of?: Subject
  readonly height?: number
  /** Bands on one page; default 20. */
  readonly perPage?: number
}

type Word = readonly [value: number, text: string, color: 'green' | 'orange' | 'red' | 'blue']

export function words(...list: readonly Word[]): ValueMapping[] {
  const options = Object.fromEntries(
    list.map(([value, text, color], index) => [String(value), { text, color, index }]),
  )
  return [{ type: MappingType.ValueToText, options }]
}

/** Of a label whose text is the state. */
export function textWords(...list: readonly (readonly [text: string, color: string])[]) {
  const options = Object.fromEntries(
    list.map(([text, color], index) => [text, { text, color, index }]),
  )
  return [{ type: MappingType.ValueToText, options }]
}

export const goodOrBad = (bad: string, good: string) => words([0, bad, 'red'], [1, good, 'green'])
/** Of what warns only. */
export const goodOrPoor = (poor: string, good: string) =>
  words([0, poor, 'orange'], [1, good, 'green'])

export function states(plan: StatesPlan): Panel {
  return new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit('none')
    .noValue(emptyText(plan))
    .datasource(datasource)
    .mappings([...plan.words])
    .thresholds(steps(undefined))
    .mergeValues(true)
    .showValue(VisibilityMode.Auto)
    .perPage(plan.perPage ?? 20)
    .fillOpacity(70)
    .legend(legend())
    .links(panelLinks({ ...plan, unit: 'none' }))
    .dataLinks(plan.of === undefined ? [] : [subjectLink(plan.of)])
    .targets(queries(plan.expr, plan.legend).map((query) => query.range()))
    .span(plan.span ?? 12)
    .height(plan.height ?? 8)
    .build()
}
