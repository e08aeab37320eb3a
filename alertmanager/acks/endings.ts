/**
 * Which acknowledgements end by what a flush sees: a pure function. An alert is worse than when it
 * was acknowledged when one that differs in `severity` only fires with a higher one, when it fires
 * again after it was resolved, and when others have joined its group since.
 */
import type { Flush, FlushedAlert } from '../flush/flush.ts'
import type { Ack, AckIndex, EndReason, Worsening } from './acks.ts'
import { isWorse } from './severity.ts'

export interface Ending {
  readonly ack: Ack
  readonly because: EndReason
  /** The alert that is worse: the acknowledged one, or the one with the higher severity. */
  readonly worse: string
}

export const isWorsening = (because: EndReason): because is Worsening =>
  because === 'severity rose' || because === 'fired again' || because === 'others joined'

/** At most one for each acknowledgement. */
export function endingsOf(
  { group, alerts }: Pick<Flush, 'group' | 'alerts'>,
  acks: Pick<AckIndex, 'of' | 'ofFamily' | 'size'>,
): readonly Ending[] {
  if (acks.size === 0) return []
  const endings = new Map<string, Ending>()
  const end = (ending: Ending) => {
    if (!endings.has(ending.ack.id)) endings.set(ending.ack.id, ending)
  }
  const telling = alerts.filter(({ resolved, heldBy }) => !resolved && heldBy === undefined)
  for (const entry of telling)
    for (const ack of acks.ofFamily(entry.alert.labels, group.atMs))
      if (isWorse(entry.alert.labels, ack.labels) && beganMs(entry) > ack.createdAtMs)
        end({ ack, because: 'severity rose', worse: entry.alert.fingerprint })
  const lastJoinedMs = Math.max(...telling.map(beganMs))
  for (const entry of alerts) {
    const { fingerprint } = entry.alert
    const ack = acks.of(fingerprint, group.atMs)
    if (ack === undefined) continue
    const because = endOf(entry, ack, lastJoinedMs)
    if (because !== undefined) end({ ack, because, worse: fingerprint })
  }
  return [...endings.values()]
}

function endOf(
  entry: FlushedAlert,
  { createdAtMs }: Ack,
  lastJoinedMs: number,
): EndReason | undefined {
  if (entry.resolved) return 'resolved'
  if (beganMs(entry) > createdAtMs) return 'fired again'
  return lastJoinedMs > createdAtMs ? 'others joined' : undefined
}

/** When it became known that it fires. */
const beganMs = ({ alert, changedAtMs = [] }: FlushedAlert) =>
  changedAtMs.at(-1) ?? alert.startsAtMs
