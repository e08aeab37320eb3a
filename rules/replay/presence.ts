/**
 * What there was to judge by. Times at which the history holds nothing at all were not evaluated by
 * anybody; and a rule whose selectors find nothing says nothing by its silence.
 */
import { parallel } from '#lib/parallel'
import { createReadings } from '../insufficient.ts'
import { countOf, type Grid, gridWithin, indexAt, timeAt, type Window } from './grid.ts'
import { nameIn, type ReadRule } from './plan.ts'
import { type Reading, type ReadNode, selectorText } from './reading.ts'
import { contains, type Spans, union } from './spans.ts'
import type { SampleSource, SeriesLookUp } from './world.ts'

export interface Presence {
  /** When the history holds something. */
  readonly covered: Spans
  /** When the rule could not be judged; of what is made anew on its side, `made` knows. */
  lacksOf(rule: ReadRule, made?: SeriesLookUp): readonly Lack[]
}

/** For want of these selectors, as the rule writes them, its result meant nothing. */
export interface Lack {
  readonly fromMs: number
  readonly toMs: number
  readonly selectors: readonly string[]
}

export interface PresenceOptions {
  readonly history: SampleSource
  readonly window: Window
  /** Something is evaluated from here on. */
  readonly earliestMs: number
  /** Those that are to be judged. */
  readonly rules: readonly ReadRule[]
  /** Names that the history does not have as they are on a side. */
  readonly made: ReadonlySet<string>
  /** How old the newest sample of a series may be to count. */
  readonly lookbackMs: number
  readonly requestsAtOnce: number
}

/** Looked at so often in the window. */
const looks = { count: 1440, everyMsMin: 1000 }

export async function readPresence(options: PresenceOptions): Promise<Presence> {
  const { history, window, rules, lookbackMs, requestsAtOnce } = options
  const farMs = window.fromMs - options.earliestMs
  const far = farByText(rules, farMs)
  const grid = lookGrid(window, Math.max(...far.values()), lookbackMs)
  const looked = await parallel([...far], requestsAtOnce, async ([text, textFarMs]) => ({
    text,
    seen: await seenAt(text, grid, { history, fromMs: window.fromMs - textFarMs }),
  }))
  const seenOf = new Map(looked.map(({ text, seen }) => [text, seen]))
  const covered = coveredBy(grid, seenOf)
  return {
    covered,
    lacksOf: (rule, made) =>
      lacksIn(rule, { grid, window, covered }, (reading, index) =>
        made !== undefined && options.made.has(nameIn(reading.matchers) ?? '')
          ? isMadeAt(reading, timeAt(grid, index), { made, lookbackMs })
          : isSeenAt(reading, index, { grid, seen: seenOf.get(selectorText(reading.matchers)) }),
      ),
  }
}

/** The window without what lies before the history, as far as one look over it all can tell. */
export async function narrowed(
  window: Window,
  { history, lookbackMs }: Pick<PresenceOptions, 'history' | 'lookbackMs'>,
): Promise<Window> {
  const grid = lookGrid(window, 0, lookbackMs)
  const seen = await seenAt(upText, grid, { history, fromMs: window.fromMs })
  const first = seen.indexOf(1)
  if (first === -1) return window
  return { ...window, fromMs: Math.max(window.fromMs, timeAt(grid, first - 1)) }
}

const upText = '{__name__="up"}'

function lookGrid({ fromMs, toMs }: Window, farMs: number, lookbackMs: number): Grid {
  const everyMs = Math.max(looks.everyMsMin, (toMs - fromMs) / looks.count)
  const stepMs = Math.min(lookbackMs, Math.ceil(everyMs / 1000) * 1000)
  return gridWithin({ fromMs: fromMs - farMs, toMs }, { stepMs, phaseMs: toMs % stepMs })
}

/** How far back somebody reads each selector: one rule over weeks is no reason to ask for all. */
function farByText(rules: readonly ReadRule[], leastMs: number): ReadonlyMap<string, number> {
  const far = new Map([[upText, leastMs]])
  for (const { matchers, farMs } of rules.flatMap((one) => one.readings)) {
    const text = selectorText(matchers)
    far.set(text, Math.max(leastMs, farMs, far.get(text) ?? 0))
  }
  return far
}

interface LookedFrom {
  readonly history: SampleSource
  readonly fromMs: number
}

/** A byte for each step: whether there is any series, as far as it is asked for. */
async function seenAt(
  text: string,
  grid: Grid,
  { history, fromMs }: LookedFrom,
): Promise<Uint8Array> {
  const seen = new Uint8Array(countOf(grid))
  const index = Math.max(0, Math.floor((fromMs - grid.startMs) / grid.stepMs))
  const asked = { ...grid, startMs: timeAt(grid, index) }
  for await (const part of history.range(`group(${text})`, asked))
    for (const { points } of 'reason' in part ? [] : part.curves)
      for (const [atMs] of points) seen[indexAt(grid, atMs)] = 1
  return seen
}

/** Between two looks of which one found nothing it is not known: so it does not count. */
function coveredBy(grid: Grid, seenOf: ReadonlyMap<string, Uint8Array>): Spans {
  const any = new Uint8Array(countOf(grid))
  for (const seen of seenOf.values()) for (const [i, one] of seen.entries()) any[i] ||= one
  const [first, last] = [any.indexOf(1), any.lastIndexOf(1)]
  if (first === -1) return []
  // Who has no `up` may have nothing of what the rules read although it runs.
  if (seenOf.get(upText)?.includes(1) !== true) any.fill(1, first, last)
  const spans = [...any.keys()]
    .filter((i) => any[i] === 1)
    .map((i) => {
      const fromMs = timeAt(grid, i)
      return { fromMs, toMs: any[i + 1] === 1 ? fromMs + grid.stepMs : fromMs + 1 }
    })
  return union(spans)
}

function isSeenAt(
  { farMs, nearMs, isPinned }: Reading,
  index: number,
  { grid, seen }: { readonly grid: Grid; readonly seen: Uint8Array | undefined },
): boolean {
  if (isPinned || seen === undefined) return true
  const from = index - Math.ceil(farMs / grid.stepMs)
  const to = index - Math.floor(nearMs / grid.stepMs)
  return seen.subarray(Math.max(0, from), Math.max(0, to + 1)).includes(1)
}

function isMadeAt(
  { matchers, farMs, nearMs }: Reading,
  atMs: number,
  { made, lookbackMs }: { readonly made: SeriesLookUp; readonly lookbackMs: number },
): boolean {
  return made(matchers).some(
    (series) =>
      series.at(atMs - nearMs, atMs - nearMs - lookbackMs) !== undefined ||
      series.window(atMs - farMs, atMs - nearMs) !== undefined,
  )
}

interface Looked {
  readonly grid: Grid
  readonly window: Window
  readonly covered: Spans
}

function lacksIn(
  { rule, root, readings }: ReadRule,
  { grid, window, covered }: Looked,
  isThere: (reading: Reading, index: number) => boolean,
): readonly Lack[] {
  const lacks: { fromMs: number; toMs: number; selectors: readonly string[] }[] = []
  if (root === undefined) return lacks
  for (let index = Math.max(0, indexAt(grid, window.fromMs)); index < countOf(grid); index++) {
    const atMs = timeAt(grid, index)
    if (!contains(covered, atMs)) continue
    const selectors = lackingAt({ rule, root, readings }, (reading) => isThere(reading, index))
    if (selectors === undefined) continue
    const last = lacks.at(-1)
    const toMs = Math.min(atMs + grid.stepMs, window.toMs)
    if (last?.toMs === atMs && last.selectors.join() === selectors.join()) last.toMs = toMs
    else lacks.push({ fromMs: atMs, toMs, selectors })
  }
  return lacks
}

function lackingAt(
  { rule, root, readings }: Pick<ReadRule, 'rule' | 'readings'> & { readonly root: ReadNode },
  isThere: (reading: Reading) => boolean,
): readonly string[] | undefined {
  const { watch, lacks } = createReadings()
  const vector = (isFull: boolean) => ({
    type: 'vector' as const,
    elements: isFull ? [{ labels: {}, value: 1 }] : [],
  })
  for (const reading of readings) watch(reading.leaf, 0, vector(isThere(reading)))
  // The whole comes last; where it is a leaf, it just did.
  if (readings.every(({ leaf }) => leaf !== root)) watch(root, 0, vector(true))
  return lacks(rule.expr)
}
