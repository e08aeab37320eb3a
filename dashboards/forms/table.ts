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
  decimalsOf,
  emptyText,
  type Plan,
  panelLinks,
  queries,
  refIdOf,
  scaleOf,
  stepsOf,
  type Unit,
} from './plan.ts'
import { textWords } from './states.ts'

export interface TablePlan extends Omit<Plan, 'unit' | 'max'> {
  /** Title of each label that makes or describes a row, in their order. */
  readonly labels: Readonly<Record<string, string>>
  readonly columns: readonly Column[]
  /** The title of a column; the largest first, unless it begins with `-`. */
  readonly sortBy?: string
  /** Instead: a row of which this is larger comes first. It is not shown. */
  readonly order?: string
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
  readonly decimals?: number
}

export function table(plan: TablePlan): Panel {
  const columns = [...plan.columns, ...(plan.order === undefined ? [] : [{ expr: plan.order }])]
  const isMixed = columns.length > 1
  const columnOf = (i: number) => (isMixed ? `Value #${refIdOf(i)}` : 'Value')
  const panel = new PanelBuilder()
    .title(plan.title)
    .description(plan.description)
    .unit('string') // Of labels: a serial of digits is no number.
    .minWidth(80)
    .noValue(emptyText(plan))
    .datasource(datasource)
    .links(panelLinks({ ...plan, unit: 'short' }))
    .targets(
      queries(columns.map(({ expr }) => ({ expr }))).map((query) =>
        query.instant().format(PromQueryFormat.Table),
      ),
    )
    .transformations(arranged({ ...plan, columns }, columnOf))
    .span(plan.span ?? 24)
    .height(plan.height ?? 8)
  panel.overrideByRegexp('/.*/', [{ id: 'noValue', value: '' }]) // That text is of the whole.
  for (const [label, title] of Object.entries({ cluster: 'Cluster', ...plan.labels }))
    panel.overrideByName(title, propertiesOfLabel(label, plan))
  for (const { title, ...column } of plan.columns)
    if (title !== undefined)
      panel.overrideByName(title, [
        ...propertiesOf(column),
        { id: 'custom.width', value: widthOf(title, column.unit) },
      ])
  const { of } = plan
  const titleOf = (label: string) => ({ cluster: 'Cluster', ...plan.labels })[label] ?? label
  if (of !== undefined)
    panel.overrideByName(titleOf(keyOf[of]), [{ id: 'links', value: [rowLink(of, titleOf)] }])
  return panel.build()
}

/** Those that are short everywhere; the others share what is left. */
const widths: Readonly<Record<string, number>> = {
  ...{ cluster: 90, severity: 120, instance: 120, device: 100, pool: 110, version: 100 },
  ...{ tool: 90, controller: 100, collector: 140, state: 110, index: 60 },
}

function propertiesOfLabel(label: string, { labels }: TablePlan): DynamicConfigValue[] {
  const width = widths[label]
  const isWord = label === 'severity' || label === 'state'
  const names = ['cluster', ...Object.keys(labels)]
  const isRest = label === names.at(-1) && names.every((one) => one in widths)
  return [
    ...(width === undefined || isRest ? [] : [{ id: 'custom.width', value: width }]),
    ...(isWord
      ? [
          { id: 'mappings', value: meanings },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
        ]
      : []),
  ]
}

const meanings = textWords(
  ...[['critical', 'red'] as const, ['warning', 'orange'] as const, ['info', 'blue'] as const],
  ...[['HEALTH_ERR', 'red'] as const, ['HEALTH_WARN', 'orange'] as const],
  ...[['failed', 'red'] as const, ['degraded', 'orange'] as const, ['optimal', 'green'] as const],
  ...[['missing', 'red'] as const, ['rebuilding', 'orange'] as const, ['spare', 'blue'] as const],
)

/** The label in whose column the link of a row stands. */
const keyOf = {
  alert: 'alertname',
  cluster: 'cluster',
  host: 'instance',
  disk: 'device',
  pool: 'pool',
} as const

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
  const ordered = sortedBy(columnOf(plan.columns.length - 1), true)
  const { sortBy = '' } = plan
  const sorted = sortedBy(sortBy.replace(/^-/, ''), !sortBy.startsWith('-'))
  return [
    { id: 'merge', options: {} },
    ...(plan.order === undefined ? [] : [ordered]),
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
        indexByName: Object.fromEntries(order.map((name, i) => [name, i])),
        renameByName: { cluster: 'Cluster', ...renameByName },
      },
    },
    ...(plan.sortBy === undefined ? [] : [sorted]),
  ]
}

const sortedBy = (field: string, desc: boolean): DataTransformerConfig => ({
  id: 'sortBy',
  options: { fields: {}, sort: [{ field, desc }] },
})

/** Wide enough for its title and for `30.1 weeks`; labels share what is left. */
const widthOf = (title: string, unit?: Unit) =>
  Math.max(unit === 'dateTimeFromNow' ? 130 : 100, 8 * title.length + 24)

function propertiesOf({ unit = 'short', max, limit, words, ...more }: Omit<Column, 'title'>) {
  const scale = scaleOf({ unit, ...(max === undefined ? {} : { max }) })
  const list: DynamicConfigValue[] = [{ id: 'unit', value: unit }]
  if (scale.min !== undefined) list.push({ id: 'min', value: scale.min })
  if (scale.max !== undefined) list.push({ id: 'max', value: scale.max })
  const decimals = decimalsOf({ unit, ...more })
  if (decimals !== undefined) list.push({ id: 'decimals', value: decimals })
  if (words !== undefined) list.push({ id: 'mappings', value: words })
  if (limit !== undefined)
    list.push({ id: 'thresholds', value: { mode: 'absolute', steps: stepsOf(limit) } })
  if (limit !== undefined || words !== undefined)
    list.push({ id: 'custom.cellOptions', value: { type: 'color-text' } })
  return list
}
