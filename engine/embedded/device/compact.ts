/**
 * Gives the room of dead records back: what still counts in a segment with much garbage goes to the
 * end of the log, then the file goes. A tombstone or a forget goes with it once the log begins
 * after the place where it was first written, because all that it hides lay before that.
 */
import { CorruptRecord, type DeviceStore } from './device-store.ts'
import { headerBytes, kinds, type Mark, type Parsed, parseMark } from './record.ts'
import { scan } from './scan.ts'
import type { Segment } from './segments.ts'

export interface CompactOptions {
  /** Waits until so many bytes may be read and written again. */
  readonly take: (byteCount: number) => Promise<void>
  /** Share of garbage from which a segment is worth the work, 0 to 1. */
  readonly garbageShareMin: number
}

/** Compacts one segment if one is worth it; says whether there may be another. */
export async function compact(store: DeviceStore, options: CompactOptions): Promise<boolean> {
  const segment = choose(store, options.garbageShareMin)
  if (segment === undefined || !(await moveAll(store, segment, options))) return false
  await store.segments.drop(segment)
  return true
}

function choose(store: DeviceStore, garbageShareMin: number): Segment | undefined {
  const sealed = store.segments.sealed()
  // Tombstones only leave with the oldest segments, which may hold no garbage at all.
  if (store.tombstones > store.objects / 2 + 1000 && sealed.length > 0) return sealed[0]
  const garbageShare = ({ liveBytes, sizeBytes }: Segment) => 1 - liveBytes / Math.max(1, sizeBytes)
  const worst = sealed.reduce<Segment | undefined>(
    (most, each) => (most === undefined || garbageShare(each) > garbageShare(most) ? each : most),
    undefined,
  )
  return worst !== undefined && garbageShare(worst) >= garbageShareMin ? worst : undefined
}

/**
 * False when something in it is damaged: it stays until recovery has rewritten that from a copy.
 */
async function moveAll(
  store: DeviceStore,
  segment: Segment,
  { take }: CompactOptions,
): Promise<boolean> {
  const oldestId = store.segments.oldestIdBut(segment)
  let isSound = true
  let moves: Promise<void>[] = []
  const visit = async (record: Parsed, offset: number, payload: () => Promise<Buffer>) => {
    if (record.kind === kinds.blank) return
    const mark = record.kind === kinds.put ? undefined : parseMark(await payload())
    const move = moverOf(store, { record, segment, offset, mark, oldestId })
    if (move === undefined) return
    await take(record.totalBytes)
    moves.push(
      move().catch((error) => {
        if (!(error instanceof CorruptRecord)) throw error
        isSound = false
      }),
    )
    if (moves.length < movesAtOnce) return
    await Promise.all(moves)
    moves = []
  }
  await scan(segment, { payloads: false, visit })
  await Promise.all(moves)
  return isSound
}

const movesAtOnce = 64

interface Found {
  readonly record: Parsed
  readonly segment: Segment
  readonly offset: number
  readonly mark: Mark | undefined
  readonly oldestId: number
}

/** What has to happen to a record before its segment may go; undefined: nothing. */
function moverOf(store: DeviceStore, found: Found): (() => Promise<void>) | undefined {
  const { record, segment, offset, mark, oldestId } = found
  const isHidingNothing = mark !== undefined && mark.segment < oldestId
  if (record.kind === kinds.forget) {
    if (isHidingNothing) return undefined
    return async () => store.moveForget(await segment.file.read(headerBytes + 8, offset))
  }
  const entry = store.entry(record)
  if (entry?.segment !== segment || entry.offset !== offset) return undefined
  if (isHidingNothing) return async () => store.dropTombstone(record, entry)
  return async () => {
    const bytes = await store.readRecord(record, entry)
    await store.move({ place: record, bytes, from: entry })
  }
}
