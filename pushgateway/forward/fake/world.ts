/** A store, a forwarder and a receiver around it, on a clock that stands still. */
import { createManualClock, type ManualClock } from '#lib/clock'
import { readConfig } from '#lib/config'
import { type Log, silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { seededRandom } from '#lib/random'
import { createBooks } from '../../books/books.ts'
import { openReceiver, type TestReceiver } from '../../fake/receiver.ts'
import { createNameIndex } from '../../store/name-index.ts'
import { createStore, type Store, type Write } from '../../store/store.ts'
import { renderPush } from '../../text/render.ts'
import { parseText } from '../../text/text-parser.ts'
import { createForwarder, type Forwarder, type ForwarderOptions } from '../forwarder.ts'
import { type ForwardSettings, forwardSettings } from '../settings.ts'

export interface How {
  readonly kind: Write['kind']
  readonly atMs: number
}

export interface World {
  readonly clock: ManualClock
  readonly receiver: TestReceiver
  readonly store: Store
  readonly forwarder: Forwarder
  readonly logged: string[]
  push(job: string, body: string, how?: Partial<How>): void
  /** The value of a metric, its labels but one left out. */
  metric(name: string, reason?: string): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

export const startMs = 1_700_000_000_000

export async function openWorld(flags: readonly string[] = []): Promise<World> {
  const clock = createManualClock(startMs)
  const store = createStore({
    index: createNameIndex(() => new Map()),
    books: createBooks(),
    checks: true,
  })
  const metrics = createMetrics()
  const logged: string[] = []
  const note = (fields: object, message: string) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`)
  const log: Log = { ...silentLog, info: note, warn: note }
  const settings = readConfig(forwardSettings, { args: flags, env: {} }).values
  const receiver = await openReceiver()
  const random = seededRandom(1)
  const options = { version: '1.2', clock, random, log, metrics }
  const forwarder = forwarderTo(receiver, settings, options)
  return {
    clock,
    receiver,
    store,
    forwarder,
    logged,
    push(job, body, how = {}) {
      const write = writeOf(job, body, { kind: 'replace', atMs: clock.nowMs(), ...how })
      const admission = store.admit(write)
      forwarder.accepted(admission, write.atMs)
      store.publish(admission)
    },
    async metric(name, reason) {
      const made = metrics.registry.getSingleMetric(`prometheus_remote_storage_${name}`)
      const { values } = (await made?.get()) ?? { values: [] }
      const found = values.find(({ labels }) => labels['reason'] === reason)
      return found?.labels['url'] === receiver.url ? found.value : Number.NaN
    },
    async [Symbol.asyncDispose]() {
      const closed = forwarder.close()
      await clock.advance(60_000)
      await closed
      await receiver.close()
    },
  }
}

function forwarderTo(
  receiver: TestReceiver,
  settings: ForwardSettings,
  world: Omit<ForwarderOptions, 'settings'>,
): Forwarder {
  const forwarder = createForwarder({
    ...world,
    settings: { ...settings, remoteWriteUrl: [receiver.url] },
  })
  if (forwarder === undefined) throw new Error('There is a URL')
  return forwarder
}

export function writeOf(job: string, body: string, { kind, atMs }: How): Write {
  const pairs = [['job', job]] as const
  const { families } = parseText(Buffer.from(body))
  const group = { pairs, addsInstance: true }
  const rendered = renderPush(families, { group, pushedAtMs: atMs, headOf: (head) => head })
  return { kind, pairs, families: rendered, atMs, traceparent: undefined }
}
