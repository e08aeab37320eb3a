/**
 * A rule with `for` fires only where it is true at every step for so long. So it is asked first at
 * fewer steps, of which every such stretch has one; and at all steps only about those at which it
 * was true. What it leaves out is pending for a moment and never fires.
 */
import { countOf, type Grid, indexAt, timeAt } from './grid.ts'
import type { Part, SampleSource } from './world.ts'

export interface Screening {
  readonly history: SampleSource
  /** The shortest wait of the rules that have this expression; 0: all steps are asked for. */
  readonly forMs: number
  /** Over a gap an alert waits on: what lies about it is asked at all steps. */
  readonly isCovered: (atMs: number) => boolean
}

/** More than this share of the time is asked for as a whole. */
const shareMax = 0.6

export async function* screened(
  expr: string,
  grid: Grid,
  { history, forMs, isCovered }: Screening,
): AsyncGenerator<Part> {
  // Twice in each such stretch: so one that was pending for most of it is seen as well.
  const every = Math.floor(forMs / 2 / grid.stepMs)
  if (every < 2) return yield* history.range(expr, grid)
  const coarse = { ...grid, stepMs: every * grid.stepMs }
  const marked = new Uint8Array(countOf(coarse))
  for await (const part of history.range(expr, coarse)) markTrue(marked, part, coarse)
  for (let index = 0; index < countOf(grid); index++)
    if (!isCovered(timeAt(grid, index)))
      marked.fill(1, Math.floor(index / every), index / every + 2)
  const regions = regionsOf(marked, every, countOf(grid))
  const share = regions.reduce((sum, { from, to }) => sum + to - from, 0) / countOf(grid)
  if (share > shareMax) return yield* history.range(expr, grid)
  let next = 0
  for (const { from, to } of [...regions, { from: countOf(grid), to: countOf(grid) }]) {
    if (from > next) yield { grid: stepsOf(grid, next, from), curves: [] }
    if (to > from) yield* history.range(expr, stepsOf(grid, from, to))
    next = to
  }
}

/** What could not be evaluated is looked at more closely. */
function markTrue(marked: Uint8Array, part: Part, coarse: Grid): void {
  if ('reason' in part)
    marked.fill(1, indexAt(coarse, part.grid.startMs), indexAt(coarse, part.grid.endMs) + 1)
  else
    for (const { points } of part.curves)
      for (const [atMs] of points) marked[indexAt(coarse, atMs)] = 1
}

interface Region {
  readonly from: number
  /** Not included. */
  readonly to: number
}

/** Around each marked step, from the one before it to the one after it. */
function regionsOf(marked: Uint8Array, every: number, count: number): readonly Region[] {
  const regions: { from: number; to: number }[] = []
  for (const [i, isMarked] of marked.entries()) {
    if (isMarked === 0) continue
    const region = { from: Math.max(0, (i - 1) * every), to: Math.min(count, (i + 1) * every + 1) }
    const last = regions.at(-1)
    if (last !== undefined && last.to >= region.from - every) last.to = region.to
    else regions.push(region)
  }
  return regions
}

const stepsOf = (grid: Grid, from: number, to: number): Grid => ({
  ...grid,
  startMs: timeAt(grid, from),
  endMs: timeAt(grid, to - 1),
})
