/** What the mailbox measures of itself. */
import type { Metrics } from '#lib/metrics'

export type Outcome = 'kept' | 'repeated' | 'oversize' | 'refused' | 'aborted'

export interface OwnMetrics {
  /** A mail came, and what became of it. */
  received(outcome: Outcome): void
  durable(mail: { tookMs: number; sizeBytes: number }): void
  dropped(): void
  /** How many mails are kept now. */
  holding(count: number): void
}

export function createOwnMetrics(metrics: Metrics): OwnMetrics {
  const received = metrics.counter(
    'zstone_mailbox_received_mails_total',
    'Mails that senders began to hand over, by what became of them.',
    ['outcome'],
  )
  const bytes = metrics.counter('zstone_mailbox_kept_bytes_total', 'Bytes of mails that were kept.')
  const seconds = metrics.histogram(
    'zstone_mailbox_keep_duration_seconds',
    'Time until a received mail was durable.',
  )
  const dropped = metrics.counter(
    'zstone_mailbox_dropped_mails_total',
    'Old mails that made room for new ones.',
  )
  const holding = metrics.gauge('zstone_mailbox_kept_mails', 'Mails that are kept now.')
  return {
    received: (outcome) => received.inc({ outcome }),
    durable({ tookMs, sizeBytes }) {
      seconds.observe(tookMs / 1000)
      bytes.inc(sizeBytes)
    },
    dropped: () => dropped.inc(),
    holding: (count) => holding.set(count),
  }
}
