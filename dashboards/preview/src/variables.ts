/** What stands in the place of variables, as Grafana's Prometheus data source fills them in. */
import type { Asking } from './asking.ts'
import type { Dashboard, Variable } from './dashboard.ts'
import { type Span, valuesOf } from './prometheus.ts'

export interface Chosen {
  readonly label: string
  /** As it stands on top of the dashboard. */
  readonly shown: string
  /** As it stands in expressions. */
  readonly inserted: string
  readonly choices: readonly string[]
}

export type Variables = ReadonlyMap<string, Chosen>

export async function chosenIn(
  { templating }: Dashboard,
  { chosen, span }: Pick<Asking, 'chosen'> & { readonly span: Span },
): Promise<Variables> {
  const variables = new Map<string, Chosen>()
  for (const variable of templating.list) {
    if (variable.type === 'datasource') continue
    const choices = await choicesOf(variable, variables, span)
    variables.set(variable.name, choose(variable, choices, chosen.get(variable.name)))
  }
  return variables
}

async function choicesOf(variable: Variable, known: Variables, span: Span): Promise<string[]> {
  const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(variable.query) ?? []
  if (selector === undefined || label === undefined) return variable.query.split(',')
  return valuesOf(label, filled(selector, known), span)
}

function choose(
  { label, allValue, current, type, includeAll }: Variable,
  choices: readonly string[],
  wanted: readonly string[] | undefined,
): Chosen {
  if (type === 'custom' || wanted !== undefined || includeAll !== true) {
    const [first = ''] = choices
    const values = wanted ?? (type === 'query' ? [first] : [current?.value ?? first].flat())
    const escaped = type === 'custom' ? values : values.map(quoted)
    const inserted = escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`
    return { label, shown: values.join(' + '), inserted, choices }
  }
  return { label, shown: 'All', inserted: allValue ?? '.*', choices }
}

/** As a regular expression inside a text of PromQL. */
const quoted = (value: string) => value.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&')

export function filled(text: string, variables: Variables, more: Record<string, string> = {}) {
  return text.replace(
    /\$\{?(\w+)\}?/g,
    (found, name) => more[name] ?? variables.get(name)?.inserted ?? found,
  )
}
