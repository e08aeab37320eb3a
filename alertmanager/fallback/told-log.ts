/**
 * What was told from memory, on this machine's disk until the store's notification log has it: a
 * crash while the store is away would else make us tell it again as if it were new.
 */
import path from 'node:path'
import { checkedLine, readCheckedLines } from '#lib/checked-lines'
import type { Disk, DiskFile } from '#lib/disk'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { ToldFromMemory } from './slots.ts'

export interface ToldLog {
  /** What an earlier life left, oldest first. */
  read(): Promise<readonly ToldFromMemory[]>
  /** Resolves when it is on disk, or when the disk does not take it, which is said in the log. */
  add(told: ToldFromMemory): Promise<void>
  /** The store has all of it. */
  clear(): Promise<void>
}

export interface ToldLogWorld {
  readonly folder: string
  readonly disk: Disk
  readonly log: Log
}

const isOurs = (name: string) => /^told-\d+\.log$/.test(name)

/** Each life begins a file, and so does who met an error: nothing is written behind a torn line. */
export function createToldLog({ folder, disk, log }: ToldLogWorld): ToldLog {
  let handle: DiskFile | undefined
  let number = 1
  let turn: Promise<void> = Promise.resolve()

  const names = async () => (await disk.list(folder)).filter(isOurs).sort()
  const openNext = async () => {
    const name = `told-${String(number++).padStart(10, '0')}.log`
    handle = await disk.open(path.join(folder, name))
    await disk.syncFolder(folder)
    return handle
  }
  const leave = async () => {
    const left = handle
    handle = undefined
    await left?.close().catch(() => {})
  }
  const put = async (told: ToldFromMemory) => {
    try {
      const file = handle ?? (await openNext())
      await file.append(checkedLine(told))
      await file.sync()
    } catch (error) {
      log.error({ error: messageOf(error) }, 'Cannot keep on this disk what was told')
      await leave()
    }
  }
  const removeAll = async () => {
    await leave()
    for (const name of await names()) await disk.remove(path.join(folder, name))
    await disk.syncFolder(folder)
  }
  const next = (work: () => Promise<void>) => {
    const mine = turn.then(work)
    turn = mine.catch(() => {})
    return mine
  }
  return {
    async read() {
      const rows: ToldFromMemory[] = []
      for (const name of await names()) {
        number = 1 + Number.parseInt(name.slice('told-'.length), 10)
        for (const row of await readCheckedLines<Written>(disk, path.join(folder, name))) {
          const times = { sent_at: new Date(row.sent_at), expires_at: new Date(row.expires_at) }
          rows.push({ ...row, ...times })
        }
      }
      return rows
    },
    add: (told) => next(() => put(told)),
    clear: () => next(removeAll),
  }
}

/** Times are texts there. */
type Written = Omit<ToldFromMemory, 'sent_at' | 'expires_at'> & {
  readonly sent_at: string
  readonly expires_at: string
}
