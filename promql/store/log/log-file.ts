/** The file of the log that is written to: records gather, then go to the disk as one frame. */
import type { DiskFile } from '#lib/disk'
import { beginFrame, endFrame } from '#lib/frames'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { stale } from '../chunk/columns.ts'
import type { Series } from '../series.ts'
import type { NewSample } from '../store.ts'
import { type Place, pathOf } from './files.ts'
import { fileHeader } from './record.ts'
import { SampleEncoder } from './sample-code.ts'

export class LogFile {
  readonly number: number
  readonly #file: DiskFile
  readonly #encoder = new SampleEncoder()
  readonly #pending = new ByteWriter()
  #frameStart: number | undefined = undefined
  #sizeBytes = fileHeader.length
  #isUnsynced = false

  constructor(number: number, file: DiskFile) {
    this.number = number
    this.#file = file
  }

  /** Bytes on disk, or on their way. */
  get sizeBytes(): number {
    return this.#sizeBytes
  }

  get pendingBytes(): number {
    return this.#pending.sizeBytes
  }

  sample(series: Series, sample: NewSample): void {
    this.#encoder.sample(this.#open(), this.#numberOf(series), sample)
  }

  stale(series: Series, atMs: number): void {
    this.#encoder.marker(this.#open(), this.#numberOf(series), { atMs, ...stale })
  }

  /** Writes what gathered; what gathers meanwhile is for the next time. */
  async append(): Promise<void> {
    if (this.#frameStart === undefined) return
    endFrame(this.#pending, this.#frameStart)
    this.#frameStart = undefined
    const bytes = this.#pending.take()
    try {
      await this.#file.append(bytes)
    } catch (error) {
      // A part of it may stand there. Where it cannot be taken back, the next start finds it.
      await this.#file.truncate(this.#sizeBytes).catch(() => {})
      throw error
    }
    this.#sizeBytes += bytes.length
    this.#isUnsynced = true
  }

  async sync(): Promise<void> {
    if (!this.#isUnsynced) return
    await this.#file.sync()
    this.#isUnsynced = false
  }

  /** Nothing more comes. */
  async finish(): Promise<void> {
    await this.append()
    await this.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  #open(): ByteWriter {
    if (this.#frameStart === undefined) {
      this.#frameStart = beginFrame(this.#pending)
      this.#encoder.beginFrame()
    }
    return this.#pending
  }

  #numberOf(series: Series): number {
    if (series.logFile !== this.number) {
      series.logFile = this.number
      series.logNumber = this.#encoder.series(this.#pending, series.labels)
    }
    return series.logNumber
  }
}

/** Its name and its header are durable. */
export async function openLogFile(place: Place, number: number): Promise<LogFile> {
  const file = await place.disk.open(pathOf(place, 'log', number))
  try {
    await file.truncate(0)
    await file.append(fileHeader)
    await file.sync()
    await place.disk.syncFolder(place.folder)
    return new LogFile(number, file)
  } catch (error) {
    await file.close().catch(() => {}) // What failed is what the caller should hear of.
    throw error
  }
}
