/** What one integration was told of an alert, or why it was not, and what comes next. */
import { isResolved } from '../alert.ts'
import { bareName, flappingName } from '../damping/flapping.ts'
import { integrationName } from '../history/event.ts'
import type { EventFact, Facts, GroupFact, SlotFact } from './facts.ts'
import { formatAlert } from './format.ts'
import { timeText } from './time-text.ts'

export type VerdictOutcome =
  | 'told'
  | 'told as resolved'
  | 'under way'
  | 'failing'
  | 'held back'
  | 'waiting'
  | 'not told'
  | 'nobody'

export interface Verdict {
  readonly receiver: string
  readonly integration?: string
  readonly outcome: VerdictOutcome
  /** For a person who was woken up. */
  readonly sentence: string
  /** The same, with what it was decided by. */
  readonly lines: readonly string[]
}

type Said = Pick<Verdict, 'outcome' | 'sentence'>

interface Case {
  readonly slot: SlotFact
  readonly group: GroupFact
  readonly facts: Facts
  /** `"ops" by email`. */
  readonly whom: string
  readonly at: (ms: number) => string
}

export function verdictOf(slot: SlotFact, group: GroupFact, facts: Facts): Verdict {
  const { receiver } = group.route
  const integration = integrationName({ integration: slot.name, integration_index: slot.index })
  const many = group.slots.filter(({ name }) => name === slot.name).length > 1
  const whom = `"${receiver}" by ${many ? integration : slot.name}`
  const at = (ms: number) => timeText(ms, facts.nowMs)
  const said = saidOf({ slot, group, facts, whom, at })
  const lines = [said.sentence, ...basisOf({ slot, group, facts, whom, at })]
  return { receiver, integration, ...said, lines }
}

function saidOf(given: Case): Said {
  const { facts, slot } = given
  if (facts.isGone) return lastTold(given)
  if (isDue(given)) return dueSaid(given)
  if (given.group.heldBy === 'flapping') return flappingSaid(given)
  if (isResolved(facts.alert, facts.nowMs)) return endSaid(given)
  return slot.told !== undefined && wasTold(given) ? toldSaid(given) : untoldSaid(given)
}

const nameOf = ({ facts }: Case) => facts.alert.fingerprint
const isDue = (given: Case) =>
  [...(given.slot.due?.firing ?? []), ...(given.slot.due?.resolved ?? [])]
    .map(bareName)
    .includes(nameOf(given))
const wasTold = (given: Case) =>
  [...(given.slot.told?.firing ?? []), ...(given.slot.told?.held ?? [])].includes(nameOf(given))

/** A notification that speaks of it is to be made. */
function dueSaid({ slot: { due }, whom, at }: Case): Said {
  const { attempts = 0, isUnderWay = false, lastError = null, nextAttemptAtMs = 0 } = due ?? {}
  if (isUnderWay) return { outcome: 'under way', sentence: `Being told to ${whom}` }
  const next = `the next attempt is at ${at(nextAttemptAtMs)}`
  if (attempts === 0)
    return { outcome: 'under way', sentence: `About to be told to ${whom}: ${next}` }
  const failed = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} failed`
  const why = lastError === null ? '' : ` (${lastError})`
  return { outcome: 'failing', sentence: `Not told yet to ${whom}: ${failed}${why}; ${next}` }
}

function toldSaid(given: Case): Said {
  const { slot, group, facts, whom, at } = given
  const toldAtMs = slot.told?.atMs ?? 0
  const told = `Told to ${whom} at ${at(toldAtMs)}${reasonIn(given)}`
  if (group.heldBy !== undefined)
    return { outcome: 'told', sentence: `${told}; not repeated now: ${holdOf(given)}` }
  const { plan } = slot
  if (plan?.kind === 'tell') {
    const next = group.state === undefined ? 'soon' : `at ${at(group.state.nextFlushAtMs)}`
    return { outcome: 'told', sentence: `${told}; told again ${next} (${plan.reason})` }
  }
  if (facts.ack !== undefined) {
    const { createdBy, expiresAtMs } = facts.ack
    const why = `${createdBy} works on it (until ${at(expiresAtMs)})`
    return { outcome: 'told', sentence: `${told}; not repeated: ${why}` }
  }
  return { outcome: 'told', sentence: `${told}; not repeated until ${at(repeatAtMs(given))}` }
}

/** The first flush at which the interval has passed. */
function repeatAtMs({ slot, group: { route, state } }: Case): number {
  const dueMs = (slot.told?.atMs ?? 0) + route.repeatIntervalMs
  const nextMs = state?.nextFlushAtMs ?? dueMs
  if (nextMs > dueMs) return nextMs
  return nextMs + (Math.floor((dueMs - nextMs) / route.groupIntervalMs) + 1) * route.groupIntervalMs
}

/** Who was told that it flaps is not told of its changes. */
function flappingSaid(given: Case): Said {
  const { slot, group, whom, at } = given
  if (slot.told?.firing.includes(flappingName(nameOf(given)))) {
    const told = `Told to ${whom} at ${at(slot.told.atMs)} that it flaps`
    return { outcome: 'told', sentence: `${told}; its changes are not told until it is calm` }
  }
  const wait = group.state && `${waitOf(given)} (${slot.plan?.reason ?? 'flapping'})`
  const sentence = `Not told to ${whom}: it flaps${wait === undefined ? '' : `; ${wait}`}`
  return { outcome: 'held back', sentence }
}

const waitOf = ({ group, at }: Case) =>
  `the group ${group.name.key} is flushed at ${at(group.state?.nextFlushAtMs ?? 0)}`

function untoldSaid(given: Case): Said {
  const { slot, group, whom } = given
  if (group.heldBy !== undefined)
    return { outcome: 'held back', sentence: `Not told to ${whom}: ${holdOf(given)}` }
  if (group.state === undefined) {
    const sentence = `Not told yet to ${whom}: it has not joined its group`
    return { outcome: 'waiting', sentence }
  }
  const wait = waitOf(given)
  if (slot.plan?.kind === 'tell')
    return {
      outcome: 'waiting',
      sentence: `Not told yet to ${whom}: ${wait} (${slot.plan.reason})`,
    }
  return { outcome: 'not told', sentence: `Not told to ${whom}: nothing is to be said; ${wait}` }
}

function endSaid(given: Case): Said {
  const { slot, group, whom, at, facts } = given
  const ended = at(facts.alert.endsAtMs)
  const why = 'is not told: send_resolved is false'
  const endKept = `Told to ${whom} while it fired; its end at ${ended} ${why}`
  if (slot.told?.resolved.includes(nameOf(given)))
    return {
      outcome: 'told as resolved',
      sentence: slot.sendResolved
        ? `Told to ${whom} as resolved at ${at(slot.told.atMs)}`
        : endKept,
    }
  if (!wasTold(given)) return { outcome: 'not told', sentence: neverToldSaid(given) }
  if (!slot.sendResolved) {
    return { outcome: 'told', sentence: endKept }
  }
  const next = group.state === undefined ? 'soon' : `at ${at(group.state.nextFlushAtMs)}`
  return {
    outcome: 'waiting',
    sentence: `Resolved at ${ended}; told to ${whom} as resolved ${next}`,
  }
}

function neverToldSaid({ whom, at, facts, group }: Case): string {
  const ended = `it ended at ${at(facts.alert.endsAtMs)}`
  const held = facts.events.find(
    ({ kind, receiver }) => kind === 'held' && receiver === group.route.receiver,
  )
  if (held === undefined) return `Never told to ${whom}: ${ended}, before its group was flushed`
  return `Never told to ${whom}: ${String(held.details?.by)} held it back, and ${ended}`
}

/** Of an alert that is gone, history knows. */
function lastTold(given: Case): Said {
  const { whom, at, facts } = given
  const last = deliveredTo(given)
  if (last === undefined) return { outcome: 'not told', sentence: neverToldSaid(given) }
  const told = `Last told to ${whom} at ${at(last.atMs)}`
  return { outcome: 'told', sentence: `${told}; it ended at ${at(facts.alert.endsAtMs)}` }
}

function deliveredTo({ facts, group, slot }: Case): EventFact | undefined {
  const name = integrationName({ integration: slot.name, integration_index: slot.index })
  return facts.events.find(
    ({ kind, receiver, integration }) =>
      kind === 'delivered' && receiver === group.route.receiver && integration === name,
  )
}

/** ` (first)`, where history knows. */
function reasonIn(given: Case): string {
  const id = deliveredTo(given)?.notification
  const planned = given.facts.events.find(
    ({ kind, notification }) => kind === 'planned' && id !== undefined && notification === id,
  )
  const reason = planned?.details?.reason
  return typeof reason === 'string' ? ` (${reason})` : ''
}

function holdOf({ group, facts, at }: Case): string {
  const { heldBy = '', quietTimes, quietUntilMs } = group
  if (heldBy === 'silence') {
    const [silence] = facts.silences
    if (silence === undefined) return 'a silence holds it back'
    const { id, createdBy, endsAtMs, comment } = silence
    return `silence ${id} by ${createdBy} holds it back until ${at(endsAtMs)} ("${comment}")`
  }
  if (heldBy === 'inhibition') {
    const [source] = facts.inhibitions
    return source === undefined ? 'it is inhibited' : `inhibited by ${formatAlert(source.source)}`
  }
  const until = quietUntilMs === undefined ? '' : ` until ${at(quietUntilMs)}`
  const names = quietTimes.map((name) => `"${name}"`).join(', ')
  return `${heldBy} ${names} keeps its route quiet${until}`
}

function basisOf({ slot: { told, due, plan, sendResolved }, at }: Case): readonly string[] {
  const counts = (content: { firing: readonly string[]; resolved: readonly string[] }) =>
    `${content.firing.length} firing, ${content.resolved.length} resolved`
  const next =
    plan === undefined ? 'nothing' : `${plan.kind}${plan.reason ? `: ${plan.reason}` : ''}`
  return [
    told === undefined
      ? '  it was told nothing of this group'
      : `  it was last told of this group at ${at(told.atMs)}: ${counts(told)}`,
    ...(due === undefined
      ? []
      : [`  notification ${due.id} is due (${due.reason}): ${counts(due)}`]),
    `  a flush now would plan: ${next}${sendResolved ? '' : ' (send_resolved: false)'}`,
  ]
}
