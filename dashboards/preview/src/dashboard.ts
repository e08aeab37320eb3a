/** A dashboard as its JSON has it, and what the address of the page asks for. */
import type { DataTransformerConfig, FieldConfigSource } from '@grafana/data'

export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat?: string
  readonly instant?: boolean
  readonly format?: 'table' | 'heatmap' | 'time_series'
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: {
    readonly x: number
    readonly y: number
    readonly w: number
    readonly h: number
  }
  readonly collapsed?: boolean
  readonly panels?: readonly Panel[]
  readonly links?: readonly { readonly title: string }[]
  readonly targets?: readonly Target[]
  readonly transformations?: readonly DataTransformerConfig[]
  readonly fieldConfig: FieldConfigSource
  // What each drawing has of its own.
  // biome-ignore lint/suspicious/noExplicitAny: Grafana types the options of no panel either.
  readonly options: Record<string, any>
}

export interface Variable {
  readonly name: string
  readonly label: string
  readonly type: string
  readonly query: string
  readonly allValue?: string
  readonly includeAll?: boolean
  readonly current?: { readonly value: string | readonly string[] }
}

export interface Mark {
  readonly name: string
  readonly expr: string
  readonly iconColor: string
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly time: { readonly from: string; readonly to: string }
  readonly templating: { readonly list: readonly Variable[] }
  readonly annotations: { readonly list: readonly Mark[] }
  readonly panels: readonly Panel[]
}

const found = import.meta.glob<Dashboard>('../../generated/*.json', { import: 'default' })

export async function loadDashboard(uid: string): Promise<Dashboard> {
  const load = found[`../../generated/${uid}.json`]
  if (load === undefined) throw new Error(`Cannot show dashboard "${uid}": there is none`)
  return load()
}

/** Rows as they are when all are open, one under the other. */
export function opened(panels: readonly Panel[]): readonly Panel[] {
  let down = 0
  return panels.flatMap((panel) => {
    const inner = panel.panels ?? []
    const shift = (one: Panel): Panel => ({
      ...one,
      gridPos: { ...one.gridPos, y: one.gridPos.y + down },
    })
    const all = [shift(panel), ...inner.map(shift)]
    down += panel.collapsed === true ? heightOf(inner) : 0
    return all
  })
}

function heightOf(panels: readonly Panel[]): number {
  const tops = panels.map(({ gridPos }) => gridPos.y)
  const ends = panels.map(({ gridPos }) => gridPos.y + gridPos.h)
  return panels.length === 0 ? 0 : Math.max(...ends) - Math.min(...tops)
}
