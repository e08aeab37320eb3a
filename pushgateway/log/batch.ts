/** What is written and synced in one go: pieces of work, admitted one after the other. */

import type { Admission, Store, Write } from '../store/store.ts'
import type { ByteWriter } from '../text/bytes.ts'
import { type LogRecord, writeFrame, writeRecords } from './record.ts'

/** What one caller waits for: all of it is durable together or not at all. */
export interface Piece {
  /** Asked when its turn comes, so that it can build on all that was given before. */
  readonly writes: () => readonly Write[]
  /** Whether one refusal refuses all, and leaves no trace of any. */
  readonly isWhole: boolean
  resolve(admissions: readonly Admission[]): void
  reject(error: unknown): void
}

export interface Batch {
  /** How many of the pieces that wait are in it, failed ones included. */
  readonly taken: number
  readonly settled: readonly Settled[]
  readonly frames: ByteWriter
}

export interface Settled {
  readonly piece: Piece
  readonly admissions: readonly Admission[]
  /** Nothing is to be shown of a piece that was refused as a whole. */
  readonly isShown: boolean
}

const batchBytesMax = 8 * 1024 * 1024

export function takeBatch(store: Store, frames: ByteWriter, waiting: readonly Piece[]): Batch {
  const settled: Settled[] = []
  let taken = 0
  frames.reset()
  for (const piece of waiting) {
    taken++
    const admissions = admitted(store, piece)
    if (admissions === undefined) continue
    const isShown = !(piece.isWhole && admissions.some(({ refusal }) => refusal !== undefined))
    if (isShown) writeChanges(frames, admissions)
    else withdraw(store, admissions)
    settled.push({ piece, admissions, isShown })
    if (frames.sizeBytes > batchBytesMax) break
  }
  return { taken, settled, frames }
}

export function withdrawBatch(store: Store, { settled }: Batch): void {
  for (const { admissions, isShown } of settled.toReversed())
    if (isShown) withdraw(store, admissions)
}

/** Undefined where that throws, which must not hold up the others. */
function admitted(store: Store, piece: Piece): readonly Admission[] | undefined {
  const admissions: Admission[] = []
  try {
    for (const write of piece.writes()) admissions.push(store.admit(write))
    return admissions
  } catch (error) {
    withdraw(store, admissions)
    piece.reject(error)
    return undefined
  }
}

function withdraw(store: Store, admissions: readonly Admission[]): void {
  for (let i = admissions.length - 1; i >= 0; i--) {
    const admission = admissions[i]
    if (admission !== undefined) store.withdraw(admission)
  }
}

function writeChanges(frames: ByteWriter, admissions: readonly Admission[]): void {
  const records = admissions.filter(changes).map(recordOf)
  if (records.length > 0) writeFrame(frames, (to) => writeRecords(to, records))
}

/** A refusal is kept in memory only; nor is there anything to keep where nothing changed. */
function changes({ before, after, refusal, burial }: Admission): boolean {
  return refusal === undefined && (before !== after || burial !== undefined)
}

function recordOf({ write, after, burial }: Admission): LogRecord {
  return {
    kind: write.kind,
    pairs: write.pairs,
    pushedAtMs: write.atMs,
    failedAtMs: after?.failedAtMs ?? 0,
    traceparent: write.traceparent,
    ttlMs: after?.ttlMs,
    pushId: write.pushId,
    tombstone: burial?.after,
    families: write.families.map(({ stored }) => stored),
  }
}
