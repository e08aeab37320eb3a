/**
 * What receivers would be told of alerts, in simulated time: routes, groups, inhibition, hours,
 * silences and the decision to tell are the real ones; every notification is taken at once.
 */
import { fingerprint, type Labels } from '#lib/labels'
import { matchesAll } from '#lib/matcher'
import type { Alert } from '../alert.ts'
import { groupOf, type Route, routesOf } from '../arrival/routing.ts'
import type { AlertConfig } from '../config/config.ts'
import { createInhibition } from '../flush/inhibition.ts'
import { createSilenceIndex, type Silence } from '../silences/silences.ts'
import { createAgenda } from './agenda.ts'
import { createFlusher } from './flusher.ts'
import { createGroup, type RehearsedGroup, wakeFrom } from './group.ts'
import type { RehearsedNotification } from './notification.ts'

export interface RehearsedAlert {
  readonly labels: Labels
  readonly startsAtMs: number
  /** Absent: it goes on. */
  readonly endsAtMs?: number
  /** It fired before, and was told: only what follows is news. */
  readonly isOlder?: boolean
}

export interface Rehearsal {
  readonly config: AlertConfig
  readonly alerts: readonly RehearsedAlert[]
  readonly silences: readonly Silence[]
  /** What is told before is not given. */
  readonly fromMs: number
  readonly toMs: number
}

/** The default of `--data.retention`. */
const retentionMs = 120 * 3_600_000

export async function rehearse(given: Rehearsal): Promise<readonly RehearsedNotification[]> {
  const { config, toMs } = given
  const groups = new Map<string, RehearsedGroup>()
  const agenda = createAgenda<RehearsedGroup>()
  const inhibition = createInhibition(config.inhibitRules)
  const silences = createSilenceIndex()
  for (const silence of given.silences) silences.put(silence, Number.NEGATIVE_INFINITY)
  const isFlushedAlways = given.silences.length > 0
  const told: RehearsedNotification[] = []
  const tell = (one: RehearsedNotification) => void told.push(one)
  const flusher = createFlusher({ inhibition, silences, retentionMs, tell })

  const wake = (group: RehearsedGroup, atMs: number) => {
    if (group.wakeMs <= atMs || atMs > toMs) return
    group.wakeMs = atMs
    agenda.add(atMs, group)
  }
  const hold = (source: Alert, atMs: number) => {
    inhibition.put(source)
    for (const group of groups.values())
      if (group.mayBeInhibited) wake(group, wakeFrom(group, atMs))
  }
  const join = (alert: Alert, route: Route, atMs: number) => {
    const name = groupOf(route, alert.labels)
    const receiver = config.receivers.get(route.receiver)
    const known = groups.get(name.id)
    // One that has ended is news only to those who knew it.
    const isNews = alert.endsAtMs > atMs || known?.members.has(alert.fingerprint) === true
    if (receiver === undefined || !isNews) return
    const group = known ?? createGroup({ ...name, route, receiver }, atMs)
    if (known === undefined) flusher.begin(group, atMs)
    groups.set(name.id, group)
    group.members.set(alert.fingerprint, alert)
    group.mayBeInhibited ||= matchesTarget(config, alert.labels)
    wake(group, wakeFrom(group, atMs))
  }
  const arrive = (alert: Alert, atMs: number) => {
    if (matchesSource(config, alert.labels)) hold(alert, atMs)
    for (const route of routesOf(config.root, alert.labels)) join(alert, route, atMs)
  }
  const flush = async (group: RehearsedGroup) => {
    const atMs = group.wakeMs
    group.wakeMs = Number.POSITIVE_INFINITY
    const nextMs = await flusher.flush(group, atMs)
    if (group.members.size === 0) groups.delete(group.id)
    else wake(group, isFlushedAlways ? atMs + group.route.groupIntervalMs : nextMs)
  }
  const arrivals = arrivalsOf(given)
  for (let i = 0; ; ) {
    const arrival = arrivals[i]
    const dueMs = agenda.nextMs() ?? Number.POSITIVE_INFINITY
    // What arrives at the moment of a flush is seen by it.
    if (arrival !== undefined && arrival.atMs <= dueMs) {
      arrive(arrival.alert, arrival.atMs)
      i++
    } else if (dueMs <= toMs) {
      const group = agenda.take()
      // One that was woken earlier after all, or has ended, stands there in vain.
      if (group?.wakeMs === dueMs && groups.get(group.id) === group) await flush(group)
    } else break
  }
  return told.filter(({ atMs }) => atMs >= given.fromMs)
}

interface Arrival {
  readonly atMs: number
  readonly alert: Alert
}

/** Rules tell an alert when it fires, and again when it is over. */
function arrivalsOf({ alerts, config, fromMs, toMs }: Rehearsal): readonly Arrival[] {
  const waits = [...config.routes.values()].map(({ groupWaitMs }) => groupWaitMs)
  const earlierMs = fromMs - Math.max(0, ...waits) - 1
  const arrivals = alerts.flatMap(({ labels, startsAtMs: givenMs, endsAtMs, isOlder = false }) => {
    const startsAtMs = isOlder ? Math.min(givenMs, earlierMs) : givenMs
    const texts = { labels, annotations: {}, generatorUrl: '', endIsGuess: false }
    const alert = { ...texts, fingerprint: fingerprint(labels), startsAtMs }
    const endless = { ...alert, endsAtMs: Number.POSITIVE_INFINITY, updatedAtMs: startsAtMs }
    const first = { atMs: startsAtMs, alert: endless }
    if (endsAtMs === undefined) return [first]
    return [first, { atMs: endsAtMs, alert: { ...alert, endsAtMs, updatedAtMs: endsAtMs } }]
  })
  return arrivals.filter(({ atMs }) => atMs <= toMs).sort((a, b) => a.atMs - b.atMs)
}

const matchesSource = ({ inhibitRules }: AlertConfig, labels: Labels) =>
  inhibitRules.some(({ source }) => matchesAll(source, labels))

const matchesTarget = ({ inhibitRules }: AlertConfig, labels: Labels) =>
  inhibitRules.some(({ target }) => matchesAll(target, labels))
