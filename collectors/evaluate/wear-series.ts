/** Histories of wear: the format of the dataset, and what may be known when forecasting. */
import { z } from 'zod'
import type { WearPoint } from '../forecast/wear-rate.ts'

const point = z.tuple(
  [
    z.number().nullable().describe('power-on hours'),
    z.number().nullable().describe('percentage used'),
    z.number().nullable().describe('bytes written'),
  ],
  z.unknown(), // Month of the probe, media errors, available spare.
)

/** One line of `wear-series.*.jsonl.gz`. */
export const wearSeries = z.object({ model: z.string(), points: z.array(point) })

/** One forecast: of the last point from those before it. */
export interface Trial {
  readonly model: string
  readonly history: readonly WearPoint[]
  readonly hoursAhead: number
  /** Percentage used at the last point of the history, at its first, and the one to be forecast. */
  readonly now: number
  readonly start: number
  readonly truth: number
  /** The point to be forecast, for those that peek at its bytes. */
  readonly asked: WearPoint
}

/** Undefined where too few points are whole. */
export function trialOf({ model, points }: z.infer<typeof wearSeries>): Trial | undefined {
  const known = points.flatMap(([powerOnHours, percent, bytes]): WearPoint[] =>
    powerOnHours === null || percent === null
      ? []
      : [{ powerOnHours, percent, bytesWritten: bytes ?? undefined }],
  )
  const history = known.slice(0, -1)
  const [start, now, asked] = [history[0], history.at(-1), known.at(-1)]
  if (history.length < 2 || !start || !now || !asked) return undefined
  return {
    model,
    history,
    hoursAhead: asked.powerOnHours - now.powerOnHours,
    now: now.percent,
    start: start.percent,
    truth: asked.percent,
    asked,
  }
}
