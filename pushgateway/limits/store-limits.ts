/** What groups may hold: one of them, and all together. */
import { fault } from '#api/errors'
import type { ZstoneError } from '#lib/errors'
import type { PushgatewaySettings } from '../settings.ts'
import type { GroupState } from '../store/state.ts'
import { exceeded } from './push-limits.ts'

export type StoreLimits = Pick<PushgatewaySettings['push'], 'seriesPerGroupMax' | 'seriesMax'>

export const noStoreLimits: StoreLimits = { seriesPerGroupMax: 0, seriesMax: 0 }

type Counted = Pick<GroupState, 'seriesCount'>

/** How many series `/metrics` shows of a group: its two times are there, too. */
export function shownSeries(state: Counted | undefined): number {
  return state === undefined ? 0 : state.seriesCount + 2
}

interface Change {
  readonly before: Counted | undefined
  readonly after: Counted | undefined
  /** Of all groups after it. */
  readonly total: number
}

/** A full store still takes what makes no group larger, or nobody could keep it up to date. */
export function storeExcess(
  { seriesPerGroupMax, seriesMax }: StoreLimits,
  { before, after, total }: Change,
): ZstoneError | undefined {
  const count = after?.seriesCount ?? 0
  if (seriesPerGroupMax > 0 && count > seriesPerGroupMax)
    return exceeded('series_per_group', `its group would have ${count} series`, {
      most: seriesPerGroupMax,
      flag: 'series-per-group-max',
    })
  const grows = shownSeries(after) > shownSeries(before)
  if (seriesMax === 0 || total <= seriesMax || !grows) return undefined
  return fault('PUSHGATEWAY_STORE_FULL', { found: total, most: seriesMax })
}
