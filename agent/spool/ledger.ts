/**
 * What waits, and what became of the rest. At any time: found + added = waiting + delivered + lost.
 */
import { type Entry, spaceOf } from './entry.ts'

/** Why a tick was lost. */
const losses = ['size', 'age', 'disk_full', 'disk_error', 'damaged', 'refused'] as const
export type Loss = (typeof losses)[number]
export type Removal = 'delivered' | Loss

export interface LedgerState {
  readonly ticks: number
  /** Of the disk, in whole blocks. */
  readonly sizeBytes: number
  readonly oldestAtMs: number | undefined
  /** Handed to the spool, also where the disk then did not take it. */
  readonly added: number
  readonly delivered: number
  readonly dropped: Readonly<Record<Loss, number>>
}

export interface Ledger {
  oldest(): Entry | undefined
  add(entry: Entry): void
  /** It never came to the disk. */
  addLost(why: Loss): void
  /** False: it went already. */
  remove(entry: Entry, why: Removal): boolean
  state(): LedgerState
}

export function createLedger(found: readonly Entry[]): Ledger {
  const entries = [...found]
  const none = Object.fromEntries(losses.map((loss) => [loss, 0]))
  const dropped = none as Record<Loss, number> // Each of them is there.
  let sizeBytes = entries.reduce((sum, entry) => sum + spaceOf(entry), 0)
  let added = 0
  let delivered = 0
  return {
    oldest: () => entries[0],
    add(entry) {
      entries.push(entry)
      sizeBytes += spaceOf(entry)
      added++
    },
    addLost(why) {
      added++
      dropped[why]++
    },
    remove({ number }, why) {
      const at = entries.findIndex((each) => each.number === number)
      const [entry] = at === -1 ? [] : entries.splice(at, 1)
      if (entry === undefined) return false
      sizeBytes -= spaceOf(entry)
      if (why === 'delivered') delivered++
      else dropped[why]++
      return true
    },
    state: () => ({
      ticks: entries.length,
      sizeBytes,
      oldestAtMs: entries[0]?.atMs,
      added,
      delivered,
      dropped: { ...dropped },
    }),
  }
}
