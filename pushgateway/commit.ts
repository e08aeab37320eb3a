/**
 * One writer drains one queue: what waits is admitted in order, written and synced together, and
 * only then shown and answered. While the disk works, the next batch gathers.
 */
import type { Clock } from '#lib/clock'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { ByteWriter } from './bytes.ts'
import type { Disk } from './disk.ts'
import type { LogMetrics } from './own-metrics.ts'
import { writeFrame, writeRecord } from './record.ts'
import { writeSnapshot } from './snapshot.ts'
import type { Admission, Store, Write } from './store.ts'
import type { WriteLog } from './write-log.ts'

export interface Committer {
  /** Resolves when the write is durable and shown, or refused; throws if it cannot be stored. */
  commit(write: Write): Promise<Admission>
  /** Waits for all that was given, snapshot included. */
  idle(): Promise<void>
}

export interface CommitWorld {
  readonly store: Store
  readonly log: WriteLog
  readonly disk: Disk
  readonly folder: string
  readonly metrics: LogMetrics
  readonly journal: Log
  readonly clock: Clock
  /** Bytes of log after which a snapshot is due, unless the last one was larger. */
  readonly logSizeMax: number
  readonly snapshotBytes: number
  /** Told of each durable write, in the order of the log, before readers see it. */
  readonly onPublish?: ((admission: Admission, write: Write) => void) | undefined
}

interface Waiting {
  readonly write: Write
  readonly resolve: (admission: Admission) => void
  readonly reject: (error: unknown) => void
}

const batchBytesMax = 8 * 1024 * 1024

export function createCommitter(world: CommitWorld): Committer {
  const { store, log, metrics } = world
  const snapshots = createSnapshots(world)
  const frames = new ByteWriter() // One batch is under way at a time.
  let waiting: Waiting[] = []
  let draining: Promise<void> | undefined

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = takeBatch(store, frames, waiting)
      waiting = waiting.slice(batch.items.length)
      await commitBatch(batch)
      await snapshots.whenDue()
    }
    draining = undefined
  }
  return {
    commit(write) {
      return new Promise((resolve, reject) => {
        waiting.push({ write, resolve, reject })
        draining ??= Promise.resolve().then(drain)
      })
    },
    async idle() {
      await draining
      await snapshots.idle()
    },
  }

  async function commitBatch({ items, admissions, frames }: Batch): Promise<void> {
    try {
      await log.append(frames.since(0))
    } catch (error) {
      for (const admission of admissions.toReversed()) store.withdraw(admission)
      for (const { reject } of items) reject(error)
      return
    }
    metrics.wrote(frames.sizeBytes, items.length)
    admissions.forEach((admission, i) => {
      const item = items[i]
      if (item !== undefined) world.onPublish?.(admission, item.write)
      store.publish(admission)
      item?.resolve(admission)
    })
  }
}

interface Batch {
  readonly items: readonly Waiting[]
  readonly admissions: readonly Admission[]
  readonly frames: ByteWriter
}

function takeBatch(store: Store, frames: ByteWriter, waiting: readonly Waiting[]): Batch {
  const items: Waiting[] = []
  const admissions: Admission[] = []
  frames.reset()
  for (const item of waiting) {
    const admission = store.admit(item.write)
    items.push(item)
    admissions.push(admission)
    if (changes(admission)) {
      const record = recordOf(item.write, admission)
      writeFrame(frames, (to) => writeRecord(to, record))
    }
    if (frames.sizeBytes > batchBytesMax) break
  }
  return { items, admissions, frames }
}

/** A refusal is kept in memory only, and nothing is lost by deleting what is not there. */
function changes({ before, after, refusal }: Admission): boolean {
  return refusal === undefined && !(before === undefined && after === undefined)
}

function recordOf(write: Write, { after }: Admission) {
  return {
    kind: write.kind,
    pairs: write.pairs,
    pushedAtMs: write.atMs,
    failedAtMs: after?.failedAtMs ?? 0,
    traceparent: write.traceparent,
    families: write.families.map(({ stored }) => stored),
  }
}

/** Snapshots are written beside the pushes; only turning to a new log file holds these up. */
function createSnapshots(world: CommitWorld) {
  const { store, log, disk, folder, journal, clock } = world
  let lastBytes = world.snapshotBytes
  let triedAtBytes = 0
  let writing: Promise<void> | undefined

  const write = async () => {
    const number = await log.rotate()
    triedAtBytes = 0
    const groups = store.groups().flatMap(({ pairs, visible }) => {
      return visible === undefined ? [] : [{ pairs, state: visible }]
    })
    const startedMs = clock.monotonicMs()
    const image = { pages: store.books.pages(), groups }
    writing = writeSnapshot({ disk, folder }, number, image)
      .then((sizeBytes) => {
        lastBytes = sizeBytes
        const tookMs = Math.round(clock.monotonicMs() - startedMs)
        journal.info({ number, sizeBytes, groups: groups.length, tookMs }, 'Snapshot written')
      })
      .catch((error) => {
        world.metrics.snapshotFailed()
        const fields = { number, error: messageOf(error) }
        journal.warn(fields, 'Snapshot not written; the logs stay until the next one is')
      })
      .finally(() => {
        writing = undefined
      })
  }
  return {
    async whenDue() {
      const limitBytes = Math.max(world.logSizeMax, lastBytes) + triedAtBytes
      if (writing !== undefined || log.broken() !== undefined) return
      if (log.sizeBytes() < limitBytes) return
      await write().catch((error) => {
        triedAtBytes = log.sizeBytes()
        journal.warn({ error: messageOf(error) }, 'Log not turned to a new file; it grows on')
      })
    },
    async idle() {
      await writing
    },
  }
}
