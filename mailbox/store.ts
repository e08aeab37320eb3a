/** The kept mails: one file each, in the order of arrival; one writer, so that a repeat is seen. */
import { join } from 'node:path'
import { fault } from '#api/errors'
import type { Clock } from '#lib/clock'
import { codeOf, messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import type { Random } from '#lib/random'
import { asideEnding, type Disk, place } from './disk.ts'
import { type MailSummary, type Place, summaryOf } from './mail.ts'
import type { OwnMetrics } from './own-metrics.ts'

export interface Store {
  /** Reads the folder again, as a crash may have left it. */
  load(): Promise<void>
  /** Returns once the mail is durable; a repeat of a kept Message-ID is kept already. */
  keep(bytes: Uint8Array): Promise<'kept' | 'repeated'>
  /** Newest first. */
  list(): readonly MailSummary[]
  find(id: string): MailSummary | undefined
  read(id: string): Promise<Buffer>
  /** Resolves when nothing is being written. */
  idle(): Promise<void>
}

export interface StoreWorld {
  readonly disk: Disk
  readonly folder: string
  readonly keepMax: number
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: OwnMetrics
}

export function createStore(world: StoreWorld): Store {
  const { disk, folder, clock, random, metrics } = world
  const shelf = createShelf()
  const inTurn = createTurns()
  let lastNumber = 0

  async function keep(bytes: Uint8Array): Promise<'kept' | 'repeated'> {
    const at = { number: lastNumber + 1, receivedAtMs: clock.nowMs(), suffix: random.hex(4) }
    const name = nameOf(at)
    const summary = await summaryOf(bytes, placeOf(name))
    if (shelf.has(summary.messageId)) return 'repeated'
    const startedMs = clock.monotonicMs()
    try {
      await place(disk, { folder, name, bytes })
    } catch (error) {
      throw fault('MAILBOX_DISK_REFUSED', { reason: reasonOf(error) }, error)
    }
    lastNumber = at.number
    metrics.durable({ tookMs: clock.monotonicMs() - startedMs, sizeBytes: bytes.length })
    shelf.put(summary)
    await dropOldest(world, shelf)
    metrics.holding(shelf.count())
    return 'kept'
  }
  return {
    async load() {
      const names = await namesIn(world)
      lastNumber = Number(names.at(-1)?.split('-')[0] ?? 0)
      for (const name of names.slice(-world.keepMax)) await take(world, shelf, name)
      for (const name of names.slice(0, -world.keepMax)) await drop(world, name)
      metrics.holding(shelf.count())
      world.log.info({ folder, mails: shelf.count() }, 'Mails read again')
    },
    keep: (bytes) => inTurn(() => keep(bytes)),
    list: shelf.list,
    find: shelf.find,
    read: (id) => disk.read(join(folder, `${id}${ending}`)),
    idle: () => inTurn(async () => {}),
  }
}

type Shelf = ReturnType<typeof createShelf>

/** The summaries in the order of arrival, and who has which Message-ID. */
function createShelf() {
  const mails = new Map<string, MailSummary>()
  const messageIds = new Set<string>()
  return {
    count: () => mails.size,
    list: () => [...mails.values()].reverse(),
    find: (id: string) => mails.get(id),
    has: (messageId: string | undefined) => messageId !== undefined && messageIds.has(messageId),
    oldest: () => mails.values().next().value,
    put(mail: MailSummary) {
      mails.set(mail.id, mail)
      if (mail.messageId !== undefined) messageIds.add(mail.messageId)
    },
    remove(mail: MailSummary) {
      mails.delete(mail.id)
      if (mail.messageId !== undefined) messageIds.delete(mail.messageId)
    },
  }
}

function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(run: () => Promise<T>): Promise<T> => {
    const result = last.then(run)
    last = result.catch(() => {})
    return result
  }
}

async function namesIn({ disk, folder }: StoreWorld): Promise<readonly string[]> {
  try {
    await disk.makeFolder(folder)
    const names = await disk.list(folder)
    for (const name of names) if (name.endsWith(asideEnding)) await disk.remove(join(folder, name))
    return names.filter((name) => namePattern.test(name)).sort()
  } catch (error) {
    throw fault('MAILBOX_FOLDER_UNUSABLE', { folder, reason: reasonOf(error) }, error)
  }
}

/** A second file with a known Message-ID is what a crash between two steps left: it goes. */
async function take(world: StoreWorld, shelf: Shelf, name: string): Promise<void> {
  try {
    const bytes = await world.disk.read(join(world.folder, name))
    const summary = await summaryOf(bytes, placeOf(name))
    if (shelf.has(summary.messageId)) await world.disk.remove(join(world.folder, name))
    else shelf.put(summary)
  } catch (error) {
    world.log.warn({ file: name, error: messageOf(error) }, 'Mail not read')
  }
}

/** A mail that cannot be dropped is left out of the list until the next start tries again. */
async function dropOldest(world: StoreWorld, shelf: Shelf): Promise<void> {
  while (shelf.count() > world.keepMax) {
    const oldest = shelf.oldest()
    if (oldest === undefined) return
    shelf.remove(oldest)
    await drop(world, `${oldest.id}${ending}`)
  }
}

async function drop({ disk, folder, log, metrics }: StoreWorld, name: string): Promise<void> {
  metrics.dropped()
  try {
    await disk.remove(join(folder, name))
  } catch (error) {
    log.warn({ file: name, error: messageOf(error) }, 'Dropped mail not removed')
  }
}

const ending = '.eml'
/** Number and time of arrival, and chance: the address of a page never means another mail. */
const namePattern = /^\d{10}-\d{1,15}-[0-9a-f]{8}\.eml$/

function nameOf(at: { number: number; receivedAtMs: number; suffix: string }): string {
  const number = String(at.number).padStart(10, '0')
  return `${number}-${Math.trunc(at.receivedAtMs)}-${at.suffix}${ending}`
}

function placeOf(name: string): Place {
  const id = name.slice(0, -ending.length)
  return { id, receivedAtMs: Number(id.split('-')[1]) }
}

/** `ENOSPC` and its like say enough; the rest of Node's sentence is paths. */
const reasonOf = (error: unknown) => String(codeOf(error) ?? messageOf(error))
