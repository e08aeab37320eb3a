/** Takes posted alerts in: concurrent posts share a transaction and are answered by its commit. */
import { type PostableAlert, traceAnnotation } from '#api/alert'
import type { Queue, WakeUp } from '#lib/queue/queue'
import type { Arrival } from '../alert.ts'
import { createJointSpans } from '../joint-spans.ts'
import { onArrival } from '../pipeline.ts'
import { type Coalescer, createCoalescer } from '../store/coalesce.ts'
import { inTransaction, isDataFault } from '../store/transaction.ts'
import { wakeAll } from '../wake.ts'
import type { World } from '../world.ts'

export interface Intake {
  /** Resolves once they are durable, with a reason for each alert that was refused. */
  post(alerts: readonly PostableAlert[]): Promise<readonly string[]>
  /** Runs `alone` while no alert is on its way in. */
  between<T>(alone: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

const limits = { alertsABatch: 2000, alertsWaiting: 50_000 }

export function createIntake(world: World, flushes: Queue): Intake {
  const received = world.metrics.counter(
    'alertmanager_alerts_received_total',
    'Alerts that clients posted.',
    ['status', 'version'],
  )
  const invalid = world.metrics.counter('alertmanager_alerts_invalid_total', 'Alerts refused.', [
    'version',
  ])
  for (const status of ['firing', 'resolved']) received.inc({ status, version: 'v2' }, 0)
  invalid.inc({ version: 'v2' }, 0)
  const spans = createJointSpans('alert arrival', world.tracer)
  const coalescer: Coalescer<Posted, readonly string[]> = createCoalescer({
    name: 'the alerts',
    sizeOf: ({ alerts }) => Math.max(1, alerts.length),
    batchSizeMax: limits.alertsABatch,
    waitingMax: limits.alertsWaiting,
    isItemsFault: isDataFault,
    run: (batch) => spans.run(batch.flatMap(traceKeysOf), () => store(batch, world, flushes)),
  })
  return {
    async post(alerts) {
      if (alerts.length === 0) return []
      const nowMs = world.clock.nowMs()
      for (const alert of alerts) received.inc({ status: phaseOf(alert, nowMs), version: 'v2' })
      const reasons = await coalescer.submit({ alerts, receivedAtMs: nowMs })
      invalid.inc({ version: 'v2' }, reasons.length)
      return reasons
    },
    between: coalescer.between,
    close: coalescer.idle,
  }
}

interface Posted {
  readonly alerts: readonly PostableAlert[]
  readonly receivedAtMs: number
}

async function store(
  batch: readonly Posted[],
  world: World,
  flushes: Queue,
): Promise<readonly (readonly string[])[]> {
  const reasons = batch.map(() => new Map<number, string>())
  const arrivals: readonly Arrival[] = batch.flatMap(({ alerts, receivedAtMs }, post) =>
    alerts.map((posted, i) => ({
      posted,
      receivedAtMs,
      refuse: (reason: string) => void reasons[post]?.set(i, reason),
    })),
  )
  const wakeUps = await inTransaction(world.db, world, async (tx) => {
    const collected: WakeUp[] = []
    const afterCommit = (wakeUp: WakeUp) => void collected.push(wakeUp)
    await onArrival({ ...world, tx, afterCommit, config: world.config() }).run(arrivals)
    return collected
  })
  wakeAll(flushes, wakeUps, world.log)
  return reasons.map((refused) => [...refused.values()])
}

function phaseOf({ endsAt }: PostableAlert, nowMs: number): 'firing' | 'resolved' {
  return endsAt !== undefined && Date.parse(endsAt) <= nowMs && !endsAt.startsWith('0001-')
    ? 'resolved'
    : 'firing'
}

const traceKeysOf = ({ alerts, receivedAtMs }: Posted) =>
  alerts.map((alert) => ({
    traceparent: alert.annotations?.[traceAnnotation],
    phase: phaseOf(alert, receivedAtMs),
  }))
