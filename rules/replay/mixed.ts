/** Evaluates an expression over the history together with the series that the replay makes. */
import { messageOf } from '#lib/errors'
import type { Matcher } from '#lib/matcher'
import { countOf, cut, type Grid, timeAt } from './grid.ts'
import { exactSeries } from './made.ts'
import type { ReadNode } from './reading.ts'
import { type HistoryPart, type SplitExpression, split } from './split.ts'
import { createStride } from './stride.ts'
import type { Evaluator, LookedUp, Part, SampleSource, SeriesLookUp } from './world.ts'

export interface MixedWorld {
  readonly history: SampleSource
  readonly evaluator: Evaluator
  readonly subqueryStepMs: number
  readonly isMade: (matchers: readonly Matcher[]) => boolean
  readonly made: (matchers: readonly Matcher[], grid: Grid) => readonly LookedUp[]
  /** It reads what is made after it at each step: `made` has to be asked for each step alone. */
  readonly isStepwise: boolean
}

/** What the parts of an expression gave is held for so many steps. */
const pace = { stepsFirst: 1000, answerMs: 1, refusalsMax: 40 }

/** Like a range of the history. Throws where the expression cannot be taken apart. */
export async function* mixedRange(
  { expr, root }: { readonly expr: string; readonly root: ReadNode },
  whole: Grid,
  world: MixedWorld,
): AsyncGenerator<Part> {
  const stride = createStride(pace)
  for (let rest = whole; countOf(rest) > 0; ) {
    const [grid, after] = cut(rest, stride.steps())
    const part = await evaluated(split(root, { ...world, expr, grid }), grid, world)
    if (stride.isToBeHalved('reason' in part ? 'refused' : 'data', countOf(grid))) continue
    yield part
    stride.taken(countOf(grid), pace.answerMs)
    rest = after
  }
}

async function evaluated(
  { text, parts }: SplitExpression,
  grid: Grid,
  { history, evaluator, made, isStepwise }: MixedWorld,
): Promise<Part> {
  const asked = new Map<string, readonly LookedUp[]>()
  for (const part of parts) {
    const series = await seriesOf(part, history)
    if ('reason' in series) return { grid, reason: series.reason }
    asked.set(part.name, series.found)
  }
  const lookUpFor =
    (piece: Grid): SeriesLookUp =>
    (matchers) => {
      const [only, other] = matchers
      return (other === undefined && asked.get(only?.value ?? '')) || made(matchers, piece)
    }
  try {
    const pieces = isStepwise ? singleSteps(grid) : [grid]
    const curves = pieces.flatMap((piece) => evaluator.range(text, piece, lookUpFor(piece)))
    return { grid, curves }
  } catch (error) {
    return { grid, reason: messageOf(error) }
  }
}

const singleSteps = (grid: Grid): readonly Grid[] =>
  Array.from({ length: countOf(grid) }, (_, index) => {
    const atMs = timeAt(grid, index)
    return { startMs: atMs, endMs: atMs, stepMs: grid.stepMs }
  })

async function seriesOf({ text, grid }: HistoryPart, history: SampleSource) {
  const found: LookedUp[] = []
  for await (const part of history.range(text, grid)) {
    if ('reason' in part) return { reason: part.reason }
    found.push(...part.curves.map(({ labels, points }) => exactSeries(labels, points)))
  }
  return { found }
}
