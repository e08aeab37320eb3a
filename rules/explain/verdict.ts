/** What became of a rule at a time, in a sentence: it fires, not yet, or not, and why. */
import type { Labels } from '#lib/labels'
import type { Matcher } from '#lib/matcher'
import type { Alert } from '../alert-state.ts'
import { rfc3339 } from '../postable.ts'
import type { AlertRule } from '../rule.ts'
import type { Evaluate } from '../world.ts'
import { isAbout } from './relevant.ts'

export interface Verdict {
  readonly state: 'firing' | 'pending' | 'inactive'
  readonly labels?: Labels
  readonly since?: string
  /** Of a pending one, if it stays true. */
  readonly firesAt?: string
  readonly text: string
}

export type KnownAlert = Pick<Alert, 'labels' | 'state' | 'activeAtMs' | 'keepFiringSinceMs'>

/** What the rule recorded of itself: so a time in the past is known as well as now. */
export async function alertsAt(
  rule: AlertRule,
  { evaluate, atMs }: { evaluate: Evaluate; atMs: number },
): Promise<readonly KnownAlert[]> {
  const named = `{alertname=${JSON.stringify(rule.name)}}`
  const since = await evaluate(`ALERTS_FOR_STATE${named}`, atMs)
  const firing = await evaluate(
    `ALERTS{alertstate="firing",alertname=${JSON.stringify(rule.name)}}`,
    atMs,
  )
  const keys = new Set(firing.map(({ labels: { alertstate: _, ...labels } }) => keyOf(labels)))
  return since.map(({ labels: { __name__: _, ...labels }, value }) => ({
    labels,
    state: keys.has(keyOf(labels)) ? 'firing' : 'pending',
    activeAtMs: value * 1000,
  }))
}

const keyOf = ({ __name__: _, ...labels }: Labels) =>
  JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))

export function verdictsOf(
  rule: AlertRule,
  alerts: readonly KnownAlert[],
  { matchers, isTrue, reasons }: Grounds,
): readonly Verdict[] {
  const own = alerts.filter(
    ({ labels, state }) => state !== 'resolved' && isAbout(labels, matchers) && isOf(rule, labels),
  )
  if (own.length > 0) return own.map((alert) => verdictOf(rule, alert))
  const text = isTrue
    ? 'It is true, and no evaluation of the group has found it yet'
    : `It does not fire: ${reasons.join('; ')}`
  return [{ state: 'inactive', text }]
}

export interface Grounds {
  readonly matchers: readonly Matcher[]
  /** Whether the expression gave something for these labels. */
  readonly isTrue: boolean
  readonly reasons: readonly string[]
}

/** Rules of one name are told apart by the labels that they add, where these are no templates. */
const isOf = (rule: AlertRule, labels: Labels) =>
  Object.entries(rule.labels).every(
    ([name, { source }]) => source.includes('{{') || labels[name] === source,
  )

function verdictOf(rule: AlertRule, alert: KnownAlert): Verdict {
  const { labels, activeAtMs, keepFiringSinceMs } = alert
  const since = rfc3339(activeAtMs)
  const forText = `${rule.forMs / 1000} s`
  if (alert.state === 'pending') {
    const firesAt = rfc3339(activeAtMs + rule.forMs)
    const text = `Not yet: it is true since ${since}, and fires from ${firesAt} on if it stays so`
    return { state: 'pending', labels, since, firesAt, text }
  }
  const kept = `It is kept firing since ${rfc3339(keepFiringSinceMs ?? 0)}, though no longer true`
  const plain = `It fires: it is true since ${since}`
  const waited = rule.forMs === 0 ? plain : `${plain}, and had to be for ${forText}`
  return { state: 'firing', labels, since, text: keepFiringSinceMs === undefined ? waited : kept }
}
