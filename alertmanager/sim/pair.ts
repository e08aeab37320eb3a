/** What each receiver heard of each alert, and by when it has to hear. */
import type { Labels } from '#lib/labels'
import { type Breach, margins } from './breach.ts'
import { hooks } from './config.ts'
import type { Facts } from './facts.ts'
import { calmOf, isSame, type Model, nameOf, reachable, type Slot } from './model.ts'
import type { Taken } from './network.ts'
import { both, covers, lastingFrom, meets, type Span, type Spans } from './spans.ts'

export interface Mention {
  readonly atMs: number
  readonly status: 'firing' | 'resolved'
  /** Whether the alertmanager knows that it was heard. */
  readonly isKnown: boolean
}

/** An alert, and an integration that has to be told of it as part of a group. */
export interface Pair {
  readonly alert: Labels
  readonly slot: Slot
  readonly where: string
  readonly wantsEnds: boolean
  readonly mentions: readonly Mention[]
  readonly model: Model
  readonly calm: Spans
  readonly facts: Facts
}

export function pairsOf(facts: Facts, model: Model): readonly Pair[] {
  const calm = calmOf(facts, margins.recoveryMs)
  return model.alerts.flatMap((alert) =>
    model.slotsOf(alert).flatMap((slot) =>
      (hooks[slot.receiver] ?? []).map((wantsEnds, i) => {
        const where = `/${slot.receiver}/${i}`
        const mentions = mentionsOf(facts.taken, alert, { ...slot, where })
        return { alert, slot, where, wantsEnds, mentions, model, calm, facts }
      }),
    ),
  )
}

function mentionsOf(
  taken: readonly Taken[],
  alert: Labels,
  { groupKey, where }: Slot & { readonly where: string },
): readonly Mention[] {
  return taken
    .filter((one) => one.where === where && one.notification.groupKey === groupKey)
    .flatMap(({ atMs, answeredMs, notification }) =>
      notification.alerts
        .filter(({ labels }) => isSame(labels, alert))
        .map(({ status }) => ({ atMs, status, isKnown: answeredMs !== undefined })),
    )
}

export const lastBy = (mentions: readonly Mention[], atMs: number) =>
  mentions.findLast((mention) => mention.atMs <= atMs)

/** The longest that a flush can be away, as configured at any time of `during`. */
export function timing({ model, alert, slot }: Pair, during: Span) {
  const used = model
    .routes(alert, slot)
    .filter(({ when }) => meets(when, during))
    .map(({ route }) => route)
  const flushMs = Math.max(...used.map(({ waitS, intervalS }) => Math.max(waitS, intervalS))) * 1000
  const repeatMs = Math.max(...used.map(({ repeatS }) => repeatS)) * 1000
  return { flushMs: flushMs + margins.slackMs, repeatMs }
}

/** When everything works on both sides, once a receiver has caught up. */
export function deadline({ calm, facts, slot }: Pair, fromMs: number): number | undefined {
  const atMs = lastingFrom(calm, fromMs, 0)
  if (atMs === undefined) return undefined
  const works = both(calm, reachable(facts, slot.receiver))
  const isUndisturbed = covers(works, { fromMs: fromMs - margins.outageMs, toMs: fromMs })
  const byMs = isUndisturbed ? fromMs : lastingFrom(works, fromMs, margins.outageMs)
  return byMs === undefined ? undefined : byMs + margins.slackMs
}

export const breach = ({ where, slot, alert }: Pair, promise: string, atMs: number): Breach => ({
  promise,
  atMs,
  about: nameOf(alert),
  where,
  groupKey: slot.groupKey,
})
