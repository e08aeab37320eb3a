/** A whole dashboard: what all have, rows of panels, and where each stands on the grid. */
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type GridPos,
  type Panel,
  type RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { annotations } from './annotations.ts'
import { shown, storageMenu } from './links.ts'
import { type Variable, variables } from './variables.ts'

export interface BoardPlan {
  readonly uid: `stor-${string}`
  /** Behind `ZStone / `. */
  readonly title: string
  readonly description: string
  readonly variables?: readonly Variable[]
  /** The first stands open, the others are loaded when they are opened. */
  readonly rows: Readonly<Record<string, readonly Panel[]>>
  /** How far back it looks; default 3 h. */
  readonly from?: string
}

const columns = 24

export function board(plan: BoardPlan): Dashboard {
  const built = new DashboardBuilder(`ZStone / ${plan.title}`)
    .uid(plan.uid)
    .description(plan.description)
    .tags(['storage'])
    .readonly()
    .refresh('30s')
    .time({ from: plan.from ?? 'now-3h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair)
    .build()
  return {
    ...built,
    templating: { list: variables(plan.variables ?? []) },
    annotations: { list: annotations() },
    links: [storageMenu()],
    panels: laidOut(Object.entries(plan.rows)),
  }
}

type Row = readonly [title: string, panels: readonly Panel[]]

/** Grafana wants panels numbered from 1; those of a closed row stand inside it. */
function laidOut(rows: readonly Row[]): (Panel | RowPanel)[] {
  let id = 0
  let top = 0
  return rows.flatMap(([title, panels], i): (Panel | RowPanel)[] => {
    const collapsed = i > 0
    const row = { type: 'row' as const, title, collapsed, id: ++id, panels: [] }
    const gridPos = { x: 0, y: top, w: columns, h: 1 }
    const { placed, bottom } = placedFrom(top + 1, panels)
    const numbered = placed.map((panel) => {
      const links = (panel.links ?? []).map(shown)
      return { ...panel, links, fieldConfig: withShownLinks(panel), id: ++id }
    })
    top = collapsed ? top + 1 : bottom
    if (collapsed) return [{ ...row, gridPos, panels: numbered }]
    return [{ ...row, gridPos }, ...numbered]
  })
}

/** From left to right; one that does not fit begins a new line. */
function placedFrom(top: number, panels: readonly Panel[]) {
  let [x, y, height] = [0, top, 0]
  const placed = panels.map((panel) => {
    const { w, h } = panel.gridPos ?? { w: columns, h: 8 }
    if (x + w > columns) [x, y, height] = [0, y + height, 0]
    const gridPos = { x, y, w, h }
    x += w
    height = Math.max(height, h)
    return { ...panel, gridPos }
  })
  return { placed: placed.map(widened).map(heightened), bottom: y + height }
}

/** A graph that has its line for itself fills it. */
function widened(panel: Placed, _: number, all: readonly Placed[]): Placed {
  const { x, y, w, h } = panel.gridPos
  const isAlone = x === 0 && w === columns / 2 && all.every((a) => a === panel || a.gridPos.y !== y)
  return isAlone ? { ...panel, gridPos: { x, y, w: columns, h } } : panel
}

/** Panels of one line end on one line. */
function heightened(panel: Placed, _: number, all: readonly Placed[]): Placed {
  const { gridPos } = panel
  const line = all.filter((one) => one.gridPos.y === gridPos.y)
  return { ...panel, gridPos: { ...gridPos, h: Math.max(...line.map((one) => one.gridPos.h)) } }
}

type Placed = Panel & { readonly gridPos: GridPos }

function withShownLinks({ fieldConfig }: Panel): NonNullable<Panel['fieldConfig']> {
  const { defaults = {}, overrides = [] } = fieldConfig ?? {}
  const links = (defaults.links ?? []).map(shown)
  return { defaults: links.length === 0 ? defaults : { ...defaults, links }, overrides }
}
