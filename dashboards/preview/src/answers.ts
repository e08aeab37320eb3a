/** Asks what a panel asks, and gives its frames as they are drawn. */
import { type DataFrame, type GrafanaTheme2, rangeUtil, type TimeRange } from '@grafana/data'
import type { Panel, Target } from './dashboard.ts'
import { configured, transformed } from './fields.ts'
import { heatFrame, seriesFrames, tableFrame } from './frames.ts'
import { atOnce, overTime, type Span } from './prometheus.ts'
import { filled, type Variables } from './variables.ts'

export interface World {
  readonly range: TimeRange
  readonly scrapeIntervalMs: number
  readonly variables: Variables
  readonly theme: GrafanaTheme2
}

/** Steps as Grafana takes them: so many that each has a pixel, none under the scrape interval. */
export function spanOf({ range, scrapeIntervalMs }: World, widthPx: number): Span {
  const lowest = `${scrapeIntervalMs / 1000}s`
  const { intervalMs } = rangeUtil.calculateInterval(range, widthPx, lowest)
  return { fromMs: range.from.valueOf(), toMs: range.to.valueOf(), stepMs: intervalMs }
}

export async function answered(panel: Panel, widthPx: number, world: World): Promise<DataFrame[]> {
  const targets = panel.targets ?? []
  const span = spanOf(world, widthPx)
  const found = await Promise.all(
    targets.map((target) => framesOf(target, { span, world, isAlone: targets.length === 1 })),
  )
  return configured(panel, await transformed(panel, found.flat()), world.theme)
}

interface Question {
  readonly span: Span
  readonly world: World
  readonly isAlone: boolean
}

async function framesOf(target: Target, { span, world, isAlone }: Question): Promise<DataFrame[]> {
  const rate = Math.max(span.stepMs + world.scrapeIntervalMs, 4 * world.scrapeIntervalMs)
  const expr = filled(target.expr, world.variables, {
    __rate_interval: `${rate / 1000}s`,
    __range: `${(span.toMs - span.fromMs) / 1000}s`,
    __interval: `${span.stepMs / 1000}s`,
  })
  const found = target.instant === true ? await atOnce(expr, span.toMs) : await overTime(expr, span)
  if (found.length === 0) return []
  if (target.format === 'table') return [tableFrame(target, found, isAlone)]
  if (target.format === 'heatmap') return [heatFrame(target, found)]
  return seriesFrames(target, found, span.stepMs)
}
