/** `info`: series with the labels of what an info metric, such as `target_info`, says of them. */
import type { Labels } from '#lib/labels'
import { createMatcher, type Matcher } from '#lib/matcher'
import {
  type Call,
  type Expression,
  partsOf,
  type TimeShift,
  type VectorSelector,
} from '../expression.ts'
import { nameLabel, noLabels, signatureOn, withLabels } from '../label-set.ts'
import type { Query } from '../query.ts'
import { refuseTwins } from '../twins.ts'
import { type Element, executionFault, vectorOf } from '../values.ts'
import { type CallSite, elementsIn, type FunctionBody } from './call-site.ts'

/** A series and what is said of it agree in these. */
const identity = ['instance', 'job'] as const

export const info: Readonly<Record<string, FunctionBody>> = {
  info(args, site) {
    const { query, call } = site
    const asked = askedFor(call)
    const facts = factsAt(site, asked)
    const results = elementsIn(args).flatMap((element) => {
      query.work(1)
      if (asked.names.every((matcher) => matcher.matches(element.labels))) return [element]
      const found = facts.get(signatureOn(element.labels, identity)) ?? []
      const isKnown = identity.some((name) => element.labels[name] !== undefined)
      if (isKnown && found.length > 0) return [informed(element, found, asked)]
      return asked.data.every((matcher) => matcher.matches(noLabels)) ? [element] : []
    })
    refuseTwins(results)
    return vectorOf(results)
  },
}

interface Asked {
  /** Which metrics say something. */
  readonly names: readonly Matcher[]
  /** Which labels are wanted; none: all that are there. */
  readonly data: readonly Matcher[]
  readonly selector: VectorSelector
}

const known = new WeakMap<Call, Asked>()

function askedFor(call: Call): Asked {
  const found = known.get(call) ?? readAsked(call)
  known.set(call, found)
  return found
}

function readAsked({ args, span }: Call): Asked {
  const [, given] = args
  const matchers = given?.kind === 'selector' ? given.matchers : []
  const names = namesIn(matchers.filter(({ name }) => name === nameLabel))
  const data = matchers.filter(({ name }) => name !== nameLabel)
  return {
    names,
    data,
    selector: { kind: 'selector', matchers: [...names, ...data], offsetMs: 0, span },
  }
}

function namesIn(given: readonly Matcher[]): readonly Matcher[] {
  if (given.length === 0) return [createMatcher(nameLabel, '=', 'target_info')]
  const isNarrow = given.some(({ operator }) => operator === '=' || operator === '=~')
  return isNarrow ? given : [createMatcher(nameLabel, '=~', '.+_info'), ...given]
}

/** Of each target, what the metrics say; of two series of one metric that with the newer sample. */
function factsAt({ call, atMs, query }: CallSite, { selector }: Asked) {
  const { fromMs, toMs } = boundsAt(call, atMs, query)
  const facts = new Map<string, Element[]>()
  for (const series of query.series(selector)) {
    query.work(1)
    const fact = series.at(toMs, fromMs)
    if (fact === undefined) continue
    const target = signatureOn(series.labels, identity)
    facts.set(target, withFact(facts.get(target) ?? [], fact))
  }
  query.spend(facts.size)
  return facts
}

function withFact(facts: readonly Element[], fact: Element): Element[] {
  const twin = facts.find(({ labels }) => labels[nameLabel] === fact.labels[nameLabel])
  if (twin === undefined) return [...facts, fact]
  const [before = 0, after = 0] = [twin.sampledAtMs, fact.sampledAtMs]
  if (before === after)
    throw executionFault(`found duplicate series for info metric ${fact.labels[nameLabel]}`)
  return before > after ? [...facts] : facts.map((one) => (one === twin ? fact : one))
}

/** At the time asked for, within what the first selector looks at. */
function boundsAt({ args }: Call, atMs: number, query: Query) {
  const { lookbackMs, startMs, endMs } = query
  const { offsetMs, pinned } = firstShift(args[0]) ?? { offsetMs: 0 }
  const at = { start: startMs, end: endMs }
  const pinnedMs = typeof pinned === 'string' ? at[pinned] : pinned
  const leastMs = (pinnedMs ?? startMs) - offsetMs - lookbackMs + 1
  return {
    fromMs: Math.max(atMs - lookbackMs + 1, leastMs),
    toMs: Math.min(atMs, (pinnedMs ?? endMs) - offsetMs),
  }
}

function firstShift(expression: Expression | undefined): TimeShift | undefined {
  if (expression === undefined) return undefined
  switch (expression.kind) {
    case 'selector':
      return expression
    case 'range':
      return expression.selector
    case 'aggregation':
      return firstShift(expression.operand)
    default:
      return partsOf(expression)
        .map(firstShift)
        .find((shift) => shift !== undefined)
  }
}

/** Labels that the series has stay; two metrics may not say different things. */
function informed(element: Element, facts: readonly Element[], { data }: Asked): Element {
  const said = new Map<string, string>()
  for (const { labels } of facts)
    for (const name of wantedOf(labels, data)) {
      const value = labels[name] ?? ''
      if (said.has(name) && said.get(name) !== value)
        throw executionFault(`conflicting label: ${name}`)
      if (element.labels[name] === undefined) said.set(name, value)
    }
  return { ...element, labels: withLabels(element.labels, said) }
}

function wantedOf(labels: Labels, data: readonly Matcher[]): string[] {
  const names = Object.keys(labels).filter((name) => name !== nameLabel)
  return data.length === 0 ? names : names.filter((name) => data.some((one) => one.name === name))
}
