/**
 * The oracle: what was so, naively, from what was asked and answered. Where nobody was answered
 * there are two truths: what was surely so, and what may have been.
 */

import { formatLabels, type Labels } from '#lib/labels'
import { margins } from './breach.ts'
import { night, type SimRoute } from './config.ts'
import type { AlertSaid, Facts } from './facts.ts'
import { both, never, not, type Spans, span, union, without } from './spans.ts'

/** One integration of one receiver, told about one aggregation group. */
export interface Slot {
  readonly groupKey: string
  readonly receiver: string
}

export interface Routed extends Slot {
  readonly route: SimRoute
}

export interface Truth {
  readonly surely: Spans
  readonly maybe: Spans
}

export interface Model {
  readonly alerts: readonly Labels[]
  /** Every slot that the alert fell into at some time. */
  slotsOf(alert: Labels): readonly Slot[]
  firing(alert: Labels): Truth
  /** Fires, belongs there, and nothing holds it back. */
  visible(alert: Labels, slot: Slot): Truth
  /** When something holds its notification back. */
  held(alert: Labels, slot: Slot): Truth
  /** When the configuration led the alert there. */
  routed(alert: Labels, slot: Slot): Spans
  /** The routes that told this slot, each with its time. */
  routes(alert: Labels, slot: Slot): readonly { readonly route: SimRoute; readonly when: Spans }[]
}

export const isSame = (a: Labels, b: Labels) => nameOf(a) === nameOf(b)
export const nameOf = (labels: Labels) => formatLabels(labels)

export function createModel(facts: Facts): Model {
  const firings = new Map<string, Truth>()
  const alerts = [...new Map(facts.alerts.map(({ labels }) => [nameOf(labels), labels])).values()]
  const firing = (alert: Labels) => {
    const known = firings.get(nameOf(alert)) ?? firingOf(alert, facts)
    firings.set(nameOf(alert), known)
    return known
  }
  const configs = configSpans(facts)
  const routings = (alert: Labels) =>
    configs.flatMap(({ config, when }) =>
      routesOf(config.root, alert, '{}').map((routed) => ({ ...routed, when })),
    )
  const routes = (alert: Labels, slot: Slot) =>
    routings(alert).filter((routed) => slotName(routed) === slotName(slot))
  const heldBySource = (alert: Labels): Truth => {
    if (alert.severity !== 'warning') return { surely: never, maybe: never }
    const sources = alerts
      .filter((one) => one.severity === 'critical' && one.alertname === alert.alertname)
      .map(firing)
    const applies = union(
      ...configs.filter(({ config }) => config.isInhibiting).map(({ when }) => when),
    )
    return {
      surely: both(applies, union(...sources.map(({ surely }) => surely))),
      maybe: both(applies, union(...sources.map(({ maybe }) => maybe))),
    }
  }
  const held = (alert: Labels, slot: Slot): Truth => {
    const silences = facts.silences.filter(({ matchers }) => matches(matchers, alert))
    const muted = routes(alert, slot)
      .filter(({ route }) => route.isMutedAtNight)
      .map(({ when }) => both(when, nights(facts)))
    const sourced = heldBySource(alert)
    return {
      surely: union(
        sourced.surely,
        ...muted,
        ...silences.flatMap(({ ackedMs, fromMs, untilMs, end }) =>
          ackedMs === undefined
            ? []
            : [span(Math.max(ackedMs, fromMs), Math.min(untilMs, end?.sentMs ?? untilMs))],
        ),
      ),
      maybe: union(
        sourced.maybe,
        ...muted,
        ...silences.map(({ sentMs, fromMs, untilMs, end }) =>
          span(Math.max(sentMs, fromMs), Math.min(untilMs, end?.ackedMs ?? untilMs) + 1),
        ),
      ),
    }
  }
  const routed = (alert: Labels, slot: Slot) =>
    union(...routes(alert, slot).map(({ when }) => when))
  return {
    alerts,
    firing,
    held,
    routes,
    routed,
    slotsOf: (alert) => [
      ...new Map(routings(alert).map((one) => [slotName(one), bare(one)])).values(),
    ],
    visible(alert, slot) {
      const [fires, holds] = [firing(alert), held(alert, slot)]
      const there = routed(alert, slot)
      return {
        surely: both(without(fires.surely, holds.maybe), there),
        maybe: both(without(fires.maybe, holds.surely), there),
      }
    },
  }
}

const slotName = ({ groupKey, receiver }: Slot) => `${receiver} ${groupKey}`
const bare = ({ groupKey, receiver }: Slot): Slot => ({ groupKey, receiver })

const matches = (wanted: Labels, labels: Labels) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value)

/**
 * A report is believed until the end that it names. One that only prolongs what is known is kept
 * when half of what was promised has passed, so only half of it is sure.
 */
function firingOf(alert: Labels, facts: Facts): Truth {
  const reports = facts.alerts
    .filter(({ labels }) => nameOf(labels) === nameOf(alert))
    .sort((a, b) => a.sentMs - b.sentMs)
  const surely: Spans[] = []
  const maybe: Spans[] = []
  reports.forEach((report, i) => {
    if (!report.isFiring) return
    const later = reports.slice(i + 1).filter(({ isFiring }) => !isFiring)
    const denied = later[0]?.sentMs ?? Number.POSITIVE_INFINITY
    const ended = later.find(({ ackedMs }) => ackedMs !== undefined)?.ackedMs
    const lastsMs = endGivenAgain(report, facts)
    maybe.push(span(report.sentMs, Math.min(lastsMs, ended ?? lastsMs) + 1))
    const { ackedMs } = report
    if (ackedMs === undefined) return
    const endsMs = isFirst(reports, i) ? report.endsMs : (ackedMs + report.endsMs) / 2
    surely.push(span(ackedMs, Math.min(endsMs, denied)))
  })
  return { surely: union(...surely), maybe: union(...maybe) }
}

/**
 * An end that was promised and passed while nobody listened is no end yet: from the start on the
 * alert has as long again. What was lost meanwhile may make a start late.
 */
function endGivenAgain({ sentMs, endsMs }: AlertSaid, { down, storeAway }: Facts): number {
  const promisedMs = Math.min(endsMs - sentMs, 5 * 60_000)
  const starts = [...down].sort((a, b) => a.toMs - b.toMs)
  return starts.reduce((lastsMs, { fromMs, toMs }) => {
    const away = storeAway.find((one) => one.fromMs <= toMs + margins.recoveryMs && one.toMs > toMs)
    const openMs = (away?.toMs ?? toMs) + margins.recoveryMs
    const isUnseen = lastsMs > fromMs - longestLookMs && lastsMs <= openMs
    return isUnseen ? openMs + promisedMs : lastsMs
  }, endsMs)
}

/** Longer than any interval of a plan: by then a flush has looked. */
const longestLookMs = 11 * 60_000

/** Nothing was known of it before. */
function isFirst(reports: readonly AlertSaid[], i: number): boolean {
  const before = reports[i - 1]
  const report = reports[i]
  return before === undefined || (report !== undefined && before.endsMs < report.sentMs)
}

function configSpans({ configs, endMs }: Facts) {
  return configs.map(({ atMs, config }, i) => ({
    config,
    when: span(atMs, configs[i + 1]?.atMs ?? endMs),
  }))
}

/** Depth is one: a child that matches takes it, and the root what no child takes. */
function routesOf(root: SimRoute, alert: Labels, path: string): readonly Routed[] {
  const found: Routed[] = []
  for (const child of root.routes ?? []) {
    if (!matches(child.match, alert)) continue
    found.push(...routesOf(child, alert, `${path}/${textOf(child.match)}`))
    if (!child.continues) break
  }
  if (found.length > 0) return found
  const labels = Object.fromEntries(
    [...root.groupBy].sort().map((name) => [name, alert[name] ?? '']),
  )
  return [{ route: root, receiver: root.receiver, groupKey: `${path}:${textOf(labels)}` }]
}

const textOf = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')}}`

function nights({ startMs, endMs }: Pick<Facts, 'startMs' | 'endMs'>): Spans {
  const dayMs = 86_400_000
  const found: Spans[] = []
  for (let ms = Math.floor(startMs / dayMs) * dayMs; ms < endMs; ms += dayMs)
    found.push(span(ms + night.fromHour * 3_600_000, ms + night.toHour * 3_600_000))
  return union(...found)
}

/** When nothing stands in the way of the alertmanager itself, and has not for a while. */
export function calmOf(facts: Facts, recoveryMs: number): Spans {
  const downtimes = facts.machines.map((name) =>
    union(
      facts.down
        .filter(({ machine }) => machine === name)
        .map(({ fromMs, toMs }) => ({ fromMs, toMs: Math.min(toMs, facts.endMs) })),
    ),
  )
  const nobodyRuns = downtimes.reduce(both)
  const failures = facts.down.map(({ fromMs }) => ({ fromMs, toMs: fromMs }))
  const trouble = [...nobodyRuns, ...facts.storeAway, ...failures].map(({ fromMs, toMs }) =>
    span(fromMs, toMs + recoveryMs),
  )
  return both(not(union(...trouble)), span(facts.startMs, facts.endMs))
}

/** When a receiver takes what it is told. */
export function reachable(facts: Facts, receiver: string): Spans {
  const moods = facts.moods.filter(
    ({ receiver: name, mood }) =>
      name === receiver && !(mood.kind === 'slow' && mood.afterMs < 9000),
  )
  return not(union(...moods.map(({ fromMs, toMs }) => span(fromMs, toMs))))
}
