/**
 * Changed rules over time that has passed: which alerts would have fired, and what receivers would
 * have been told, beside what the running rules made of the same samples.
 */
import { changesBetween, type RuleChange } from './definition.ts'
import { type AlertDifference, differencesOf } from './difference.ts'
import type { Window } from './grid.ts'
import { type Judged, judge } from './judge.ts'
import type { ReplayOptions } from './options.ts'
import { type Placement, rulesOf } from './sides.ts'
import { both, type Span, type Spans } from './spans.ts'
import { type ToldDifference, toldAlertsOf, toldDifference } from './told.ts'
import { type NamedTotals, totalsByName } from './totals.ts'
import { type Unjudged, unjudgedOf } from './unjudged.ts'

export interface Replay {
  readonly source: string
  readonly window: Window
  readonly compares: ReplayOptions['compares']
  readonly placements: readonly Placement[]
  readonly changes: readonly RuleChange[]
  readonly totals: readonly NamedTotals[]
  readonly differences: readonly AlertDifference[]
  readonly notifications?: ToldDifference
  /** Times at which the history holds nothing at all: nothing was evaluated then. */
  readonly gaps: Spans
  /** Rules that were evaluated, and could not be judged at all times. */
  readonly unjudged: readonly Unjudged[]
  readonly notes: readonly string[]
  /** How many alert rules were evaluated anew on a side; of the others the record was taken. */
  readonly evaluated: { readonly before: number; readonly after: number }
}

export async function replay(options: ReplayOptions): Promise<Replay> {
  const { sides, evaluator, compares, history } = options
  const judged = await judge(options)
  const { window, before, after } = judged
  const changes = changesBetween(rulesOf(sides.before), rulesOf(sides.after), evaluator.format)
  // Times of one and the same rule may be apart by an interval.
  const toleranceMs = compares === 'record' ? judged.intervalMsMax : 0
  const notifications = await toldBy(judged, options)
  return {
    ...{ source: history.name, window, compares, changes, placements: sides.placements },
    totals: totalsByName(before.lives, after.lives, window),
    differences: differencesOf(before.lives, after.lives, { window, toleranceMs }),
    ...(notifications === undefined ? {} : { notifications }),
    gaps: both(gapsIn(judged.covered, window), [{ fromMs: window.fromMs, toMs: window.toMs }]),
    unjudged: unjudgedOf(judged, new Set(changes.map(({ rule }) => rule))),
    notes: judged.notes,
    evaluated: { before: before.evaluated.length, after: after.evaluated.length },
  }
}

async function toldBy(
  { before, after }: Judged,
  { rehearse, compares, externalLabels }: ReplayOptions,
): Promise<ToldDifference | undefined> {
  if (rehearse === undefined || compares === 'record') return undefined
  const told = await rehearse(toldAlertsOf(before.lives, externalLabels))
  const toldAfter = await rehearse(toldAlertsOf(after.lives, externalLabels))
  return toldDifference(told, toldAfter)
}

function gapsIn(covered: Spans, { fromMs, toMs }: Window): Spans {
  const edges: Span[] = [{ fromMs, toMs: fromMs }, ...covered, { fromMs: toMs, toMs }]
  return edges.slice(1).map((span, i) => ({ fromMs: edges[i]?.toMs ?? 0, toMs: span.fromMs }))
}

/** As `diff` has it: 0 is the same, 1 is not; 3: as far as could be judged it is the same. */
export function exitCodeOf(given: Replay): 0 | 1 | 3 {
  const { differences, notifications, unjudged, gaps, compares } = given
  const told =
    notifications === undefined ? [] : [...notifications.onlyBefore, ...notifications.onlyAfter]
  if (differences.length + told.length > 0) return 1
  // What can be judged on one side only is so because of the change.
  const isTold = ({ isChanged, side }: Unjudged) => isChanged || side !== 'both'
  const isUnclear = gaps.length > 0 || unjudged.some(isTold)
  return compares === 'rules' && isUnclear ? 3 : 0
}
