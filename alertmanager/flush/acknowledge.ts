/**
 * Stage `acknowledge`: marks alerts that somebody works on, and ends the acknowledgements of those
 * that are worse now. What is held back of marked ones is the repeat, which `dedup` decides.
 */
import type { Stage } from '#lib/pipeline'
import type { AckIndex } from '../acks/acks.ts'
import { type Ending, endingsOf, isWorsening } from '../acks/endings.ts'
import type { Flush } from './flush.ts'

export interface AcknowledgeWorld {
  readonly acks: {
    /** Brought up to date with the store before the list runs. */
    readonly index: AckIndex
  }
  /** Ends them in the transaction of the flush; answers with those that were not ended yet. */
  readonly endAcks: (endings: readonly Ending[]) => Promise<readonly Ending[]>
}

export function acknowledge({ acks: { index }, endAcks }: AcknowledgeWorld): Stage<Flush> {
  return {
    name: 'acknowledge',
    async run(batch) {
      if (index.size === 0) return batch
      const found = batch.flatMap((flush) => endingsOf(flush, index))
      const over = new Set(found.map(({ ack }) => ack.id))
      const ended = found.length === 0 ? [] : await endAcks(found)
      const worse = new Set(
        ended.filter(({ because }) => isWorsening(because)).map((ending) => ending.worse),
      )
      return batch.map((flush) => ({ ...flush, alerts: flush.alerts.map(mark(flush)) }))

      function mark({ group }: Flush) {
        return (entry: Flush['alerts'][number]) => {
          const { fingerprint } = entry.alert
          if (worse.has(fingerprint) && !entry.resolved) return { ...entry, isWorse: true as const }
          const ack = index.of(fingerprint, group.atMs)
          return ack === undefined || over.has(ack.id) ? entry : { ...entry, ack: ack.id }
        }
      }
    },
  }
}
