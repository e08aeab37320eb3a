/** The mailbox as one thing: a mail server that keeps what it is given, and shows it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { assert } from '#lib/assert'
import type { Clock } from '#lib/clock'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import type { Random } from '#lib/random'
import { type Disk, realDisk } from './disk.ts'
import { createHandler } from './handler.ts'
import type { MailSummary } from './mail.ts'
import { createOwnMetrics } from './own-metrics.ts'
import { openReceiver, type Receiver } from './receive.ts'
import type { MailboxSettings } from './settings.ts'
import { createStore } from './store.ts'

export interface Mailbox {
  /** Reads the folder again, then takes mail. */
  start(): Promise<void>
  /** `host:port` that was really taken; known once `start` has returned. */
  readonly smtpAddress: string
  /** Newest first. */
  list(): readonly MailSummary[]
  /** Answers a request if its path is `/mail` or below; says whether it was. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Takes no further mail; what is being written is finished. */
  close(): Promise<void>
}

export interface MailboxOptions extends Omit<MailboxSettings, 'listenAddress'> {
  /** Where the mails are; nobody else writes there. */
  readonly folder: string
  /** `host:port` for SMTP; port 0 takes a free one. */
  readonly address: string
  /** The flag that changes the address, for the error. */
  readonly flag: string
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly metrics: Metrics
  readonly disk?: Disk
}

export function createMailbox(options: MailboxOptions): Mailbox {
  const { folder, address, flag, clock, random, log, disk = realDisk } = options
  const metrics = createOwnMetrics(options.metrics)
  const { keepMax, sizeBytesMax } = options
  const store = createStore({ disk, folder, keepMax, clock, random, log, metrics })
  let receiver: Receiver | undefined
  const smtpAddress = () => receiver?.address ?? address
  return {
    async start() {
      await store.load()
      const world = { keep: store.keep, sizeBytesMax, log, metrics }
      receiver = await openReceiver(world, { name: 'the mailbox', address, flag })
      log.info({ address: receiver.address }, 'Taking mail on')
    },
    get smtpAddress() {
      assert(receiver !== undefined, 'the mailbox has an address once it has started')
      return receiver.address
    },
    list: store.list,
    handle: createHandler({ store, clock, log, smtpAddress }),
    async close() {
      await receiver?.close()
      await store.idle()
    },
  }
}
