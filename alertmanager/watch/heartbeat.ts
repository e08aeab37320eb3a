/** What a receiver gets to hear at regular times, so that its silence can be noticed. */
import type { Notification, NotifiedAlert } from '#api/alert'
import { fingerprint, formatLabels } from '#lib/labels'
import type { AlertConfig } from '../config/config.ts'
import { laneOf } from '../delivery/message.ts'
import { summaryOf, timeText } from '../delivery/notified.ts'
import type { PathName } from './path.ts'

const alertname = 'DeliveryHeartbeat'

/** Those of receivers whose label `heartbeat` is `true`. */
export function heartbeatPaths({ receivers }: Pick<AlertConfig, 'receivers'>): readonly PathName[] {
  return [...receivers.values()]
    .filter(({ labels }) => labels.heartbeat === 'true')
    .flatMap(({ name: receiver, integrations }) =>
      integrations.map(({ name: integration, index }) => {
        return { receiver, integration, index, kind: 'heartbeat' as const }
      }),
    )
}

export function heartbeatOf(
  { receiver, integration, index }: PathName,
  { nowMs, externalUrl }: { readonly nowMs: number; readonly externalUrl: string },
): Notification {
  const labels = { alertname, receiver, integration, severity: 'none' }
  const alert: NotifiedAlert = {
    status: 'firing',
    labels,
    annotations: {
      summary: `A heartbeat: notifications reach ${receiver} by ${integration}`,
      description: 'Nothing is wrong. When this stops coming, notifications do not come either.',
    },
    startsAt: timeText(nowMs),
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: fingerprint(labels),
  }
  return {
    version: '4',
    groupKey: `heartbeat:${formatLabels(labels)}`,
    truncatedAlerts: 0,
    receiver,
    groupLabels: { alertname },
    ...summaryOf([alert]),
    externalURL: externalUrl,
    idempotencyKey: `heartbeat-${laneOf(receiver, integration, index)}-${nowMs}`,
  }
}
