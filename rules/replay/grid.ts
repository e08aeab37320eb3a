/** The times at which something is evaluated: every step from a start on, the end included. */

export interface Grid {
  readonly startMs: number
  readonly endMs: number
  readonly stepMs: number
}

export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** The times within the window that lie whole steps from the phase. */
export function gridWithin(
  { fromMs, toMs }: Window,
  { stepMs, phaseMs }: { readonly stepMs: number; readonly phaseMs: number },
): Grid {
  const startMs = Math.ceil((fromMs - phaseMs) / stepMs) * stepMs + phaseMs
  const endMs = Math.floor((toMs - phaseMs) / stepMs) * stepMs + phaseMs
  return { startMs, endMs, stepMs }
}

export const countOf = ({ startMs, endMs, stepMs }: Grid) =>
  endMs < startMs ? 0 : Math.floor((endMs - startMs) / stepMs) + 1

export const timeAt = ({ startMs, stepMs }: Grid, index: number) => startMs + index * stepMs

/** The index of the time, or of the next one. */
export const indexAt = ({ startMs, stepMs }: Grid, atMs: number) =>
  Math.ceil((atMs - startMs) / stepMs)

/** The first steps, at most so many, and what is left after them. */
export function cut(grid: Grid, steps: number): readonly [Grid, Grid] {
  const { endMs, stepMs } = grid
  const splitMs = timeAt(grid, steps)
  if (splitMs > endMs) return [grid, { startMs: splitMs, endMs, stepMs }]
  return [
    { ...grid, endMs: splitMs - stepMs },
    { ...grid, startMs: splitMs },
  ]
}
