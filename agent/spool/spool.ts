/**
 * Ticks that wait on the disk until somebody takes them, one file each, in the order of their
 * arrival. Bounded in size and age: the oldest go first, and each loss is counted by its reason.
 */

import { join } from 'node:path'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { isDiskFull } from '#lib/disk'
import { codeOf, messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { createComplaint } from '../complaint.ts'
import type { Tick } from '../tick.ts'
import { type Entry, nameOf, spaceOf } from './entry.ts'
import { findEntries, type Place, readEntry, writeEntry } from './files.ts'
import { createLedger, type LedgerState, type Loss, type Removal } from './ledger.ts'
import { packTick } from './tick-file.ts'

export interface Spool {
  /** Resolves when the tick is on the disk, or is counted as lost. Never rejects. One at a time. */
  append(tick: Tick): Promise<void>
  /** The oldest that is sound; undefined where nothing waits. */
  first(): Promise<Waiting | undefined>
  /** It was taken, or never will be. */
  remove(entry: Entry, why: Removal): Promise<void>
  state(): LedgerState
}

export interface Waiting {
  readonly entry: Entry
  readonly tick: Tick
}

export interface SpoolOptions extends Place {
  /** Of the disk, in whole blocks. */
  readonly sizeBytesMax: number
  readonly ageMsMax: number
  readonly clock: Clock
  readonly log: Log
}

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk, folder, sizeBytesMax, ageMsMax, clock, log } = options
  const found = await findEntries(options)
  const ledger = createLedger(found)
  let nextNumber = (found.at(-1)?.number ?? 0) + 1
  const { tell } = createComplaint({
    log: log.child({ folder }),
    fails: 'Ticks cannot be kept on the disk; they are lost',
    works: 'Ticks are kept on the disk again',
  })
  const remove = async (entry: Entry, why: Removal) => {
    if (!ledger.remove(entry, why)) return
    // Where it cannot be removed, the next start finds it and sends it again, which does no harm.
    await disk.remove(join(folder, nameOf(entry))).catch((error) => tell(messageOf(error)))
  }
  const dropWhile = async (why: Loss, isTooMuch: (oldest: Entry) => boolean) => {
    for (;;) {
      const oldest = ledger.oldest()
      if (oldest === undefined || !isTooMuch(oldest)) return
      await remove(oldest, why)
    }
  }
  const dropOld = () => dropWhile('age', ({ atMs }) => clock.nowMs() - atMs > ageMsMax)
  /** Others may have filled the disk: what is oldest here gives way. */
  const writeOrGiveWay = async (entry: Entry, file: Buffer) => {
    for (;;)
      try {
        await writeEntry(options, entry, file)
        return ledger.add(entry)
      } catch (error) {
        const oldest = ledger.oldest()
        if (!isDiskFull(error) || oldest === undefined) throw error
        await remove(oldest, 'disk_full')
      }
  }
  const write = async (tick: Tick) => {
    const file = await packTick(tick)
    const entry = { number: nextNumber++, atMs: Math.round(tick.atMs), sizeBytes: file.length }
    const sizeBytes = spaceOf(entry)
    if (sizeBytes > sizeBytesMax) throw fault('SPOOL_TOO_SMALL', { sizeBytes, sizeBytesMax })
    await dropOld()
    await dropWhile('size', () => ledger.state().sizeBytes + sizeBytes > sizeBytesMax)
    await writeOrGiveWay(entry, file)
  }
  return {
    append: (tick) =>
      write(tick).then(
        () => tell(undefined),
        (error) => {
          ledger.addLost(lossOf(error))
          tell(messageOf(error))
        },
      ),
    async first() {
      await dropOld()
      for (;;) {
        const entry = ledger.oldest()
        if (entry === undefined) return undefined
        const tick = await readEntry(options, entry).catch(() => undefined)
        if (tick !== undefined) return { entry, tick }
        await remove(entry, 'damaged')
        log.warn({ folder, file: nameOf(entry) }, 'A tick in the spool is damaged; it is lost')
      }
    },
    remove,
    state: ledger.state,
  }
}

function lossOf(error: unknown): Loss {
  if (isDiskFull(error)) return 'disk_full'
  return codeOf(error) === 'SPOOL_TOO_SMALL' ? 'size' : 'disk_error'
}
