/** Stage `deliver`: hands each notification to its notifier, once, within the notifier's time. */
import type { Clock } from '#lib/clock'
import { formatDuration } from '#lib/duration'
import { messageOf } from '#lib/errors'
import type { Stage } from '#lib/pipeline'
import type { Tracer } from '#lib/trace'
import type { AlertConfig } from '../config/config.ts'
import type { Integration } from '../config/receiver.ts'
import type { Notifier, Outcome } from '../notifiers/notifier.ts'
import type { ClaimedRow, Delivery } from './delivery.ts'
import { traceOf } from './message.ts'

export interface DeliverWorld {
  readonly clock: Clock
  readonly tracer: Tracer
  /** The open notifier of an integration; the same one for as long as the configuration stands. */
  readonly notifierOf: (integration: Integration) => Notifier
  readonly config: () => AlertConfig
}

export function deliver(world: DeliverWorld): Stage<Delivery> {
  return {
    name: 'deliver',
    run: (batch) =>
      Promise.all(
        batch.map(async ({ row, integration }) =>
          integration === undefined
            ? { row, integration }
            : {
                row,
                integration,
                outcome: await attempt(row, world.notifierOf(integration), world),
              },
        ),
      ),
  }
}

export type Attempted = Pick<
  ClaimedRow,
  'id' | 'payload' | 'receiver' | 'group_key' | 'integration' | 'attempts' | 'memory'
>

export async function attempt(
  row: Attempted,
  notifier: Notifier,
  world: DeliverWorld,
): Promise<Outcome> {
  const attributes = {
    receiver: row.receiver,
    group: row.group_key,
    attempt: row.attempts,
    idempotencyKey: row.id,
  }
  const parent = traceOf(row.payload)
  const name = `deliver ${row.integration}`
  return world.tracer.span(name, { parent, attributes }, async (span) => {
    const outcome = await withinTime(notifier, world.clock, (signal) =>
      notifier.send(
        {
          notification: row.payload,
          traceparent: span.traceparent,
          sentAtMs: world.clock.nowMs(),
          render: world.config().templates.renderOf(row.payload, world.clock.nowMs),
          memory: row.memory ?? {},
        },
        signal,
      ),
    )
    span.set('outcome', outcome.kind)
    if (outcome.kind === 'failed') span.set('reason', outcome.reason)
    return outcome
  })
}

/** A notifier that outlives its time, or throws, has failed; the attempt ends all the same. */
async function withinTime(
  { timeoutMs }: Notifier,
  clock: Clock,
  send: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const stop = new AbortController()
  const reason = `no answer within ${formatDuration(timeoutMs)}`
  let timer = { cancel() {} }
  const tooLate = new Promise<Outcome>((resolve) => {
    timer = clock.after(timeoutMs, () => {
      stop.abort()
      resolve({ kind: 'failed', passing: true, reason })
    })
  })
  try {
    return await Promise.race([send(stop.signal), tooLate])
  } catch (error) {
    return { kind: 'failed', passing: true, reason: messageOf(error) }
  } finally {
    timer.cancel()
  }
}
