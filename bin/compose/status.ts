/**
 * The whole status page: the master's share, the ages of pushes, and what the alertmanager says.
 */

import { traceAnnotation } from '#api/alert'
import type {
  Health,
  MasterStatus,
  StatusAlert,
  StatusLink,
  StatusPushGroup,
  StatusReport,
} from '#api/status'
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Labels } from '#lib/labels'
import { traceIdOf } from '#lib/trace'
import { worstOf } from '#master'
import type { PushGroup } from '#pushgateway'
import { runbookOf, webUrl } from './runbooks.ts'

export interface StatusSources {
  readonly clock: Clock
  readonly master: () => Promise<MasterStatus>
  readonly groups: () => readonly PushGroup[]
  /** What is older than this is stale. */
  readonly staleAfterMs: number
  readonly alertmanagerUrl: string
  readonly links: readonly StatusLink[]
}

interface Alerts {
  readonly alerts: readonly StatusAlert[]
  /** Why they are not known. */
  readonly trouble?: string
}

export async function statusReport(sources: StatusSources): Promise<StatusReport> {
  const [master, { alerts, trouble }] = await Promise.all([sources.master(), firing(sources)])
  const atMs = sources.clock.nowMs()
  const groups = sources.groups()
  const pushes = lastPushes(groups)
  const nodes = master.nodes.map((node) => {
    const lastPushAtMs = pushes.get(node.name)
    const ageMs = lastPushAtMs === undefined ? undefined : atMs - lastPushAtMs
    return { ...node, lastPushAtMs, ageMs, stale: (ageMs ?? Infinity) > sources.staleAfterMs }
  })
  const silent = nodes.filter(({ stale }) => stale).map(({ name }) => `Node ${name} is silent`)
  const loud = alerts.filter((alert) => ['critical', 'warning'].includes(severityOf(alert)))
  const health = worstOf(
    master.health,
    ...loud.map((alert) => severityOf(alert) as Health), // One of the two just asked for.
    silent.length > 0 || trouble !== undefined ? 'unknown' : 'ok',
  )
  const oldestMs = Math.max(0, ...nodes.map(({ ageMs }) => ageMs ?? 0))
  return {
    ...master,
    ...{ atMs, health, nodes, alerts },
    ...{ pushGroups: oldestPushes(groups, atMs, sources), pushGroupCount: groups.length },
    reasons: [
      ...loud.map(({ name, summary }) => (summary === '' ? name : summary)),
      ...master.reasons,
      ...silent,
      ...(trouble === undefined ? [] : [trouble]),
    ],
    ages: [
      ...master.ages,
      { source: 'metrics', ageMs: oldestMs, stale: silent.length > 0 },
      { source: 'alertmanager', ageMs: 0, stale: trouble !== undefined },
    ],
    links: sources.links,
  }
}

const severityOf = ({ labels }: StatusAlert) => labels['severity'] ?? ''
/** The worst first, then the newest. */
const severities = ['critical', 'warning', 'info']
function rankOf(alert: StatusAlert): number {
  const rank = severities.indexOf(severityOf(alert))
  return rank < 0 ? severities.length : rank
}

/** The newest push of each instance. */
function lastPushes(groups: readonly PushGroup[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const { labels, pushedAtMs } of groups) {
    const { instance } = labels
    if (instance === undefined || pushedAtMs === undefined) continue
    newest.set(instance, Math.max(pushedAtMs, newest.get(instance) ?? 0))
  }
  return newest
}

const groupsShown = 20
const agentJob = 'zstone'

/** Who fell silent first is what a reader looks for; the rest is on the gateway's own page. */
function oldestPushes(
  groups: readonly PushGroup[],
  atMs: number,
  { staleAfterMs }: Pick<StatusSources, 'staleAfterMs'>,
): readonly StatusPushGroup[] {
  return groups
    .toSorted((a, b) => (a.pushedAtMs ?? 0) - (b.pushedAtMs ?? 0))
    .slice(0, groupsShown)
    .map(({ labels, pushedAtMs, failedAtMs, seriesCount }) => ({
      labels,
      ageMs: pushedAtMs === undefined ? undefined : atMs - pushedAtMs,
      // A job that ran once is as old as it is; an agent pushes at every interval.
      stale: labels['job'] === agentJob && atMs - (pushedAtMs ?? 0) > staleAfterMs,
      failed: (failedAtMs ?? 0) > (pushedAtMs ?? 0),
      series: seriesCount,
    }))
}

interface GettableAlert {
  readonly labels: Labels
  readonly annotations: Labels
  readonly startsAt: string
  readonly generatorURL?: string
  readonly status: { readonly state: string }
}

async function firing({ alertmanagerUrl }: StatusSources): Promise<Alerts> {
  try {
    const answer = await fetch(`${alertmanagerUrl}/api/v2/alerts`, {
      signal: AbortSignal.timeout(5000),
    })
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    const list = (await answer.json()) as GettableAlert[] // API v2 promises this shape.
    const alerts = list.map(shown).filter(({ name }) => name !== 'DeadMansSwitch')
    return { alerts: alerts.toSorted((a, b) => rankOf(a) - rankOf(b) || b.sinceMs - a.sinceMs) }
  } catch (error) {
    return { alerts: [], trouble: `Cannot ask the alertmanager what fires: ${messageOf(error)}` }
  }
}

function shown({ labels, annotations, startsAt, status, ...rest }: GettableAlert): StatusAlert {
  const { alertname } = labels
  return {
    name: alertname ?? '',
    labels,
    sinceMs: Date.parse(startsAt),
    summary: annotations['summary'] ?? '',
    state: status.state,
    traceId: traceIdOf(annotations[traceAnnotation]),
    runbookUrl: runbookOf({ alertname, runbookUrl: annotations['runbook_url'] }),
    ruleUrl: webUrl(rest.generatorURL),
  }
}
