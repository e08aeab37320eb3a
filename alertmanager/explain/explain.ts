/** Why an alert was told, or was not: a pure function of what is known. */
import { formatDuration } from '#lib/duration'
import { type Alert, isResolved } from '../alert.ts'
import type { EventFact, Facts, GroupFact } from './facts.ts'
import { formatAlert, formatInhibition, formatSilence } from './format.ts'
import { routeSteps } from './route-walk.ts'
import { ruleLines } from './rule.ts'
import { fullTime, timeText } from './time-text.ts'
import { type Verdict, verdictOf } from './verdict.ts'

export interface Explanation {
  readonly fingerprint: string
  readonly labels: Alert['labels']
  readonly atMs: number
  readonly steps: readonly Step[]
  /** One for each integration of each receiver. */
  readonly verdicts: readonly Verdict[]
  /** What one reads first, or only. */
  readonly sentence: string
}

export interface Step {
  readonly name: 'alert' | 'rule' | 'route' | 'group' | 'hold' | 'receiver' | 'history'
  readonly lines: readonly string[]
}

export function explain(facts: Facts): Explanation {
  const { alert, nowMs } = facts
  const verdicts = facts.groups.flatMap((group) => verdictsOf(group, facts))
  return {
    fingerprint: alert.fingerprint,
    labels: alert.labels,
    atMs: nowMs,
    steps: [
      { name: 'alert' as const, lines: alertLines(facts) },
      { name: 'rule' as const, lines: ruleLines(alert) },
      { name: 'route' as const, lines: routeSteps(facts.root, alert.labels) },
      { name: 'group' as const, lines: facts.groups.flatMap((one) => groupLines(one, facts)) },
      { name: 'hold' as const, lines: holdLines(facts) },
      { name: 'receiver' as const, lines: verdicts.flatMap(({ lines }) => lines) },
      { name: 'history' as const, lines: facts.events.map((event) => eventLine(event, facts)) },
    ].filter(({ lines }) => lines.length > 0),
    verdicts,
    sentence: verdicts.map(({ sentence }) => sentence).join('. '),
  }
}

function verdictsOf(group: GroupFact, facts: Facts): readonly Verdict[] {
  const receiver = group.route.receiver
  if (group.slots.length > 0) return group.slots.map((slot) => verdictOf(slot, group, facts))
  const sentence = `Nobody is told: receiver "${receiver}" has no integrations`
  return [{ receiver, outcome: 'nobody', sentence, lines: [sentence] }]
}

function alertLines({ alert, nowMs, isGone }: Facts): readonly string[] {
  const { startsAtMs, endsAtMs, updatedAtMs, endIsGuess } = alert
  const since = `since ${timeText(startsAtMs, nowMs)}`
  const report = `last reported at ${timeText(updatedAtMs, nowMs)}`
  if (isGone)
    return [formatAlert(alert), `ended at ${fullTime(endsAtMs)}, and is remembered by history only`]
  if (isResolved(alert, nowMs)) {
    const how =
      endsAtMs > updatedAtMs ? `nobody has reported it since ${fullTime(updatedAtMs)}` : ''
    const ended = `resolved at ${timeText(endsAtMs, nowMs)}, after firing ${since}`
    return [formatAlert(alert), how === '' ? ended : `${ended}: ${how}`]
  }
  const end = `ends at ${timeText(endsAtMs, nowMs)} unless it is reported again`
  const whose = endIsGuess ? ' (resolve_timeout)' : ' (as its sender says)'
  return [formatAlert(alert), `fires ${since}, ${report}, ${end}${whose}`]
}

function groupLines({ route, name, state }: GroupFact, { nowMs }: Facts): readonly string[] {
  const at = (ms: number) => timeText(ms, nowMs)
  if (state === undefined) return [`${name.key}: there is no such group now`]
  const { firing, resolved, lastFlushAtMs, nextFlushAtMs } = state
  const waits = `group_wait ${formatDuration(route.groupWaitMs)}, group_interval ${formatDuration(
    route.groupIntervalMs,
  )}, repeat_interval ${formatDuration(route.repeatIntervalMs)}`
  const last = lastFlushAtMs === undefined ? 'not flushed yet' : `last flush ${at(lastFlushAtMs)}`
  return [
    `${name.key}: ${firing} firing, ${resolved} resolved, told to "${route.receiver}"`,
    `${last}, next flush ${at(nextFlushAtMs)} (${waits})`,
  ]
}

function holdLines(facts: Facts): readonly string[] {
  const { inhibitions, silences, groups, ack, nowMs } = facts
  const quiet = groups
    .filter(({ quietTimes }) => quietTimes.length > 0)
    .map(
      (group) => `route ${group.route.key} says nothing now: ${group.heldBy ?? ''} ${names(group)}`,
    )
  const acked = ack && `acknowledged by ${ack.createdBy} until ${timeText(ack.expiresAtMs, nowMs)}`
  const flapping = groups.some(({ heldBy }) => heldBy === 'flapping')
  const lines = [
    ...inhibitions.map(formatInhibition),
    ...quiet,
    ...silences.map((silence) => formatSilence(silence, nowMs)),
    ...(flapping ? ['flapping: its changes are not told until it is calm'] : []),
    ...(acked === undefined ? [] : [`${acked} ("${ack?.comment}"): repeats are held back`]),
  ]
  return lines.length > 0 ? lines : ['nothing holds it back']
}

const names = ({ quietTimes }: GroupFact) => quietTimes.map((name) => `"${name}"`).join(', ')

function eventLine({ kind, atMs, receiver, integration, details = {} }: EventFact, facts: Facts) {
  const whom = receiver === undefined ? '' : ` ${receiver}${integration ? `/${integration}` : ''}`
  const told = Object.entries(details).map(([name, value]) => `${name}=${shown(value)}`)
  const what = told.length > 0 ? `: ${told.join(' ')}` : ''
  return `${timeText(atMs, facts.nowMs)} ${kind}${whom}${what}`
}

const shown = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
