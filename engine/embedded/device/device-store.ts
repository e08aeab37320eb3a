/**
 * What one data disk stores: a log of checksummed records, and an index of it in memory. After the
 * first failed write the store is dead: what the kernel still holds is unknown, so nothing but a
 * fresh open and scan may trust the disk again.
 */
import { crc32 } from 'node:zlib'
import type { Clock } from '#lib/clock'
import type { FileSystem } from './file-system.ts'
import { GroupCommit } from './group-commit.ts'
import { type Entry, type GroupIndex, ObjectIndex } from './index-of-objects.ts'
import {
  encodeBlanks,
  encodeMarked,
  headerBytes,
  kinds,
  type Mark,
  markBytes,
  type Parsed,
  type PreparedPut,
  parseHead,
  parseMark,
  type RecordHead,
  recordBytes,
} from './record.ts'
import { type ScanResult, scan } from './scan.ts'
import { type Segment, Segments } from './segments.ts'

export interface DeviceStoreOptions {
  readonly fileSystem: FileSystem
  /** Where the segments lie. */
  readonly folder: string
  readonly clock: Clock
  readonly segmentBytes: number
  /** Throws when the folder is no longer the disk that was opened; asked before each answer. */
  readonly confirm: () => Promise<void>
}

export interface OpenReport {
  readonly records: number
  /** Behind the last sound record of the last segment: a write that a crash tore. */
  readonly tornBytes: number
  /** Between sound records: the disk lost something that it had. */
  readonly lostBytes: number
}

export type Place = Pick<RecordHead, 'pool' | 'group' | 'key'>

/** The stored bytes do not match their checksum. */
export class CorruptRecord extends Error {}

export class DeviceStore {
  readonly segments: Segments
  readonly #index = new ObjectIndex()
  readonly #log: GroupCommit
  readonly #reads = new Set<(error: Error) => void>()

  private constructor(options: DeviceStoreOptions) {
    const { fileSystem, folder, segmentBytes, clock, confirm } = options
    this.segments = new Segments({ fileSystem, folder, rollBytes: segmentBytes })
    this.#log = new GroupCommit({ segments: this.segments, clock, confirm })
  }

  static async open(options: DeviceStoreOptions) {
    const store = new DeviceStore(options)
    return { store, report: await store.#recover() }
  }

  get usedBytes(): number {
    return this.segments.usedBytes
  }

  get objects(): number {
    return this.#index.objects
  }

  get tombstones(): number {
    return this.#index.tombstones
  }

  get busySinceMs(): number | undefined {
    return this.#log.busySinceMs
  }

  get failure(): Error | undefined {
    return this.#log.failure
  }

  group(pool: number, group: number): GroupIndex {
    return this.#index.group(pool, group)
  }

  /** The groups that it has anything of. */
  held(): Iterable<{ pool: number; group: number }> {
    return this.#index.held()
  }

  entry({ pool, group, key }: Place): Entry | undefined {
    return this.#index.group(pool, group).entries.get(key)
  }

  /** Resolves when it is durable. A newer version that is there stays; an equal one is replaced. */
  async put({ head, headBytes, payload }: PreparedPut): Promise<void> {
    await this.#log.write({
      sizeBytes: headBytes.length + payload.length,
      buffers: () => [headBytes, payload],
      written: (segment, offset) => this.#apply(head, { segment, offset, deleted: undefined }),
    })
  }

  /** A tombstone; resolves when it is durable. */
  async erase(place: Place, version: number): Promise<void> {
    const { pool, group, key } = place
    const head = { pool, group, key, version, ...ofMark }
    let deleted: Mark | undefined
    await this.#log.write({
      sizeBytes: recordBytes(key, head),
      buffers: (at) => {
        deleted = at
        return [encodeMarked(kinds.tombstone, head, at)]
      },
      written: (segment, offset) => this.#apply(head, { segment, offset, deleted }),
    })
  }

  /** Drops all that the disk holds of a group now, or of a pool with `everyGroup`. */
  async forget(pool: number, group: number): Promise<void> {
    const head = { pool, group, key: '', version: 0 }
    let mark: Mark
    await this.#log.write({
      sizeBytes: headerBytes + markBytes,
      buffers: (at) => {
        mark = at
        return [encodeMarked(kinds.forget, head, at)]
      },
      written: (segment) => {
        segment.liveBytes += headerBytes + markBytes
        this.#forget(head, mark)
      },
    })
  }

  /** The payload, checked; CorruptRecord when it is not what was written. */
  async read(place: Place, entry: Entry): Promise<Buffer> {
    const headBytes = headerBytes + Buffer.byteLength(place.key)
    const bytes = await this.readRecord(place, entry)
    return bytes.subarray(headBytes)
  }

  /** The record as it lies in the log, checked. */
  async readRecord(place: Place, entry: Entry): Promise<Buffer> {
    const reading = this.segments.read(entry.segment, recordBytes(place.key, entry), entry.offset)
    const bytes = await this.#unlessFailed(reading)
    const head = parseHead(bytes, 0)
    const isSound =
      head !== undefined &&
      head.key === place.key &&
      head.version === entry.version &&
      head.totalBytes === bytes.length &&
      crc32(bytes.subarray(headerBytes + head.keyBytes)) === head.payloadCrc
    if (!isSound)
      throw new CorruptRecord(`${entry.segment.path} is damaged near byte ${entry.offset}`)
    return bytes
  }

  /** For compaction: appends a record as it is, if its entry is still the same by then. */
  move(record: { place: Parsed; bytes: Buffer; from: Entry }): Promise<void> {
    const { place, bytes, from } = record
    return this.#log.move({
      sizeBytes: bytes.length,
      buffers: () => [bytes],
      isDue: () => this.entry(place) === from,
      written: (segment, offset) => this.#apply(place, { segment, offset, deleted: from.deleted }),
    })
  }

  /** For compaction: appends a forget that may not be dropped yet. It undoes nothing new. */
  moveForget(bytes: Buffer): Promise<void> {
    return this.#log.move({
      sizeBytes: bytes.length,
      buffers: () => [bytes],
      written: (segment) => {
        segment.liveBytes += bytes.length
      },
    })
  }

  /** For compaction: a tombstone that has nothing left to hide. */
  dropTombstone(place: Place, entry: Entry): void {
    if (this.entry(place) !== entry) return
    this.#index.delete(place)
    entry.segment.liveBytes -= recordBytes(place.key, entry)
  }

  /** From here on every write and read under way or to come is refused. */
  fail(error: Error): void {
    this.#log.fail(error)
    for (const reject of this.#reads) reject(error)
    this.#reads.clear()
  }

  async close(): Promise<void> {
    this.fail(new Error('the data disk was closed'))
    await this.segments.close()
  }

  /** The index takes a record that lies in the log. Of equal versions the later one counts. */
  #apply(head: Applied, at: Pick<Entry, 'segment' | 'offset' | 'deleted'>): void {
    const known = this.entry(head)
    if (known !== undefined && known.version > head.version) return
    const { version, writtenAtMs, payloadBytes, payloadCrc } = head
    const { segment, offset, deleted } = at
    // Written out, so that all entries share one shape: there are millions.
    const entry = { version, segment, offset, payloadBytes, payloadCrc, writtenAtMs, deleted }
    this.#index.set(head, entry)
    segment.liveBytes += recordBytes(head.key, entry)
    if (known !== undefined) known.segment.liveBytes -= recordBytes(head.key, known)
  }

  #forget(head: { pool: number; group: number }, mark: Mark): void {
    for (const [key, entry] of this.#index.forget(head.pool, head.group, mark))
      entry.segment.liveBytes -= recordBytes(key, entry)
  }

  async #recover(): Promise<OpenReport> {
    const segments = await this.segments.open()
    let records = 0
    let lostBytes = 0
    let tornBytes = 0
    for (const segment of segments) {
      const isLast = segment === segments.at(-1)
      const visit = (head: Parsed, offset: number, payload: () => Promise<Buffer>) => {
        records++
        return this.#replay(head, { segment, offset }, payload)
      }
      const found = await scan(segment, { payloads: isLast, visit })
      lostBytes += found.gaps.reduce((sum, { bytes }) => sum + bytes, 0)
      const tailBytes = segment.sizeBytes - found.endOffset
      if (isLast) tornBytes = tailBytes
      else lostBytes += tailBytes
      if (isLast) await cut(segment, found)
    }
    return { records, tornBytes, lostBytes }
  }

  #replay(
    head: Parsed,
    at: { segment: Segment; offset: number },
    payload: () => Promise<Buffer>,
  ): Promise<void> | undefined {
    if (head.kind === kinds.blank) return undefined
    if (head.kind !== kinds.put) return this.#replayMark(head, at, payload)
    this.#apply(head, { ...at, deleted: undefined })
    return undefined
  }

  async #replayMark(
    head: Parsed,
    at: { segment: Segment; offset: number },
    payload: () => Promise<Buffer>,
  ): Promise<void> {
    const mark = parseMark(await payload())
    if (head.kind === kinds.tombstone) return this.#apply(head, { ...at, deleted: mark })
    at.segment.liveBytes += head.totalBytes
    this.#forget(head, mark)
  }

  /** A disk that hangs must not hang its readers once it was given up. */
  #unlessFailed<T>(reading: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure)
      this.#reads.add(reject)
      reading.then(resolve, reject).finally(() => this.#reads.delete(reject))
    })
  }
}

type Applied = Place & Pick<RecordHead, 'version' | 'writtenAtMs' | 'payloadBytes' | 'payloadCrc'>

const ofMark = { writtenAtMs: 0, payloadBytes: markBytes, payloadCrc: 0 }

/**
 * Makes the end of the log what was just taken for it. Damaged records between sound ones become
 * blanks: the next start reads only heads here and would take them for good. And what a killed
 * process left in the page cache was read and will count, so it has to be durable now.
 */
async function cut(segment: Segment, { endOffset, gaps }: ScanResult): Promise<void> {
  if (segment.sizeBytes > endOffset) await segment.file.truncate(endOffset)
  segment.sizeBytes = endOffset
  for (const { offset, bytes } of gaps) await segment.file.write(encodeBlanks(bytes), offset)
  await segment.file.sync()
}
