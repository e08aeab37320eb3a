/** `--alerts.per-alertname-limit`: how many alerts of one name there may be. */
import type { PostableAlert } from '#api/alert'
import { fingerprint } from '#lib/labels'
import type { Metrics } from '#lib/metrics'
import type { Roster } from '../arrival/roster.ts'

export interface NameLimit {
  /** Those that are known or for which there is room; the others are dropped and counted. */
  admitted(alerts: readonly PostableAlert[]): readonly PostableAlert[]
}

interface NameLimitWorld {
  readonly roster: Roster
  readonly metrics: Metrics
}

export function createNameLimit(most: number, { roster, metrics }: NameLimitWorld): NameLimit {
  metrics.gauge('alertmanager_alerts_per_alert_limit', 'Alerts of one name; 0: no limit.').set(most)
  const dropped = metrics.counter(
    'alertmanager_alerts_limited_total',
    'Alerts not taken because there are too many of their name.',
  )
  if (most <= 0) return { admitted: (alerts) => alerts }
  const known = new Map<string, string>()
  const counts = new Map<string, number>()
  const add = (name: string, by: number) => {
    const count = (counts.get(name) ?? 0) + by
    if (count === 0) counts.delete(name)
    else counts.set(name, count)
  }
  roster.watch({
    put(alert) {
      if (known.has(alert.fingerprint)) return
      const name = alert.labels.alertname ?? ''
      known.set(alert.fingerprint, name)
      add(name, 1)
    },
    drop(id) {
      const name = known.get(id)
      if (name === undefined) return
      known.delete(id)
      add(name, -1)
    },
  })
  return {
    admitted(alerts) {
      const coming = new Map<string, Set<string>>()
      return alerts.filter(({ labels }) => {
        const id = fingerprint(labels)
        if (known.has(id)) return true
        const name = labels.alertname ?? ''
        const others = coming.get(name) ?? new Set()
        const hasRoom = others.has(id) || (counts.get(name) ?? 0) + others.size < most
        if (hasRoom) coming.set(name, others.add(id))
        else dropped.inc()
        return hasRoom
      })
    },
  }
}
