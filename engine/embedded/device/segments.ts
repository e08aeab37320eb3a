/** The append-only files of one data disk, by rising number. Only the last one grows. */
import { messageOf } from '#lib/errors'
import type { File, FileSystem } from './file-system.ts'

export interface Segment {
  readonly id: number
  readonly path: string
  readonly file: File
  /** Where the next record goes; behind it the file is empty. */
  sizeBytes: number
  /** Bytes of records that still count. The rest is garbage. */
  liveBytes: number
  /** Reads under way; a segment is let go only when there are none. */
  readers: number
}

export class Segments {
  readonly #fileSystem: FileSystem
  readonly #folder: string
  readonly #rollBytes: number
  readonly #all = new Map<number, Segment>()
  #active: Segment | undefined
  #lastId = 0

  constructor(options: { fileSystem: FileSystem; folder: string; rollBytes: number }) {
    this.#fileSystem = options.fileSystem
    this.#folder = options.folder
    this.#rollBytes = options.rollBytes
  }

  /** Opens what is there, oldest first. Nothing is ever appended to it: a new file begins. */
  async open(): Promise<readonly Segment[]> {
    await this.#fileSystem.makeFolder(this.#folder)
    const names = await this.#fileSystem.list(this.#folder)
    const ids = names.flatMap((name) => /^(\d{8})\.seg$/.exec(name)?.[1] ?? []).map(Number)
    for (const id of ids.sort((a, b) => a - b)) {
      const path = this.#pathOf(id)
      const file = await this.#fileSystem.open(path, 'edit')
      this.#add({ id, path, file, sizeBytes: await file.sizeBytes() })
    }
    return [...this.#all.values()]
  }

  /** The segment that takes the next batch; a new one when the last is full. */
  async toAppend(): Promise<Segment> {
    if (this.#active !== undefined && this.#active.sizeBytes < this.#rollBytes) return this.#active
    const id = this.#lastId + 1
    const path = this.#pathOf(id)
    const file = await this.#fileSystem.open(path, 'create')
    await this.#fileSystem.syncFolder(this.#folder)
    this.#active = this.#add({ id, path, file, sizeBytes: 0 })
    return this.#active
  }

  /** Those that no longer grow. */
  sealed(): readonly Segment[] {
    return [...this.#all.values()].filter((segment) => segment !== this.#active)
  }

  /** The lowest number among all but one. */
  oldestIdBut(excluded: Segment): number {
    for (const id of this.#all.keys()) if (id !== excluded.id) return id
    return Number.POSITIVE_INFINITY
  }

  get usedBytes(): number {
    let sum = 0
    for (const segment of this.#all.values()) sum += segment.sizeBytes
    return sum
  }

  /** Deletes one that holds nothing any more. */
  async drop(segment: Segment): Promise<void> {
    await this.#fileSystem.remove(segment.path)
    // Before the next one goes: were this one to come back alone, so would what it held.
    await this.#fileSystem.syncFolder(this.#folder)
    this.#all.delete(segment.id)
    if (segment.readers === 0) await segment.file.close()
    // Else the last reader closes it.
  }

  async read(segment: Segment, length: number, position: number): Promise<Buffer> {
    segment.readers++
    try {
      return await segment.file.read(length, position)
    } finally {
      segment.readers--
      if (segment.readers === 0 && !this.#all.has(segment.id)) await segment.file.close()
    }
  }

  async close(): Promise<void> {
    const failures: string[] = []
    for (const { file, readers } of this.#all.values())
      if (readers === 0) await file.close().catch((error) => failures.push(messageOf(error)))
    this.#all.clear()
    this.#active = undefined
  }

  #add(opened: Pick<Segment, 'id' | 'path' | 'file' | 'sizeBytes'>): Segment {
    const segment = { ...opened, liveBytes: 0, readers: 0 }
    this.#all.set(segment.id, segment)
    this.#lastId = Math.max(this.#lastId, segment.id)
    return segment
  }

  #pathOf(id: number): string {
    return `${this.#folder}/${String(id).padStart(8, '0')}.seg`
  }
}
