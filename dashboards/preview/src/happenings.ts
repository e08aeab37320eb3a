/** Marks on graphs: each run of a series that is not 0 is one, as Grafana draws annotations. */
import type { GrafanaTheme2 } from '@grafana/data'
import type { Dashboard } from './dashboard.ts'
import { overTime, type Span } from './prometheus.ts'
import { filled, type Variables } from './variables.ts'

export interface Happening {
  readonly fromMs: number
  readonly toMs: number
  readonly color: string
}

const stepMs = 60_000

export async function happeningsIn(
  { annotations }: Dashboard,
  world: { readonly span: Span; readonly variables: Variables; readonly theme: GrafanaTheme2 },
): Promise<readonly Happening[]> {
  const span = { ...world.span, stepMs: Math.max(stepMs, world.span.stepMs) }
  const seconds = span.stepMs / 1000
  const intervals = { __interval: `${seconds}s`, __rate_interval: `${seconds + 60}s` }
  const all = await Promise.all(
    annotations.list.map(async ({ expr, iconColor }) => {
      const color = world.theme.visualization.getColorByName(iconColor)
      const found = await overTime(filled(expr, world.variables, intervals), span)
      return found.flatMap(({ points }) => runs(points, span.stepMs).map((r) => ({ ...r, color })))
    }),
  )
  return all.flat()
}

function runs(points: readonly (readonly [number, number])[], stepMs: number) {
  const found: { fromMs: number; toMs: number }[] = []
  for (const [seconds, value] of points) {
    if (value === 0) continue
    const [atMs, last] = [seconds * 1000, found.at(-1)]
    if (last !== undefined && atMs - last.toMs <= stepMs) last.toMs = atMs
    else found.push({ fromMs: atMs, toMs: atMs })
  }
  return found
}
