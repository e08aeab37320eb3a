/** The straight line through the samples of a range, by least squares. */
import { addTo, emptySum } from '../statistics.ts'
import type { Window } from '../values.ts'
import { type FunctionBody, first, firstMs, overRange } from './call-site.ts'

export const regression: Readonly<Record<string, FunctionBody>> = {
  deriv: overRange((window) => lineThrough(window, firstMs(window))?.slope),
  predict_linear: overRange((window, { atMs, scalars: [seconds = Number.NaN] }) => {
    const line = lineThrough(window, atMs)
    return line === undefined ? undefined : line.value + line.slope * seconds
  }),
}

interface Line {
  /** At the time that was asked for. */
  readonly value: number
  /** A second. */
  readonly slope: number
}

function lineThrough(window: Window, originMs: number): Line | undefined {
  const { times, values, from, to } = window
  const count = to - from
  if (count < 2) return undefined
  const [x, y, xy, xx] = [emptySum(), emptySum(), emptySum(), emptySum()]
  const start = first(window)
  let isFlat = true
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0
    const seconds = ((times[i] ?? 0) - originMs) / 1000
    if (value !== start && i > from) isFlat = false
    addTo(x, seconds)
    addTo(y, value)
    addTo(xy, seconds * value)
    addTo(xx, seconds * seconds)
  }
  if (isFlat) return flatLine(start)
  const [sumX, sumY] = [x.sum + x.lost, y.sum + y.lost]
  const covariance = xy.sum + xy.lost - (sumX * sumY) / count
  const slope = covariance / (xx.sum + xx.lost - (sumX * sumX) / count)
  return { slope, value: sumY / count - (slope * sumX) / count }
}

/** Rounding would give a flat series a slope. */
function flatLine(value: number): Line {
  const isKnown = Number.isFinite(value) || Number.isNaN(value)
  return isKnown ? { slope: 0, value } : { slope: Number.NaN, value: Number.NaN }
}
