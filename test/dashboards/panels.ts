/** The expressions of the committed dashboards, and what Grafana puts in the place of variables. */
import { globSync, readFileSync } from 'node:fs'

export interface Asked {
  /** `stor-disks / Hottest / A`. */
  readonly where: string
  readonly expr: string
  /** Text for an empty answer; undefined where there has to be one. */
  readonly empty: string | undefined
  /** Labels that the columns of a table show; undefined: it is no table. */
  readonly titled: ReadonlySet<string> | undefined
}

export interface Variable {
  readonly name: string
  readonly query: string
  /** Absent: all at once are no choice. */
  readonly allValue?: string
}

interface Panel {
  readonly title: string
  readonly transformations?: readonly {
    readonly options: { readonly renameByName?: Readonly<Record<string, string>> }
  }[]
  readonly panels?: readonly Panel[]
  readonly targets?: readonly { readonly expr: string; readonly refId: string }[]
  readonly fieldConfig?: { readonly defaults: { readonly noValue?: string } }
}

export interface Dashboard {
  readonly uid: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly (Variable & { readonly type: string })[] }
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string }[]
  }
}

export const dashboards: readonly Dashboard[] = globSync('dashboards/generated/*.json')
  .sort()
  .map((file) => JSON.parse(readFileSync(file, 'utf8')))

/** Of marks on graphs. */
export const nothingHappened = 'nothing happened'

export function asked({ uid, panels, annotations }: Dashboard): readonly Asked[] {
  const ofPanels = (list: readonly Panel[]): Asked[] =>
    list.flatMap((panel) => {
      const { title, panels: inner = [], targets = [], fieldConfig } = panel
      const text = fieldConfig?.defaults.noValue
      const empty = text === 'no data' ? undefined : text
      const own = targets.map(({ expr, refId }) => ({
        where: `${uid} / ${title} / ${refId}`,
        ...{ expr, titled: titledIn(panel) },
        empty: empty ?? (targets.length > 1 && isBesideAll.test(expr) ? 'all are 0' : undefined),
      }))
      return [...own, ...ofPanels(inner)]
    })
  const marks = annotations.list.map(({ name, expr }) => ({
    where: `${uid} / ${name}`,
    ...{ expr, empty: nothingHappened, titled: undefined },
  }))
  return [...ofPanels(panels), ...marks]
}

/** Of a panel that also shows all together: those that are not 0. */
const isBesideAll = / > 0$/

function titledIn({ transformations = [] }: Panel): ReadonlySet<string> | undefined {
  const names = transformations.flatMap(({ options }) => Object.keys(options.renameByName ?? {}))
  return names.length === 0 ? undefined : new Set(names)
}

export const variablesOf = ({ templating }: Dashboard): readonly Variable[] =>
  templating.list.filter(({ type }) => type === 'query')

/** As Grafana does for a scrape interval of 15 s. */
export function filled(expr: string, values: ReadonlyMap<string, string>): string {
  const grafanas = [
    ['__rate_interval', '1m'] as const,
    ['__interval', '1m'] as const,
    ['__range', '3h'] as const,
  ]
  const all = new Map([...grafanas, ['topk', '10'], ...values])
  return expr.replace(/\$(\w+)/g, (found, name) => all.get(name) ?? found)
}
