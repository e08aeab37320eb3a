/** Both sets of rules over the window: the lives of their alerts, evaluated anew or as recorded. */
import { parallel } from '#lib/parallel'
import type { Element } from '../world.ts'
import type { TextScope } from './found.ts'
import { gridWithin, type Window } from './grid.ts'
import type { Life } from './lives.ts'
import type { ReplayOptions } from './options.ts'
import { type Plan, planOf, type ReadRule, readRule } from './plan.ts'
import { narrowed, type Presence, readPresence } from './presence.ts'
import { isBoundToQuery } from './reading.ts'
import { createRecord, recordOf } from './recorded.ts'
import {
  type Evaluated,
  evaluateAlike,
  evaluateMade,
  type Recorded,
  readsAlerts,
  type SideWorld,
} from './side.ts'
import { type PlacedRule, rulesOf } from './sides.ts'
import { contains, type Spans } from './spans.ts'
import { startsOf } from './starts.ts'
import type { SeriesLookUp } from './world.ts'

export interface Judged {
  readonly window: Window
  readonly covered: Spans
  readonly presence: Presence
  readonly before: JudgedSide
  readonly after: JudgedSide
  readonly notes: readonly string[]
  /** Of the groups that were judged. */
  readonly intervalMsMax: number
}

export interface JudgedSide {
  readonly lives: readonly Life[]
  /** Those whose lives are not the recorded ones. */
  readonly evaluated: readonly Evaluated[]
  readonly made: SeriesLookUp
}

export async function judge(asked: ReplayOptions): Promise<Judged> {
  const options = asked.isFromOptional
    ? { ...asked, window: await narrowed(asked.window, asked) }
    : asked
  const { sides, evaluator, compares } = options
  const read = (placed: PlacedRule) => readRule(placed, evaluator)
  const [before, after] = [rulesOf(sides.before).map(read), rulesOf(sides.after).map(read)]
  const recorded = new Set(options.running.map(read).map(({ key }) => key))
  const plan = planOf({ before, after, recorded, isAllEvaluated: compares === 'record' })
  const starts = [before, after].map((side) =>
    startsOf({ side, plan, fromMs: options.window.fromMs, lookbackMs: options.lookbackMs }),
  )
  const rules = uniqueByKey(starts.flatMap((one) => [...one.keys()]))
  const earliestMs = Math.min(...starts.flatMap((one) => [...one.values()]), options.window.fromMs)
  const presence = await readPresence({ ...options, earliestMs, rules, made: plan.made })
  const window = windowIn(presence.covered, options)
  const notes = new Set(rules.flatMap(notesOf))
  const arePendingRead = rules.some((rule) => readsAlerts(rule) && plan.madeFor(rule).size > 0)
  const { covered } = presence
  const world = worldOf({ ...options, plan, window, covered, arePendingRead }, notes)
  const owners = before.filter((rule) => compares === 'record' || !plan.isEvaluated(rule))
  const record = await readRecord(owners, world, options)
  const alone = await evaluatedAlone([before, after], world, options)
  const [was, would] = [
    await judgeSide(before, { record, alone }, world),
    await judgeSide(after, { record, alone }, world),
  ]
  const isRecord = compares === 'record'
  const all = uniqueByKey([...before, ...after].filter(({ rule }) => rule.kind === 'alert'))
  return {
    ...{ window, presence, covered, notes: [...notes] },
    before: isRecord ? { ...was, lives: livesOf(record), evaluated: [] } : was,
    after: isRecord ? { ...would, lives: livesOf(would.evaluated) } : would,
    intervalMsMax: Math.max(0, ...all.map(({ intervalMs }) => intervalMs)),
  }
}

const uniqueByKey = (rules: readonly ReadRule[]) => [
  ...new Map(rules.map((rule) => [rule.key, rule])).values(),
]

const livesOf = (all: readonly { readonly lives: readonly Life[] }[]) =>
  all.flatMap(({ lives }) => lives)

/** Where nobody asked for a beginning, it is where the history begins. */
function windowIn([first]: Spans, { window, isFromOptional }: ReplayOptions): Window {
  if (!isFromOptional || first === undefined) return window
  return { ...window, fromMs: Math.max(window.fromMs, first.fromMs) }
}

function notesOf({ rule, root }: ReadRule): readonly string[] {
  if (root === undefined) return [`${rule.id} is not PromQL that is known here`]
  if (!isBoundToQuery(root)) return []
  return [`${rule.id} has @ start() or @ end(), which mean another time here: do not trust it`]
}

interface Planned extends ReplayOptions {
  readonly plan: Plan
  readonly covered: Spans
  readonly arePendingRead: boolean
}

function worldOf({ window, covered, ...options }: Planned, notes: Set<string>): SideWorld {
  const { externalLabels, externalUrl } = options
  return {
    ...options,
    ...window,
    isCovered: (atMs) => contains(covered, atMs),
    note: (text) => void notes.add(text),
    scope: { externalLabels, externalUrl, query: createAnswers(options) },
  }
}

/** Queries that stand in texts: all of one replay, and no more. */
const queriesMax = 1000

function createAnswers({ history }: Pick<ReplayOptions, 'history'>): TextScope['query'] {
  const known = new Map<string, Promise<readonly Element[]>>()
  return (expr, atMs) => {
    const key = `${atMs} ${expr}`
    const answer = known.get(key)
    if (answer !== undefined) return answer
    if (known.size >= queriesMax)
      return Promise.reject(new Error(`a replay asks at most ${queriesMax} queries of texts`))
    const asked = history.instant(expr, atMs)
    known.set(key, asked)
    return asked
  }
}

/** Of each name once, at the times of the first group that has it. */
async function readRecord(
  owners: readonly ReadRule[],
  { history, isCovered, fromMs, toMs }: SideWorld,
  { requestsAtOnce }: ReplayOptions,
): Promise<readonly Recorded[]> {
  const byName = new Map(
    owners.toReversed().flatMap((one) => (one.rule.kind === 'alert' ? [[one.rule.name, one]] : [])),
  )
  const groups = [...Map.groupBy(byName.values(), ({ group }) => group).values()]
  return parallel(groups, requestsAtOnce, async (rules) => {
    const [{ intervalMs, phaseMs } = { intervalMs: 60_000, phaseMs: 0 }] = rules
    const window = { fromMs: fromMs - intervalMs, toMs }
    const grid = gridWithin(window, { stepMs: intervalMs, phaseMs })
    const keeper = createRecord(isCovered)
    const names = rules.map(({ rule }) => rule.name)
    for await (const part of history.range(recordOf(names), grid)) keeper.take(part)
    return { lives: keeper.end(), intervalMs }
  })
}

/** By the key of the rule: the same on both sides is evaluated once. */
async function evaluatedAlone(
  sides: readonly (readonly ReadRule[])[],
  world: SideWorld,
  { requestsAtOnce }: ReplayOptions,
): Promise<ReadonlyMap<string, Evaluated>> {
  const { plan } = world
  const rules = sides.flatMap((side) =>
    side.filter(
      (one) => one.rule.kind === 'alert' && plan.isEvaluated(one) && plan.madeFor(one).size === 0,
    ),
  )
  const alike = Map.groupBy(uniqueByKey(rules), ({ rule, intervalMs, phaseMs }) =>
    JSON.stringify([world.evaluator.format(rule.expr), intervalMs, phaseMs]),
  )
  const all = await parallel([...alike.values()], requestsAtOnce, (same) =>
    evaluateAlike(same, world),
  )
  return new Map(all.flat().map((one) => [one.rule.key, one]))
}

interface KnownLives {
  readonly record: readonly Recorded[]
  readonly alone: ReadonlyMap<string, Evaluated>
}

async function judgeSide(
  side: readonly ReadRule[],
  { record, alone }: KnownLives,
  world: SideWorld,
): Promise<JudgedSide> {
  const { evaluated, made } = await evaluateMade(side, { recorded: record, alone }, world)
  const plain = side.filter((rule) => world.plan.madeFor(rule).size === 0)
  const all = [...plain.flatMap(({ key }) => alone.get(key) ?? []), ...evaluated]
  return { lives: livesOf([...record, ...all]), evaluated: all, made }
}
