/** A flush in a rehearsal: the stages of a real one, and a log of what was told in memory. */
import { isResolved } from '../alert.ts'
import type { Integration } from '../config/receiver.ts'
import { planFor, slotKey } from '../flush/dedup.ts'
import type { Flush, Plan } from '../flush/flush.ts'
import { inhibit } from '../flush/inhibit.ts'
import type { Inhibition } from '../flush/inhibition.ts'
import { mute } from '../flush/mute.ts'
import { expiryOf } from '../flush/outbox.ts'
import { silence } from '../flush/silence.ts'
import { integrationName } from '../history/event.ts'
import type { SilenceIndex } from '../silences/silences.ts'
import type { LogRow, Slot } from '../store/tables.ts'
import { type RehearsedGroup, wakeFrom } from './group.ts'
import type { RehearsedNotification } from './notification.ts'

export interface Flusher {
  /** What was told to an earlier group of its name is known for a while. */
  begin(group: RehearsedGroup, atMs: number): void
  /** Gives when to flush it next, if nothing arrives until then. */
  flush(group: RehearsedGroup, atMs: number): Promise<number>
}

export interface FlusherOptions {
  readonly inhibition: Inhibition
  readonly silences: SilenceIndex
  /** How long it is known what was told. */
  readonly retentionMs: number
  readonly tell: (notification: RehearsedNotification) => void
}

type Told = Pick<LogRow, 'firing' | 'resolved' | 'held' | 'sent_at' | 'expires_at'>

export function createFlusher({ tell, retentionMs, ...holding }: FlusherOptions): Flusher {
  const log = new Map<string, Told>()
  const heed = (plan: Plan | undefined, { group }: Flush) => {
    if (plan?.kind !== 'tell' && plan?.kind !== 'forget') return
    const { slot, firing, resolved, held } = plan
    const { atMs: nowMs, route } = group
    const expires_at = expiryOf(route.repeatIntervalMs, { nowMs, retentionMs })
    log.set(slotKey(slot), { firing, resolved, held, sent_at: new Date(nowMs), expires_at })
    if (plan.kind === 'tell') tell(notificationOf(plan, group))
  }
  return {
    begin(group, atMs) {
      for (const key of slotsOf(group).map(({ slot }) => slotKey(slot)))
        if ((log.get(key)?.expires_at.getTime() ?? 0) <= atMs) log.delete(key)
    },
    async flush(group, atMs) {
      group.flushMs = atMs
      group.isFlushed = true
      const stages = [inhibit({ ...holding, nowMs: atMs }), mute({ nowMs: atMs })]
      let batch: readonly Flush[] = [flushOf(group, atMs)]
      for (const stage of [...stages, silence({ ...holding, nowMs: atMs })])
        batch = await stage.run(batch)
      const slots = slotsOf(group)
      for (const flush of batch)
        for (const { integration, slot } of slots) {
          const told = log.get(slotKey(slot))
          heed(planFor({ flush, integration, slot, told, due: undefined }), flush)
        }
      for (const [key, alert] of group.members)
        if (isResolved(alert, atMs)) group.members.delete(key)
      return nextOf(
        group,
        slots.map(({ slot }) => log.get(slotKey(slot))),
      )
    },
  }
}

function flushOf(group: RehearsedGroup, atMs: number): Flush {
  const members = [...group.members.values()]
  const nextFlushAt = new Date(atMs + group.route.groupIntervalMs)
  return {
    group: { ...group, atMs, epoch: atMs, nextFlushAt },
    alerts: members.map((alert) => ({ alert, resolved: isResolved(alert, atMs) })),
    plans: [],
  }
}

const slotsOf = (group: RehearsedGroup) =>
  group.receiver.integrations.map((integration) => ({
    integration,
    slot: slotOf(group, integration),
  }))

const slotOf = ({ id }: RehearsedGroup, { name, index }: Integration): Slot => ({
  group_id: id,
  integration: name,
  integration_index: index,
})

type Telling = Extract<Plan, { kind: 'tell' }>

function notificationOf(
  { slot, alerts, reason }: Telling,
  { atMs, key, labels, receiver }: Flush['group'],
): RehearsedNotification {
  const labelsOf = (isOver: boolean) =>
    alerts.filter(({ resolved }) => resolved === isOver).map(({ alert }) => alert.labels)
  return {
    ...{ atMs, receiver: receiver.name, integration: integrationName(slot) },
    ...{ groupKey: key, groupLabels: labels, reason },
    ...{ firing: labelsOf(false), resolved: labelsOf(true) },
  }
}

/** Hours may change at any flush; else nothing happens until it is time to repeat something. */
function nextOf(group: RehearsedGroup, told: readonly (Told | undefined)[]): number {
  const { route } = group
  if (route.activeTimes.length > 0 || route.muteTimes.length > 0)
    return group.flushMs + route.groupIntervalMs
  const repeats = told.flatMap((one) =>
    one === undefined || one.firing.length === 0
      ? []
      : [one.sent_at.getTime() + route.repeatIntervalMs + 1],
  )
  return repeats.length === 0 ? Number.POSITIVE_INFINITY : wakeFrom(group, Math.min(...repeats))
}
