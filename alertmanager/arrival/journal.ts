/** Stage `journal`: waits until what arrived would survive this process. */
import type { Stage } from '#lib/pipeline'
import type { Arrival } from '../alert.ts'
import type { ArrivalLog } from './arrival-log.ts'
import type { Roster } from './roster.ts'

export interface JournalWorld {
  readonly roster: Roster
  readonly arrivalLog: ArrivalLog
  readonly writer: {
    wake(): void
    /** Resolves once the store has every change up to `turn`; rejects while it is away. */
    stored(turn: number): Promise<void>
  }
  /**
   * Whether this machine's disk is enough. Where instances share a store it is not, as long as the
   * store is there: another one has to be able to take over at once.
   */
  readonly diskIsEnough: boolean
}

export function journal(world: JournalWorld): Stage<Arrival> {
  const { roster, arrivalLog, writer, diskIsEnough } = world
  return {
    name: 'journal',
    async run(batch) {
      const { turn } = roster.backlog
      const alerts = batch.flatMap(({ alert }) => alert ?? [])
      writer.wake()
      const onDisk = arrivalLog.append(alerts, turn)
      if (diskIsEnough) await onDisk.catch(() => writer.stored(turn))
      else await either(writer.stored(turn), onDisk)
      return batch
    },
  }
}

/** The second one counts where the first one fails; its own failure is heard only then. */
async function either(first: Promise<void>, second: Promise<void>): Promise<void> {
  second.catch(() => {})
  await first.catch(() => second)
}
