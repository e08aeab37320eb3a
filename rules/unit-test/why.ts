/** Why the alerts of a case are not as expected, in sentences: what explain says of the rules. */
import { formatDuration } from '#lib/duration'
import { messageOf } from '#lib/errors'
import { formatLabels, type Labels } from '#lib/labels'
import { createMatcher } from '#lib/matcher'
import { type Explanation, explain } from '../explain/explain.ts'
import type { RuleRun } from '../rule-run.ts'
import { compareAlerts, compareLabels } from './order.ts'
import type { ShownAlert } from './test-file.ts'
import type { Bench } from './world.ts'

/** More sentences would hide the case. */
const reasonsMax = 3

export interface Alike {
  readonly expected: readonly ShownAlert[]
  readonly found: readonly ShownAlert[]
}

export interface Ground {
  /** Of the rules with the alert's name. */
  readonly runs: readonly RuleRun[]
  readonly bench: Bench
  readonly atMs: number
}

export async function whyAlerts(alike: Alike, ground: Ground): Promise<readonly string[]> {
  const { runs } = ground
  if (runs.length === 0) return ['no rule has this name']
  const missing = lacking(alike.expected, alike.found)
  const surplus = lacking(alike.found, alike.expected)
  const reasons: string[] = []
  for (const alert of missing) {
    if (reasons.length >= reasonsMax) break
    reasons.push(...(await whyMissing(alert, surplus, ground)))
  }
  for (const alert of surplus.filter(({ labels }) => !hasTwin(labels, missing)))
    if (reasons.length < reasonsMax) reasons.push(...(await whyFiring(alert, ground)))
  return [...new Set(reasons)].slice(0, reasonsMax)
}

const lacking = (all: readonly ShownAlert[], among: readonly ShownAlert[]) =>
  all.filter((alert) => !among.some((other) => compareAlerts(alert, other) === 0))

const hasTwin = (labels: Labels, among: readonly ShownAlert[]) =>
  among.some((other) => compareLabels(labels, other.labels) === 0)

async function whyMissing(
  { labels, annotations }: ShownAlert,
  surplus: readonly ShownAlert[],
  ground: Ground,
): Promise<readonly string[]> {
  const twin = surplus.find((other) => compareLabels(labels, other.labels) === 0)
  const named = formatLabels(withoutName(labels))
  if (twin !== undefined)
    return [`${named} fires, with other annotations: ${changed(annotations, twin.annotations)}`]
  const explained = await explainAll(labels, ground)
  return explained.map(({ verdict, lacks }) => {
    if (verdict.state === 'firing' && verdict.labels !== undefined)
      return `${named} fires, with other labels: ${changed(labels, verdict.labels)}`
    return `${named}: ${verdict.text}${lacks}`
  })
}

async function whyFiring({ labels }: ShownAlert, ground: Ground): Promise<readonly string[]> {
  const explained = await explainAll(labels, ground)
  return explained
    .filter(({ verdict }) => verdict.state === 'firing')
    .map(({ verdict }) => `${formatLabels(withoutName(labels))}: ${verdict.text}`)
}

interface Explained {
  readonly verdict: Explanation['verdicts'][number]
  readonly lacks: string
}

/** What explain says of each rule about an alert with these labels. */
async function explainAll(labels: Labels, ground: Ground): Promise<readonly Explained[]> {
  const { bench, atMs } = ground
  const explained: Explained[] = []
  for (const { rule, alerts } of runsOf(labels, ground)) {
    // Labels that the rule adds are not on the samples, and may be what is wrong.
    const added = [...Object.keys(rule.labels), 'alertname']
    const matchers = Object.entries(labels)
      .filter(([name]) => !added.includes(name))
      .map(([name, value]) => createMatcher(name, '=', value))
    try {
      const { verdicts, insufficientData = [] } = await explain(rule, {
        ...{ atMs, matchers, evaluate: bench.evaluate },
        alerts: alerts?.alerts() ?? [],
      })
      const lacks = insufficientData.map((selector) => `; nothing is there of ${selector}`).join('')
      explained.push(
        ...verdicts.map((one) => ({ verdict: { ...one, text: timesShortened(one.text) }, lacks })),
      )
    } catch (error) {
      const text = `it cannot be explained: ${messageOf(error)}`
      explained.push({ verdict: { state: 'inactive', text }, lacks: '' })
    }
  }
  return explained
}

/** Of rules with one name those that add these labels; where there is none, all. */
function runsOf(labels: Labels, { runs }: Ground): readonly RuleRun[] {
  const own = runs.filter(({ rule }) =>
    Object.entries(rule.labels).every(([name, text]) => {
      const source = typeof text === 'string' ? text : text.source
      return source.includes('{{') || labels[name] === source
    }),
  )
  return own.length > 0 ? own : runs
}

/** A test counts from its start, not from 1970. */
const timesShortened = (text: string) =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => formatDuration(Date.parse(time)))

function changed(expected: Labels, found: Labels): string {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names]
    .filter((name) => expected[name] !== found[name])
    .map((name) => `${name} is ${shown(found[name])}, not ${shown(expected[name])}`)
    .join('; ')
}

const shown = (value: string | undefined) =>
  value === undefined ? 'absent' : JSON.stringify(value)

const withoutName = ({ alertname: _, ...labels }: Labels): Labels => labels
