/**
 * What a rule found over a part of time: its alerts by their labels, each with the runs of steps at
 * which it was true. Elements become alerts as in a real evaluation: templates, no empty labels.
 */
import { type Labels, labelsKey } from '#lib/labels'
import type { AlertRule, Templates } from '../rule.ts'
import type { Template, TemplateScope } from '../text/template.ts'
import { type Grid, indexAt } from './grid.ts'
import type { Curve } from './world.ts'

export interface Found {
  readonly labels: Labels
  /** Of the element behind it, without a name. */
  readonly element: Labels
  /** Indices of the first and the last step of each stretch, in order. */
  readonly runs: readonly Run[]
  runAt(index: number): Run | undefined
  valueAt(index: number): number
}

export interface Run {
  readonly from: number
  readonly to: number
}

export interface FoundPart {
  readonly byKey: ReadonlyMap<string, Found>
  /** Steps at which two elements have the same labels: the evaluation fails. */
  readonly twins: ReadonlySet<number>
}

/** What templates may show besides the element. */
export type TextScope = Pick<TemplateScope, 'externalLabels' | 'externalUrl'> & {
  readonly query: (expr: string, atMs: number) => ReturnType<TemplateScope['query']>
}

export interface FoundOptions {
  readonly rule: AlertRule
  readonly grid: Grid
  readonly scope: TextScope
}

export async function foundIn(curves: readonly Curve[], options: FoundOptions): Promise<FoundPart> {
  const byKey = new Map<string, Growing>()
  const isFixed = Object.values(options.rule.labels).every(isTheSameAlways)
  for (const { labels, points } of curves) {
    const { __name__: _, ...element } = labels
    let growing: Growing | undefined
    for (const [atMs, value] of points) {
      if (growing === undefined || !isFixed)
        growing = growingOf(byKey, element, await labelsAt({ labels, value, atMs }, options))
      growing.add(indexAt(options.grid, atMs), value)
    }
  }
  const twins = new Set([...byKey.values()].flatMap((growing) => growing.settle()))
  return { byKey, twins }
}

function growingOf(byKey: Map<string, Growing>, element: Labels, labels: Labels): Growing {
  const key = labelsKey(labels)
  const known = byKey.get(key) ?? createGrowing(element, labels)
  byKey.set(key, known)
  return known
}

interface Growing extends Found {
  add(index: number, value: number): void
  /** To be called once all is added: the steps at which it was added twice. */
  settle(): readonly number[]
}

function createGrowing(element: Labels, labels: Labels): Growing {
  let steps: Step[] = []
  let runs: readonly Run[] = []
  return {
    labels,
    element,
    get runs() {
      return runs
    },
    runAt: (index) => {
      const run = runs[firstWhere(runs.length, (i) => (runs[i]?.to ?? 0) >= index)]
      return run !== undefined && run.from <= index ? run : undefined
    },
    valueAt(index) {
      const step = steps[firstWhere(steps.length, (i) => (steps[i]?.index ?? 0) >= index)]
      return step?.index === index ? step.value : Number.NaN
    },
    add: (index, value) => void steps.push({ index, value }),
    settle() {
      // Several elements may take turns at being one alert: their steps come in any order.
      steps = steps.sort((a, b) => a.index - b.index)
      runs = runsOf(steps)
      return steps.filter(({ index }, i) => steps[i - 1]?.index === index).map((one) => one.index)
    },
  }
}

interface Step {
  readonly index: number
  readonly value: number
}

function runsOf(steps: readonly Step[]): readonly Run[] {
  const runs: { from: number; to: number }[] = []
  for (const { index } of steps) {
    const last = runs.at(-1)
    if (last !== undefined && last.to + 1 >= index) last.to = index
    else runs.push({ from: index, to: index })
  }
  return runs
}

/** The first index for which it holds, given that it holds for all that follow. */
function firstWhere(count: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

export interface Sample {
  readonly labels: Labels
  readonly value: number
  readonly atMs: number
}

async function labelsAt(sample: Sample, { rule, scope }: FoundOptions): Promise<Labels> {
  const { __name__: _, ...own } = sample.labels
  const made = await rendered(rule.labels, sample, scope)
  const all = { ...own, ...made, alertname: rule.name }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

export async function rendered(
  templates: Templates,
  sample: Sample,
  { query, ...scope }: TextScope,
): Promise<Labels> {
  const texts: Record<string, string> = {}
  const { atMs } = sample
  for (const [name, template] of Object.entries(templates))
    texts[name] = await template.render({
      ...scope,
      ...sample,
      query: (expr: string) => query(expr, atMs),
    })
  return texts
}

/** Shows labels of the element at most, and neither its value nor the time. */
const isTheSameAlways = ({ source }: Template) =>
  !source.replace(/\{\{-?\s*(\$labels|\.Labels)\.\w+\s*-?\}\}/g, '').includes('{{')
