/**
 * How often a rule gives the wear of an SSD within two points, from vendor attributes alone; a
 * drive of which it says nothing counts as wrong. Held out: how the table would do for models, and
 * for vendors, that it was not built on.
 */
import { attributeWear } from '../wear/attributes.ts'
import type { WearRow } from '../wear/rows/row.ts'
import { wearTable } from '../wear/table.ts'
import { readJsonLines } from './dataset.ts'
import { table } from './print.ts'
import { dashboardsRule, smartmontoolsRule, type WearRule } from './wear-rules.ts'
import { factsOf, type WearTruth, wearTruth } from './wear-truth.ts'

export interface WearFigures {
  /** Share of drives within two points. */
  readonly micro: number
  /** The same by model, each model counting once. */
  readonly macro: number
  /** Share of drives of which nothing is said. */
  readonly silent: number
  /** Share of drives of which something is said that is off by more than two points. */
  readonly wrong: number
}

const pointsOff = 2

export async function evaluateWear(path: string): Promise<string> {
  const truths = await readJsonLines(path, wearTruth)
  const rows: [string, WearRule][] = [
    ["dashboards' rule", dashboardsRule],
    ["smartmontools 7.5's rule", smartmontoolsRule],
    ['this table', ours],
    ['  without what only that model shows', heldOut(truths, (truth) => truth.model)],
    ['  without what only that vendor shows', heldOut(truths, (truth) => truth.vendor ?? '')],
  ]
  const figures = rows.map(([name, rule]) => [name, wearFigures(truths, rule)] as const)
  return [
    `${truths.length} drives, ${new Set(truths.map(({ model }) => model)).size} models`,
    table(
      ['within ±2 points', 'micro', 'macro by model', 'silent', 'wrong'],
      figures.map(([name, { micro, macro, silent, wrong }]) => [
        name,
        ...[micro, macro, silent, wrong].map((share) => share.toFixed(3)),
      ]),
    ),
    table(['row of the table', 'drives', 'models', 'within ±2'], rowFigures(truths)),
  ].join('\n\n')
}

export function wearFigures(truths: readonly WearTruth[], rule: WearRule): WearFigures {
  const byModel = Map.groupBy(
    truths.map((truth) => ({ truth, percent: rule(truth) })),
    ({ truth }) => truth.model,
  )
  const all = [...byModel.values()]
  const right = (told: (typeof all)[number]) => told.filter(isRight).length
  const silent = all.flat().filter(({ percent }) => percent === undefined).length
  const micro = all.reduce((sum, told) => sum + right(told), 0) / truths.length
  return {
    micro,
    macro: all.reduce((sum, told) => sum + right(told) / told.length, 0) / all.length,
    silent: silent / truths.length,
    wrong: 1 - micro - silent / truths.length,
  }
}

const ours: WearRule = (truth) => attributeWear(factsOf(truth))?.percent

/**
 * The table as if a group (a model, a vendor) had never been seen: a row counts for it only if the
 * row is right for most drives of other groups. Constants within a row are not fitted anew.
 */
function heldOut(truths: readonly WearTruth[], groupOf: (truth: WearTruth) => string): WearRule {
  const rowsOf = new Map<string, readonly WearRow[]>()
  const shown = wearTable.map((row) => {
    const byGroup = Map.groupBy(
      truths.flatMap((truth) => {
        const percent = attributeWear(factsOf(truth), [row])?.percent
        return percent === undefined ? [] : [{ truth, percent }]
      }),
      ({ truth }) => groupOf(truth),
    )
    return { row, byGroup }
  })
  const known = (group: string) =>
    shown.flatMap(({ row, byGroup }) => {
      const others = [...byGroup].filter(([name]) => name !== group).flatMap(([, told]) => told)
      return others.filter(isRight).length * 2 > others.length ? [row] : []
    })
  for (const group of new Set(truths.map(groupOf))) rowsOf.set(group, known(group))
  return (truth) => attributeWear(factsOf(truth), rowsOf.get(groupOf(truth)))?.percent
}

function rowFigures(truths: readonly WearTruth[]): readonly (readonly string[])[] {
  const told = truths.map((truth) => {
    const found = attributeWear(factsOf(truth))
    return { truth, percent: found?.percent, name: found?.row.name ?? '(no row speaks)' }
  })
  return [...Map.groupBy(told, ({ name }) => name)].map(([name, of]) => [
    name,
    String(of.length),
    String(new Set(of.map(({ truth }) => truth.model)).size),
    (of.filter(isRight).length / of.length).toFixed(3),
  ])
}

function isRight(told: { truth: WearTruth; percent: number | undefined }): boolean {
  return (
    told.percent !== undefined &&
    Math.abs(told.percent - told.truth.truth_percentage_used) <= pointsOff
  )
}
