/**
 * Which rules have to be evaluated anew. What a running rule recorded, series as well as `ALERTS`,
 * is what really happened: it is taken as it is, unless the rule, or one that it reads from, is
 * not the same on both sides.
 */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Rule } from '../rule.ts'
import { definitionKey, type Format } from './definition.ts'
import { type Reading, type ReadNode, readingsOf } from './reading.ts'
import type { PlacedRule } from './sides.ts'

export interface ReadRule extends PlacedRule {
  /** Absent: it is not our PromQL; then nothing is known of what it reads. */
  readonly root?: ReadNode
  readonly readings: readonly Reading[]
  /** The same text for rules that are the same. */
  readonly key: string
}

export interface Plan {
  /** Names of series that are made anew. */
  readonly made: ReadonlySet<string>
  isEvaluated(rule: ReadRule): boolean
  /** Names of series that it reads and that are made anew, on whichever side; none: it is alone. */
  madeFor(reader: ReadRule): ReadonlySet<string>
  /** Who makes them on its side. */
  sourcesOf(reader: ReadRule, side: readonly ReadRule[]): readonly ReadRule[]
}

export interface Reader {
  readonly parse: (expr: string) => ReadNode
  readonly format: Format
}

export function readRule(placed: PlacedRule, { parse, format }: Reader): ReadRule {
  const key = definitionKey(placed, format)
  try {
    const root = parse(placed.rule.expr)
    return { ...placed, root, readings: readingsOf(root), key }
  } catch {
    return { ...placed, readings: [], key }
  }
}

export interface PlanOptions {
  readonly before: readonly ReadRule[]
  readonly after: readonly ReadRule[]
  /** Keys of the rules whose results the history holds. */
  readonly recorded: ReadonlySet<string>
  readonly isAllEvaluated: boolean
}

export function planOf({ before, after, recorded, isAllEvaluated }: PlanOptions): Plan {
  const rules = [...before, ...after]
  const onBoth = new Set(before.map(({ key }) => key)).intersection(keysOf(after))
  const isAsRecorded = ({ key }: ReadRule) => onBoth.has(key) && recorded.has(key)
  /** Records by name and alerts by name: of one name all are made, or none. */
  const anew = new Set(rules.filter((rule) => !isAsRecorded(rule)).map(outputOf))
  for (let last = -1; last < anew.size; ) {
    last = anew.size
    const made = rules.filter((rule) => anew.has(outputOf(rule)))
    for (const rule of rules)
      if (made.some((one) => readsFrom(rule, one.rule))) anew.add(outputOf(rule))
  }
  const isMade = (rule: ReadRule) => anew.has(outputOf(rule))
  const makers = rules.filter(isMade)
  const records = makers.filter(({ rule }) => rule.kind === 'record')
  const known = new Map<ReadRule, ReadonlySet<string>>()
  const madeFor = (reader: ReadRule) => {
    const names =
      known.get(reader) ??
      new Set(makers.filter(({ rule }) => readsFrom(reader, rule)).flatMap(seriesNames))
    known.set(reader, names)
    return names
  }
  return {
    madeFor,
    made: new Set(records.map(({ rule }) => rule.name)),
    isEvaluated: (rule) => isMade(rule) || (isAllEvaluated && rule.rule.kind === 'alert'),
    sourcesOf: (reader, side) => side.filter((one) => isMade(one) && readsFrom(reader, one.rule)),
  }
}

const keysOf = (rules: readonly ReadRule[]) => new Set(rules.map(({ key }) => key))

const outputOf = ({ rule }: ReadRule) => `${rule.kind} ${rule.name}`

export const alertSeries: readonly string[] = ['ALERTS', 'ALERTS_FOR_STATE']

/** What the rule leaves behind. */
export const seriesNames = ({ rule }: Pick<ReadRule, 'rule'>): readonly string[] =>
  rule.kind === 'record' ? [rule.name] : alertSeries

/** Whether it may read what the rule makes, by the labels that are known beforehand. */
function readsFrom({ readings }: ReadRule, rule: Rule): boolean {
  const names = seriesNames({ rule })
  const known = knownLabels(rule)
  return readings.some(({ matchers }) =>
    names.some((__name__) => mayMatch(matchers, { ...known, __name__ })),
  )
}

function mayMatch(matchers: readonly Matcher[], known: Labels): boolean {
  return matchers.every((matcher) => known[matcher.name] === undefined || matcher.matches(known))
}

function knownLabels(rule: Rule): Labels {
  if (rule.kind === 'record') return rule.labels
  const fixed = Object.entries(rule.labels).filter(([, { source }]) => !source.includes('{{'))
  const labels = Object.fromEntries(fixed.map(([name, { source }]) => [name, source]))
  return { ...labels, alertname: rule.name }
}

/** The name that a selector asks for, where it is one. */
export const nameIn = (matchers: readonly Matcher[]) =>
  matchers.find(({ name, operator }) => name === '__name__' && operator === '=')?.value
