/** What a notification is told for: upstream's decision, and what only we know to tell. */
import { isFlappingName } from '../damping/flapping.ts'
import type { Reason, TellReason } from './decision.ts'
import type { FlushedAlert } from './flush.ts'

export interface News {
  readonly visible: readonly FlushedAlert[]
  /** By the names that receivers are told under. */
  readonly firing: readonly string[]
  readonly told: { readonly firing: readonly string[] } | undefined
}

/** An alert that is worse than when it was acknowledged is told, though it is no news else. */
export function reasonOf(decided: Reason | undefined, news: News): TellReason | undefined {
  const { visible, firing, told } = news
  if (visible.some(({ isWorse }) => isWorse)) return 'worsened'
  if (decided === undefined) return undefined
  const before = new Set(told?.firing)
  const now = new Set(firing)
  if (firing.some((name) => isFlappingName(name) && !before.has(name))) return 'flapping'
  const isOver = (name: string) => isFlappingName(name) && !now.has(name)
  return [...before].some(isOver) ? 'flapping ended' : decided
}

/** A repeat says nothing new, and somebody works on all that it would say. */
export function isHeld(reason: TellReason | undefined, visible: readonly FlushedAlert[]): boolean {
  return reason === 'repeat' && visible.every(({ resolved, ack }) => resolved || ack !== undefined)
}
