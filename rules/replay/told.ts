/** What is different between the notifications of two sets of rules. */
import { type Labels, labelsKey } from '#lib/labels'
import type { Life } from './lives.ts'

/** Tells in simulated time what receivers would have been told of these alerts. */
export type Rehearse = (alerts: readonly ToldAlert[]) => Promise<readonly ToldNotification[]>

export interface ToldAlert {
  readonly labels: Labels
  readonly startsAtMs: number
  readonly endsAtMs?: number
  /** It fired before the window. */
  readonly isOlder?: boolean
}

export interface ToldNotification {
  readonly atMs: number
  readonly receiver: string
  readonly integration: string
  readonly groupKey: string
  readonly groupLabels: Labels
  readonly reason: string
  readonly firing: readonly Labels[]
  readonly resolved: readonly Labels[]
}

export interface ToldDifference {
  readonly receivers: readonly ReceiverTotals[]
  readonly onlyBefore: readonly ToldNotification[]
  readonly onlyAfter: readonly ToldNotification[]
}

export interface ReceiverTotals {
  readonly receiver: string
  readonly integration: string
  readonly before: ToldTotals
  readonly after: ToldTotals
}

export interface ToldTotals {
  readonly notifications: number
  /** Of these, those that tell of something that fires. */
  readonly firing: number
}

/** What fired of it. Server-wide labels are added where an alert has no such label. */
export const toldAlertsOf = (lives: readonly Life[], externalLabels: Labels) =>
  lives.flatMap(({ labels, firedMs, beganMs, endedMs, isOlder }): ToldAlert[] => {
    if (firedMs === undefined) return []
    return [
      {
        labels: { ...externalLabels, ...labels },
        startsAtMs: firedMs,
        ...(endedMs === undefined ? {} : { endsAtMs: endedMs }),
        isOlder: isOlder && firedMs === beganMs,
      },
    ]
  })

export function toldDifference(
  before: readonly ToldNotification[],
  after: readonly ToldNotification[],
): ToldDifference {
  const ways = new Map([...before, ...after].map((one) => [wayOf(one), one]))
  const receivers = [...ways].map(([way, { receiver, integration }]) => ({
    ...{ receiver, integration },
    before: totalsOf(before.filter((one) => wayOf(one) === way)),
    after: totalsOf(after.filter((one) => wayOf(one) === way)),
  }))
  return {
    receivers: receivers.sort((a, b) => (wayOf(a) < wayOf(b) ? -1 : 1)),
    onlyBefore: without(before, after),
    onlyAfter: without(after, before),
  }
}

const wayOf = ({ receiver, integration }: Pick<ToldNotification, 'receiver' | 'integration'>) =>
  `${receiver} ${integration}`

const totalsOf = (all: readonly ToldNotification[]): ToldTotals => ({
  notifications: all.length,
  firing: all.filter(({ firing }) => firing.length > 0).length,
})

/** The same is what says the same to the same receiver at the same time. */
function without(
  all: readonly ToldNotification[],
  others: readonly ToldNotification[],
): readonly ToldNotification[] {
  const known = new Set(others.map(contentOf))
  return all.filter((one) => !known.has(contentOf(one)))
}

function contentOf(one: ToldNotification): string {
  const sorted = (all: readonly Labels[]) => all.map(labelsKey).sort()
  const { atMs, groupKey, firing, resolved } = one
  return JSON.stringify([wayOf(one), groupKey, atMs, sorted(firing), sorted(resolved)])
}
