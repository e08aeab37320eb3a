/** Histories of wear: the format of the dataset, and what may be known when forecasting. */
import { z } from 'zod'
import type { WearPoint } from '../forecast/wear-rate.ts'

const point = z.tuple(
  [
    z.number().describe('power-on hours'),
    z.number().describe('percentage used'),
    z.number().nullable().describe('bytes written'),
  ],
  z.unknown(), // Month of the probe, media errors, available spare.
)

/** One line of `wear-series.*.jsonl.gz`. */
export const wearSeries = z.object({
  kind: z.string(),
  model: z.string(),
  points: z.array(point).min(3),
})

/** One forecast: of the last point from those before it. */
export interface Trial {
  readonly model: string
  readonly history: readonly WearPoint[]
  readonly hoursAhead: number
  /** Percentage used at the last point of the history, at its first, and the one to be forecast. */
  readonly now: number
  readonly start: number
  readonly truth: number
}

export function trialOf({ model, points }: z.infer<typeof wearSeries>): Trial {
  const history = points.slice(0, -1).map(([powerOnHours, percent, bytesWritten]) => ({
    powerOnHours,
    percent,
    bytesWritten: bytesWritten ?? undefined,
  }))
  const at = (index: number) => points.at(index) ?? [0, 0, null]
  return {
    model,
    history,
    hoursAhead: at(-1)[0] - at(-2)[0],
    now: at(-2)[1],
    start: at(0)[1],
    truth: at(-1)[1],
  }
}
