/** What may be asked of an `anchored` or a `smoothed` range. */
import type { Extension } from '../expression.ts'
import type { Window } from '../values.ts'
import { type FunctionBody, first, firstMs, last, type OverRange, overRange } from './call-site.ts'
import { type Bounds, climbing, drawnTo, reachingBack, straight } from './drawn.ts'
import { changes, resets } from './over-time.ts'
import { counted, counting } from './rates.ts'

type Draw = (window: Window, bounds: Bounds) => Window | undefined

const held: Draw = (window, bounds) => drawnTo(window, bounds)
const along =
  (between: typeof straight): Draw =>
  (window, bounds) =>
    firstMs(window) > bounds.endMs ? undefined : drawnTo(window, bounds, between)

const change: OverRange = (window) => last(window) - first(window)
const gain: OverRange = (window) => counted(window, first(window))
const speed: OverRange = (window, { startMs, endMs }) =>
  counted(window, first(window)) / ((endMs - startMs) / 1000)

export const extendedFunctions: Readonly<
  Record<Extension, Readonly<Record<string, FunctionBody>>>
> = {
  anchored: {
    changes: overRange(of(reachingBack, changes)),
    delta: overRange(of(held, change)),
    increase: counting(of(held, gain)),
    rate: counting(of(held, speed)),
    resets: overRange(of(reachingBack, resets)),
  },
  smoothed: {
    delta: overRange(of(along(straight), change)),
    increase: counting(of(along(climbing), gain)),
    rate: counting(of(along(climbing), speed)),
  },
}

function of(draw: Draw, reduce: OverRange): OverRange {
  return (window, site, labels) => {
    const drawn = draw(window, site)
    return drawn === undefined ? undefined : reduce(drawn, site, labels)
  }
}
