/** One alert rule at work: what is true now, its state, its trace, and what has to be told. */
import { type Labels, labelsKey } from '#lib/labels'
import type { Tracer } from '#lib/trace'
import { type Alert, type AlertChange, type Alerts, type Found, nextAlerts } from './alert-state.ts'
import type { AlertRule, Templates } from './rule.ts'
import type { StoredAlert } from './store/alert-store.ts'
import type { TemplateScope } from './text/template.ts'
import type { Element, Evaluate, RuleSample } from './world.ts'

export interface AlertRun {
  /** The samples of the new state, and what the store has to learn. */
  evaluate(elements: readonly Element[], atMs: number): Promise<Evaluated>
  /** Alerts that have to be told (again) at this time; they count as told. */
  due(atMs: number): readonly Alert[]
  restore(stored: StoredAlert, unseenUntilMs: number): void
  /** Pending, firing and lately resolved. */
  alerts(): readonly Alert[]
}

export interface Evaluated {
  readonly samples: readonly RuleSample[]
  readonly changed: readonly StoredAlert[]
}

export interface AlertRunWorld {
  readonly tracer: Tracer
  readonly externalLabels: Labels
  readonly externalUrl: string
  readonly resendDelayMs: number
  /** For the queries of texts. */
  readonly evaluate: Evaluate
  /** Of the group: more alerts than this fail the evaluation; 0 is no limit. */
  readonly limit: number
}

export function createAlertRun(rule: AlertRule, world: AlertRunWorld): AlertRun {
  let alerts: Alerts = new Map()
  const toldAtMs = new Map<string, number>()
  return {
    async evaluate(elements, atMs) {
      const found = await foundOf(rule, elements, { ...world, atMs })
      const last = alerts
      const next = nextAlerts(last, found, { ...rule, atMs })
      refuseOver(world.limit, next.alerts)
      alerts = await traced(rule, world.tracer, { ...next, found })
      for (const { key, kind } of next.changes) if (kind === 'gone') toldAtMs.delete(key)
      return {
        samples: samplesOf(rule, alerts, found),
        changed: changedOf(rule, next.changes, { last, alerts }),
      }
    },
    due(atMs) {
      const told = [...alerts].filter(([key, alert]) =>
        isDue(alert, toldAtMs.get(key), atMs - world.resendDelayMs),
      )
      for (const [key] of told) toldAtMs.set(key, atMs)
      return told.map(([, alert]) => alert)
    },
    restore({ labels, alert }, unseenUntilMs) {
      if (alert === undefined) return
      alerts = new Map(alerts).set(labelsKey(labels), { ...alert, labels, unseenUntilMs })
    },
    alerts: () => [...alerts.values()],
  }
}

async function foundOf(
  rule: AlertRule,
  elements: readonly Element[],
  world: AlertRunWorld & { readonly atMs: number },
): Promise<ReadonlyMap<string, Found>> {
  const { externalLabels, externalUrl, atMs } = world
  const query = (expr: string) => world.evaluate(expr, atMs)
  const found = new Map<string, Found>()
  for (const { labels: raw, value, origin } of elements) {
    const scope = { labels: raw, externalLabels, externalUrl, value, atMs, query }
    const { __name__: _, ...own } = raw
    const made = await rendered(rule.labels, scope)
    const labels = withoutEmpty({ ...own, ...made, alertname: rule.name })
    const key = labelsKey(labels)
    if (found.has(key))
      throw new Error('two elements have the same labels once the rule has added its own')
    const annotations = await rendered(rule.annotations, scope)
    found.set(key, { labels, value, origin, annotations })
  }
  return found
}

/** Most texts ask nothing and are there at once: only those that do are waited for. */
async function rendered(templates: Templates, scope: TemplateScope): Promise<Labels> {
  const texts: Record<string, string> = {}
  for (const [name, template] of Object.entries(templates)) {
    const text = template.render(scope)
    texts[name] = typeof text === 'string' ? text : await text
  }
  return texts
}

const withoutEmpty = (labels: Labels): Labels =>
  Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))

function refuseOver(limit: number, alerts: Alerts): void {
  const active = [...alerts.values()].filter(({ state }) => state !== 'resolved').length
  if (limit > 0 && active > limit)
    throw new Error(`${active} alerts are over the limit of ${limit} of the group`)
}

/** An alert keeps the trace of the evaluation that found it, itself a child of the push. */
async function traced(
  rule: AlertRule,
  tracer: Tracer,
  next: {
    alerts: Alerts
    changes: readonly AlertChange[]
    found: ReadonlyMap<string, Found>
  },
): Promise<Alerts> {
  const alerts = new Map(next.alerts)
  for (const { key, kind } of next.changes) {
    const alert = alerts.get(key)
    if (alert === undefined) continue
    if (kind === 'began') {
      const parent = next.found.get(key)?.origin
      const attributes = { alertname: rule.name, value: alert.value }
      const traceparent = await tracer.span(
        `evaluate ${rule.name}`,
        { parent, attributes },
        (span) => span.traceparent,
      )
      alerts.set(key, { ...alert, traceparent })
    } else if (kind === 'fired') {
      const pendingMs = (alert.firedAtMs ?? 0) - alert.activeAtMs
      const attributes = { alertname: rule.name, pendingMs }
      await tracer.span('firing', { parent: alert.traceparent, attributes }, () => {})
    }
  }
  return alerts
}

/** The new state of what changed; without a state where it is gone. */
function changedOf(
  rule: AlertRule,
  changes: readonly AlertChange[],
  { last, alerts }: { last: Alerts; alerts: Alerts },
): readonly StoredAlert[] {
  return [...new Set(changes.map(({ key }) => key))].flatMap((key) => {
    const known = alerts.get(key) ?? last.get(key)
    if (known === undefined) return []
    const { labels, unseenUntilMs: _, ...alert } = known
    return [{ ruleId: rule.id, labels, ...(alerts.has(key) ? { alert } : {}) }]
  })
}

/** `ALERTS` is 1 while pending or firing, `ALERTS_FOR_STATE` holds since when. */
function samplesOf(
  rule: AlertRule,
  alerts: Alerts,
  found: ReadonlyMap<string, Found>,
): readonly RuleSample[] {
  return [...alerts].flatMap(([key, { labels, state, activeAtMs }]) => {
    if (state === 'resolved') return []
    const origin = found.get(key)?.origin
    const named = { ...labels, alertname: rule.name }
    return [
      { name: 'ALERTS', labels: { ...named, alertstate: state }, value: 1, origin },
      { name: 'ALERTS_FOR_STATE', labels: named, value: Math.floor(activeAtMs / 1000), origin },
    ]
  })
}

function isDue(alert: Alert, toldAtMs: number | undefined, againMs: number): boolean {
  if (alert.state === 'pending') return false
  if (toldAtMs === undefined) return true
  return (alert.resolvedAtMs ?? 0) > toldAtMs || toldAtMs < againMs
}
