/** `GET /api/v1/rules` and `/api/v1/alerts`, in Prometheus's JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatExponent } from '#lib/go-number'
import { sendJson } from '#lib/http/message'
import type { Alert } from './alert-state.ts'
import type { GroupRun } from './group-run.ts'
import { annotationsOf, rfc3339 } from './postable.ts'
import type { AlertRule, Rule } from './rule.ts'
import type { Insufficient, RuleRun } from './rule-run.ts'

export type RulesHandler = (request: IncomingMessage, response: ServerResponse) => boolean

/** Answers what is its own and says so; anything else is left to others. */
export function createHandler(groups: readonly GroupRun[]): RulesHandler {
  return (request, response) => {
    if (request.method !== 'GET') return false
    const url = new URL(request.url ?? '/', 'http://rules')
    if (url.pathname === '/api/v1/alerts') {
      sendJson(response, 200, success({ alerts: groups.flatMap(activeOf).map(alertBody) }))
      return true
    }
    if (url.pathname !== '/api/v1/rules') return false
    const type = url.searchParams.get('type')?.toLowerCase() ?? ''
    if (type !== '' && type !== 'alert' && type !== 'record') {
      const error = `invalid parameter "type": not supported value "${type}"`
      sendJson(response, 400, { status: 'error', errorType: 'bad_data', error })
    } else {
      sendJson(response, 200, success({ groups: groups.map((run) => groupBody(run, type)) }))
    }
    return true
  }
}

const success = (data: object) => ({ status: 'success', data })

const activeOf = (run: GroupRun): readonly Alert[] =>
  run.rules.flatMap(({ alerts }) => (alerts === undefined ? [] : active(alerts.alerts())))

const active = (alerts: readonly Alert[]) => alerts.filter(({ state }) => state !== 'resolved')

function groupBody(run: GroupRun, type: string): object {
  const { group, intervalMs, rules } = run
  return {
    name: group.name,
    file: group.file,
    rules: rules.filter(({ rule }) => type === '' || rule.kind === type).map(ruleBody),
    interval: intervalMs / 1000,
    limit: group.limit,
    ...evaluationBody(run.status()),
  }
}

function ruleBody(run: RuleRun): object {
  const { rule } = run
  const { health, lastError, insufficient } = run.status()
  const evaluation = {
    health,
    ...(lastError === undefined ? {} : { lastError }),
    ...(insufficient === undefined ? {} : { insufficientData: lackBody(insufficient) }),
    ...evaluationBody(run.status()),
  }
  return rule.kind === 'alert'
    ? {
        ...alertRuleBody(rule, active(run.alerts?.alerts() ?? [])),
        ...evaluation,
        type: 'alerting',
      }
    : { ...recordRuleBody(rule), ...evaluation, type: 'recording' }
}

/** Ours: Prometheus has no such state. */
const lackBody = ({ reason, sinceMs, selectors }: Insufficient) => ({
  reason,
  since: rfc3339(sinceMs),
  selectors,
})

function alertRuleBody(rule: AlertRule, alerts: readonly Alert[]): object {
  return {
    state: stateOf(alerts),
    name: rule.name,
    query: rule.expr,
    duration: rule.forMs / 1000,
    keepFiringFor: rule.keepFiringForMs / 1000,
    labels: sourcesOf(rule.labels),
    annotations: sourcesOf(rule.annotations),
    alerts: alerts.map(alertBody),
  }
}

const recordRuleBody = (rule: Exclude<Rule, AlertRule>) => ({
  name: rule.name,
  query: rule.expr,
  ...(Object.keys(rule.labels).length === 0 ? {} : { labels: rule.labels }),
})

function stateOf(alerts: readonly Alert[]): 'firing' | 'pending' | 'inactive' {
  if (alerts.some(({ state }) => state === 'firing')) return 'firing'
  return alerts.length > 0 ? 'pending' : 'inactive'
}

const sourcesOf = (templates: AlertRule['labels']) =>
  Object.fromEntries(Object.entries(templates).map(([name, { source }]) => [name, source]))

function alertBody(alert: Alert): object {
  const { labels, state, activeAtMs, keepFiringSinceMs, value } = alert
  return {
    labels,
    annotations: annotationsOf(alert),
    state,
    activeAt: rfc3339(activeAtMs),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSince: rfc3339(keepFiringSinceMs) }),
    value: formatExponent(value, 'shortest'),
  }
}

function evaluationBody(status: { tookMs: number; lastEvaluationMs: number | undefined }): object {
  const { tookMs, lastEvaluationMs } = status
  return {
    evaluationTime: tookMs / 1000,
    // Go's zero time, where there was no evaluation yet.
    lastEvaluation:
      lastEvaluationMs === undefined ? '0001-01-01T00:00:00Z' : rfc3339(lastEvaluationMs),
  }
}
