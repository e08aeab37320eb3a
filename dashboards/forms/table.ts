/** A row for each object: who it is, its figures side by side, the worst first. */
import type {
  DataTransformerConfig,
  DynamicConfigValue,
  Panel,
  ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import type { Limit } from '../limits.ts'
import { type RowSubject, rowLink } from '../links.ts'
import { datasource } from './datasource.ts'
import {
  emptyText,
  type Plan,
  panelLinks,
  queries,
  refIdOf,
  scaleOf,
  stepsOf,
  type Unit,
} from './plan.ts'

export interface TablePlan extends Omit<Plan, 'unit' | 'max'> {
  /** Title of each label that makes or describes a row, in their order. */
  readonly labels: Readonly<Record<string, string>>
  readonly columns: readonly Column[]
  /** The title of a column; the largest first, unless it begins with `-`. */
  readonly sortBy: string
  /** What a row is about. */
  readonly of?: RowSubject
  readonly height?: number
}

export interface Column {
  /** Absent: the query brings only labels. */
  readonly title?: string
  readonly expr: string
  readonly unit?: Unit
  readonly max?: number
  readonly limit?: Limit
  readonly words?: readonly ValueMapping[]
}

export function table(plan: TablePlan): Panel {
  const isMixed = plan.columns.length > 1
  const columnOf = (i: number) => (isMixed ? `Value #${refIdOf(i)}` : 'Value')
  const panel = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit('short')
    .noValue(emptyText(plan))
    .datasource(datasource)
    .links(panelLinks({ ...plan, unit: 'short' }))
    .targets(
      queries(plan.columns.map(({ expr }) => ({ expr }))).map((query) =>
        query.instant().format(PromQueryFormat.Table),
      ),
    )
    .transformations(arranged(plan, columnOf))
    .span(plan.span ?? 24)
    .height(plan.height ?? 8)
  for (const { title, ...column } of plan.columns)
    if (title !== undefined) panel.overrideByName(title, propertiesOf(column))
  const { of, labels } = plan
  const [first] = Object.values(labels)
  if (of !== undefined && first !== undefined) {
    const links = [rowLink(of, (label) => labels[label] ?? label)]
    panel.overrideByName(labels[keyOf[of]] ?? first, [{ id: 'links', value: links }])
  }
  return panel.build()
}

const keyOf = { alert: 'alertname', host: 'instance', disk: 'device', pool: 'pool' }

/** One table of all answers; only what has a title is shown, in the order of the plan. */
function arranged(plan: TablePlan, columnOf: (i: number) => string): DataTransformerConfig[] {
  const named = Object.entries(plan.labels)
  const values = plan.columns.map(({ title }, i) => [columnOf(i), title] as const)
  const renameByName = Object.fromEntries([
    ...named,
    ...values.flatMap(([from, to]) => (to === undefined ? [] : [[from, to] as const])),
  ])
  const order = ['cluster', ...Object.keys(plan.labels), ...values.map(([from]) => from)]
  const hidden = ['Time', ...values.flatMap(([from, to]) => (to === undefined ? [from] : []))]
  const isDescending = !plan.sortBy.startsWith('-')
  const sort = [{ field: plan.sortBy.replace(/^-/, ''), desc: isDescending }]
  return [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: Object.fromEntries(order.map((name, i) => [name, i])),
        renameByName: { cluster: 'Cluster', ...renameByName },
      },
    },
    { id: 'sortBy', options: { fields: {}, sort } },
  ]
}

function propertiesOf({ unit = 'short', max, limit, words }: Omit<Column, 'title'>) {
  const scale = scaleOf({ unit, ...(max === undefined ? {} : { max }) })
  const list: DynamicConfigValue[] = [{ id: 'unit', value: unit }]
  if (scale.min !== undefined) list.push({ id: 'min', value: scale.min })
  if (scale.max !== undefined) list.push({ id: 'max', value: scale.max })
  if (words !== undefined) list.push({ id: 'mappings', value: words })
  if (limit !== undefined)
    list.push({ id: 'thresholds', value: { mode: 'absolute', steps: stepsOf(limit) } })
  if (limit !== undefined || words !== undefined)
    list.push({ id: 'custom.cellOptions', value: { type: 'color-text' } })
  return list
}
