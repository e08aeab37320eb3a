/**
 * One of the two sets of rules at work over the window: what has to be made is made, sources before
 * those who read them, and every alert rule that is evaluated leaves the lives of its alerts.
 */
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { TextScope } from './found.ts'
import { type Grid, gridWithin } from './grid.ts'
import { createLives, type Failure, type Life } from './lives.ts'
import { asBefore, createMadeSeries, type MadeSeries } from './made.ts'
import { type MixedWorld, mixedRange } from './mixed.ts'
import { alertSeries, nameIn, type Plan, type ReadRule, seriesNames } from './plan.ts'
import { appendAlerts, createRecorder } from './recording.ts'
import { screened } from './screened.ts'
import { ownStartMs, startsOf } from './starts.ts'
import type { Evaluator, Part, SampleSource, SeriesLookUp } from './world.ts'

export interface SideWorld {
  readonly history: SampleSource
  readonly evaluator: Evaluator
  readonly plan: Plan
  readonly fromMs: number
  readonly toMs: number
  readonly lookbackMs: number
  readonly subqueryStepMs: number
  readonly isCovered: (atMs: number) => boolean
  /** Some rule looks at `ALERTS`: then those count that pend and never fire. */
  readonly arePendingRead: boolean
  readonly scope: TextScope
  /** Something that a reader has to know about the result. */
  readonly note: (text: string) => void
}

export interface Evaluated {
  readonly rule: ReadRule
  readonly lives: readonly Life[]
  readonly failures: readonly Failure[]
}

/**
 * Rules of one expression at the same times, which read nothing made: they are the same whatever
 * else is on their side, and the history is asked once for all of them.
 */
export async function evaluateAlike(
  rules: readonly ReadRule[],
  world: SideWorld,
): Promise<readonly Evaluated[]> {
  const [first] = rules
  if (first === undefined) return []
  const starts = rules.map((rule) => ownStartMs(rule, world.fromMs))
  const grid = gridOf(first, Math.min(...starts), world)
  const forMs = world.arePendingRead ? 0 : Math.min(...rules.map(screenedFor))
  const parts = screened(first.rule.expr, grid, { ...world, forMs })
  return evaluateAlerts(rules, parts, world)
}

/** While it is kept firing, every moment at which it is true counts. */
const screenedFor = ({ rule }: ReadRule) =>
  rule.kind === 'alert' && rule.keepFiringForMs === 0 ? rule.forMs : 0

export interface Recorded {
  readonly lives: readonly Life[]
  readonly intervalMs: number
}

export interface MadeSide {
  readonly evaluated: readonly Evaluated[]
  readonly made: SeriesLookUp
}

/** What is known of the side already. */
export interface Known {
  /** Of rules that are not evaluated. */
  readonly recorded: readonly Recorded[]
  /** By the key of the rule: those that read nothing made. */
  readonly alone: ReadonlyMap<string, Evaluated>
}

/** The rules that read what is made, and those that make it. */
export async function evaluateMade(
  side: readonly ReadRule[],
  { recorded, alone }: Known,
  world: SideWorld,
): Promise<MadeSide> {
  const { plan } = world
  const series = createMadeSeries()
  const starts = startsOf({ ...world, side })
  const readers = [...starts.keys()].filter((rule) => plan.madeFor(rule).size > 0)
  const isRead = readers.some(readsAlerts)
  if (isRead) for (const one of recorded) appendAlerts(series, one.lives, { ...one, ...world })
  const evaluated: Evaluated[] = []
  const states = new Map<ReadRule, 'under way' | 'done'>()
  const evaluate = async (rule: ReadRule, sources: readonly ReadRule[]) => {
    const circular = sources.filter((source) => states.get(source) === 'under way')
    for (const { rule: source } of circular) {
      const what = `${rule.rule.id} reads what follows from itself`
      world.note(`${what}: what ${source.name} recorded is taken`)
    }
    const reader = readerOf(rule, sources, { ...world, side, circular, series })
    const grid = gridOf(rule, starts.get(rule) ?? world.fromMs, world)
    const parts = partsOf(rule, grid, { ...world, ...reader })
    if (rule.rule.kind === 'record') return recordAll(rule, parts, { ...world, series })
    const known = alone.get(rule.key)
    const ones = known === undefined ? await evaluateAlerts([rule], parts, world) : [known]
    if (isRead) for (const one of ones) appendAlerts(series, one.lives, { ...rule, ...world })
    if (known === undefined) evaluated.push(...ones)
  }
  const visit = async (rule: ReadRule): Promise<void> => {
    states.set(rule, 'under way')
    const sources = plan.sourcesOf(rule, side)
    for (const source of sources) if (!states.has(source)) await visit(source)
    await evaluate(rule, sources)
    states.set(rule, 'done')
  }
  for (const rule of readers) if (!states.has(rule)) await visit(rule)
  return { evaluated, made: series.select }
}

export const readsAlerts = ({ readings }: ReadRule) =>
  readings.some(({ matchers }) => alertSeries.includes(nameIn(matchers) ?? ''))

const gridOf = (rule: ReadRule, fromMs: number, { toMs }: SideWorld): Grid =>
  gridWithin({ fromMs, toMs }, { stepMs: rule.intervalMs, phaseMs: rule.phaseMs })

async function evaluateAlerts(
  rules: readonly ReadRule[],
  parts: AsyncIterable<Part>,
  { isCovered, scope }: SideWorld,
): Promise<readonly Evaluated[]> {
  const keepers = rules.flatMap((one) => {
    const { rule, group } = one
    if (rule.kind !== 'alert') return []
    return [{ one, keeper: createLives({ rule, limit: group.limit, isCovered, scope }) }]
  })
  for await (const part of parts) for (const { keeper } of keepers) await keeper.take(part)
  return keepers.map(({ one, keeper }) => ({ rule: one, ...keeper.end() }))
}

async function recordAll(
  rule: ReadRule,
  parts: AsyncIterable<Part>,
  { isCovered, series, note }: SideWorld & { readonly series: MadeSeries },
): Promise<void> {
  if (rule.rule.kind !== 'record') return
  const recorder = createRecorder({ rule: rule.rule, limit: rule.group.limit, isCovered, series })
  for await (const part of parts) recorder.take(part)
  const reason = recorder.failure()
  if (reason !== undefined) note(`${rule.rule.id} could not be evaluated at all times: ${reason}`)
}

type MadeReader = Pick<MixedWorld, 'isMade' | 'made' | 'isStepwise'>

interface ReadSide {
  readonly plan: Plan
  readonly side: readonly ReadRule[]
  readonly circular: readonly ReadRule[]
  readonly series: MadeSeries
}

/** What the rule sees of what is made. */
function readerOf(
  reader: ReadRule,
  sources: readonly ReadRule[],
  { plan, side, circular, series }: ReadSide,
): MadeReader {
  const names = plan.madeFor(reader).difference(new Set(circular.flatMap(seriesNames)))
  const isMade = (matchers: readonly Matcher[]) => names.has(nameIn(matchers) ?? '')
  const later = madeLater(reader, sources, side)
  const isLater = ({ __name__: name = '', alertname = '' }: Labels) =>
    later.has(alertSeries.includes(name) ? `ALERTS ${alertname}` : name)
  return {
    isMade,
    isStepwise: later.size > 0,
    made: (matchers, grid) =>
      series
        .select(matchers)
        .map((one) => (isLater(one.labels) ? asBefore(one, grid.startMs) : one)),
  }
}

/** What is made by rules that come after the reader in its own group, and by no other. */
function madeLater(
  reader: ReadRule,
  sources: readonly ReadRule[],
  side: readonly ReadRule[],
): ReadonlySet<string> {
  const place = side.indexOf(reader)
  const nameOf = ({ rule }: ReadRule) =>
    rule.kind === 'record' ? rule.name : `ALERTS ${rule.name}`
  const isLater = (one: ReadRule) => one.group === reader.group && side.indexOf(one) >= place
  const others = new Set(sources.filter((one) => !isLater(one)).map(nameOf))
  return new Set(sources.filter(isLater).map(nameOf)).difference(others)
}

async function* partsOf(
  { rule, root, readings }: ReadRule,
  grid: Grid,
  world: SideWorld & MadeReader,
): AsyncGenerator<Part> {
  const { history, isMade, note } = world
  if (root !== undefined && readings.some(({ matchers }) => isMade(matchers))) {
    try {
      yield* mixedRange({ expr: rule.expr, root }, grid, world)
      return
    } catch (error) {
      note(`${rule.id} is judged by what was recorded: ${messageOf(error)}`)
    }
  }
  yield* history.range(rule.expr, grid)
}
