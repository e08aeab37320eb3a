/** The alerts about paths: who is not told, as an alert like any other. */
import type { PostableAlert } from '#api/alert'
import { formatDuration } from '#lib/duration'
import { fingerprint, type Labels } from '#lib/labels'
import { failingMs, hasFailed, type Path, type PathKind, type Patience } from './path.ts'

export interface Alarm {
  readonly labels: Labels
  readonly fingerprint: string
  /** Those of its paths that have failed; none: it is over. */
  readonly failed: readonly Path[]
}

const names: Readonly<Record<PathKind, string>> = {
  notification: 'NotificationFailed',
  heartbeat: 'HeartbeatFailed',
}

/** One for a receiver's integrations of one name, whether anything is wrong or not. */
export function alarmsOf(paths: readonly Path[], patience: Patience): readonly Alarm[] {
  const alarms = new Map<string, Alarm>()
  for (const path of paths) {
    const labels = labelsOf(path)
    const name = fingerprint(labels)
    const failed = alarms.get(name)?.failed ?? []
    const all = hasFailed(path, patience) ? [...failed, path] : failed
    alarms.set(name, { labels, fingerprint: name, failed: all })
  }
  return [...alarms.values()]
}

const labelsOf = ({ kind, receiver, integration }: Path): Labels => ({
  alertname: names[kind],
  receiver,
  integration,
  severity: 'critical',
})

const limits = {
  /** Who raises it raises it again well before that. */
  lastsMs: 5 * 60_000,
}

const runbooks = 'https://github.com/zstone/zstone/blob/main/docs/runbooks'

/** As it is posted to our own intake. */
export function raised({ labels, failed }: Alarm, nowMs: number): PostableAlert {
  const since = failed.map((path) => path.failingSinceMs ?? path.stuckSinceMs ?? nowMs)
  const { alertname, receiver, integration } = labels
  const due = failed.reduce((sum, path) => sum + path.due, 0)
  const what = alertname === names.heartbeat ? 'Heartbeats' : 'Notifications'
  const { lastError } = failed.find((path) => path.lastError !== undefined) ?? {}
  return {
    labels,
    annotations: {
      summary: `${what} do not get through to ${receiver} by ${integration}`,
      description: [
        `${due} wait and are tried again until they are delivered.`,
        ...(lastError === undefined ? [] : [`The last attempt: ${lastError}`]),
      ].join(' '),
      runbook_url: `${runbooks}/${alertname}.md`,
    },
    startsAt: new Date(Math.min(...since)).toISOString(),
    endsAt: new Date(nowMs + limits.lastsMs).toISOString(),
  }
}

export const resolved = ({ labels }: Alarm, nowMs: number): PostableAlert => ({
  labels,
  endsAt: new Date(nowMs).toISOString(),
})

/** For the log. */
export const failedFor = ({ failed }: Alarm, nowMs: number) =>
  formatDuration(Math.max(0, ...failed.map((path) => failingMs(path, nowMs))))
