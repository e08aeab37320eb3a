/** Sends a notification that says it is a test to one receiver, as a real one would go. */
import type { Notification, NotifiedAlert } from '#api/alert'
import { fault } from '#api/errors'
import { fingerprint, formatLabels, type Labels } from '#lib/labels'
import type { Random } from '#lib/random'
import type { AlertConfig } from '../config/config.ts'
import type { Integration } from '../config/receiver.ts'
import { attempt, type DeliverWorld } from '../delivery/deliver.ts'
import { summaryOf, timeText } from '../delivery/notified.ts'
import type { Outcome } from './notifier.ts'

export interface TestSend {
  readonly receiver: string
  /** Default: all integrations of the receiver. */
  readonly only?: { readonly integration: string; readonly index?: number }
  /** What the invented alert carries besides its mark. */
  readonly labels?: Labels
  /** `resolved` ends the incident that `firing` with the same labels began. */
  readonly status?: 'firing' | 'resolved'
}

export interface TestOutcome {
  readonly integration: string
  readonly index: number
  readonly idempotencyKey: string
  readonly tookMs: number
  readonly outcome: Outcome
}

export interface TestSendWorld extends DeliverWorld {
  readonly random: Random
  readonly config: () => AlertConfig
  readonly externalUrl: string
}

/** One attempt on each integration, all at once. Nothing is stored, retried or counted. */
export async function testSend(
  request: TestSend,
  world: TestSendWorld,
): Promise<readonly TestOutcome[]> {
  return Promise.all(
    chosen(request, world.config()).map(async ({ name, index, ...integration }) => {
      const idempotencyKey = `test-${world.random.hex(16)}`
      const notification = testNotification(request, { ...world, idempotencyKey })
      const row = {
        id: idempotencyKey,
        payload: notification,
        receiver: request.receiver,
        group_key: notification.groupKey,
        integration: name,
        attempts: 1,
        memory: {},
      }
      const startedMs = world.clock.monotonicMs()
      const notifier = world.notifierOf({ ...integration, name, index })
      const outcome = await attempt(row, notifier, world)
      const tookMs = world.clock.monotonicMs() - startedMs
      return { integration: name, index, idempotencyKey, tookMs, outcome }
    }),
  )
}

function chosen({ receiver, only }: TestSend, { receivers }: AlertConfig): readonly Integration[] {
  const found = receivers.get(receiver)
  if (found === undefined) throw fault('RECEIVER_NOT_FOUND', { receiver })
  if (only === undefined) return found.integrations
  const { integration, index } = only
  const those = found.integrations.filter(
    (one) => one.name === integration && (index === undefined || one.index === index),
  )
  if (those.length === 0)
    throw fault('INTEGRATION_NOT_FOUND', {
      receiver,
      integration: `${integration}[${index ?? 0}]`,
      known: found.integrations.map((one) => `${one.name}[${one.index}]`).join(', ') || 'none',
    })
  return those
}

/**
 * The alert never bears the name of a real one alone: whoever acts on names, as the master does
 * with its runbooks, must not act on a test. Its group is none that a route can make.
 */
function testNotification(
  { receiver, labels: given = {}, status = 'firing' }: TestSend,
  { clock, externalUrl, idempotencyKey }: TestSendWorld & { readonly idempotencyKey: string },
): Notification {
  const { alertname, ...others } = given
  const name = alertname === undefined ? 'TestNotification' : `Test of ${alertname}`
  const labels = { ...others, alertname: name, zstone_test: 'true' }
  const now = timeText(clock.nowMs())
  const alert: NotifiedAlert = {
    status,
    labels,
    annotations: {
      summary: 'This is a test notification: nothing is wrong',
      description: `Somebody tries whether receiver ${receiver} is reached. There is nothing to do.`,
    },
    startsAt: now,
    endsAt: status === 'resolved' ? now : '0001-01-01T00:00:00Z',
    generatorURL: '',
    fingerprint: fingerprint(labels),
  }
  return {
    version: '4',
    groupKey: `test:${formatLabels(labels)}`,
    truncatedAlerts: 0,
    receiver,
    groupLabels: { alertname: name },
    ...summaryOf([alert]),
    externalURL: externalUrl,
    idempotencyKey,
  }
}
