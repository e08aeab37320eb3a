/** Measures and logs attempts. */
import type { NotificationRow } from '../store/tables.ts'
import type { World } from '../world.ts'
import type { Delivery } from './delivery.ts'

export function createMeter({ metrics, clock, log }: World) {
  const total = metrics.counter('alertmanager_notifications_total', 'Attempts to notify.', [
    'integration',
  ])
  const failed = metrics.counter(
    'alertmanager_notifications_failed_total',
    'Attempts that failed.',
    ['integration', 'reason'],
  )
  const seconds = metrics.histogram(
    'alertmanager_notification_latency_seconds',
    'Time an attempt took.',
    { labels: ['integration'] },
  )
  return async (row: NotificationRow, run: () => Promise<readonly Delivery[]>) => {
    const { integration } = row
    const startedMs = clock.monotonicMs()
    const deliveries = await run()
    const tookMs = clock.monotonicMs() - startedMs
    total.inc({ integration })
    seconds.observe({ integration }, tookMs / 1000)
    const fields = {
      receiver: row.receiver,
      integration,
      group: row.group_key,
      key: row.id,
      tookMs,
    }
    for (const { outcome } of deliveries)
      if (outcome?.kind === 'failed') {
        failed.inc({ integration, reason: outcome.passing ? 'serverError' : 'clientError' })
        const { attempts } = row
        log.warn({ ...fields, attempts, reason: outcome.reason }, 'Notification was not taken')
      } else log.info(fields, 'Notification delivered')
    return deliveries.map((delivery) => ({ ...delivery, tookMs }))
  }
}
