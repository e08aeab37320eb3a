/**
 * One writer drains one queue: what waits is admitted in order, written and synced together, and
 * only then shown and answered. While the disk works, the next batch gathers.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '#lib/clock'
import type { Disk } from '#lib/disk'
import { messageOf } from '#lib/errors'
import type { Log } from '#lib/log'
import { giveBack } from '../books/books.ts'
import type { LogMetrics } from '../own-metrics.ts'
import type { Admission, Store, Write } from '../store/store.ts'
import { ByteWriter } from '../text/bytes.ts'
import { type Batch, type Piece, takeBatch, withdrawBatch } from './batch.ts'
import { writeSnapshot } from './snapshot.ts'
import type { WriteLog } from './write-log.ts'

export interface Committer {
  /** Resolves when the write is durable and shown, or refused; throws if it cannot be stored. */
  commit(write: Write): Promise<Admission>
  /**
   * The same of several: a crash leaves all or none of them. `writes` is asked when their turn has
   * come. With `isWhole`, one refusal refuses all, and none leaves a trace.
   */
  commitTogether(
    writes: () => readonly Write[],
    options: { readonly isWhole: boolean },
  ): Promise<readonly Admission[]>
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

/** So many groups are shown before others get a turn. */
const turnLength = 256

export function createCommitter(world: CommitWorld): Committer {
  const { store, log, metrics } = world
  const snapshots = createSnapshots(world)
  const frames = new ByteWriter() // One batch is under way at a time.
  let waiting: Piece[] = []
  let draining: Promise<void> | undefined

  const drain = async () => {
    while (waiting.length > 0) {
      const batch = takeBatch(store, frames, waiting)
      waiting = waiting.slice(batch.taken)
      await commitBatch(batch)
      await snapshots.whenDue()
    }
    draining = undefined
  }
  const add = (piece: Piece) => {
    waiting.push(piece)
    draining ??= Promise.resolve().then(drain)
  }
  return {
    commit(write) {
      return new Promise((resolve, reject) => {
        const writes = () => [write]
        const resolveOne = ([admission]: readonly Admission[]) => {
          if (admission !== undefined) resolve(admission)
        }
        add({ writes, isWhole: false, resolve: resolveOne, reject })
      })
    },
    commitTogether(writes, { isWhole }) {
      return new Promise((resolve, reject) => add({ writes, isWhole, resolve, reject }))
    },
    async idle() {
      await draining
      await snapshots.idle()
    },
  }

  async function commitBatch(batch: Batch): Promise<void> {
    const { settled, frames } = batch
    try {
      await log.append(frames.since(0))
    } catch (error) {
      metrics.writeFailed()
      withdrawBatch(store, batch)
      for (const { piece } of settled) piece.reject(error)
      return
    }
    metrics.wrote(frames.sizeBytes, settled.length)
    for (const { piece, admissions, isShown } of settled) {
      if (isShown && admissions.length > turnLength) await showInTurns(admissions)
      else if (isShown) admissions.forEach(show)
      piece.resolve(admissions)
    }
  }

  /** Thousands at once would hold up everybody else. */
  async function showInTurns(admissions: readonly Admission[]): Promise<void> {
    for (const [i, admission] of admissions.entries()) {
      show(admission)
      if (i % turnLength === 0) await nextTurn()
    }
  }

  function show(admission: Admission): void {
    world.onPublish?.(admission, admission.write)
    store.publish(admission)
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
    const tombstones = store.tombstones.all()
    const image = { pages: store.books.pages(), groups, tombstones }
    writing = writeSnapshot({ disk, folder }, number, image)
      .then((sizeBytes) => {
        lastBytes = sizeBytes
        world.metrics.snapshotWritten()
        const tookMs = Math.round(clock.monotonicMs() - startedMs)
        journal.info({ number, sizeBytes, groups: groups.length, tookMs }, 'Snapshot written')
      })
      .catch((error) => {
        world.metrics.snapshotFailed()
        const fields = { number, error: messageOf(error) }
        journal.warn(fields, 'Snapshot not written; the logs stay until the next one is')
      })
      .finally(() => {
        giveBack(image.pages)
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
        world.metrics.snapshotFailed()
        journal.warn({ error: messageOf(error) }, 'Log not turned to a new file; it grows on')
      })
    },
    async idle() {
      await writing
    },
  }
}
