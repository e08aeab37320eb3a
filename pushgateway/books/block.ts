/** Some hundred series of one family name, in order, in one buffer: what a scrape copies whole. */
import type { FamilyHead } from '../text/family.ts'
import type { Span } from '../text/lines.ts'
import type { Compare } from './order.ts'
import { type Sheet, takeSheet } from './sheet.ts'

/** A larger block is split, unless it is one metric. */
const blockBytesMax = 16 * 1024

/** A metric to be put in: its lines are a part of `bytes`. */
export interface Entry extends Span {
  /** Its number in the book, and which metric of its family it is. */
  readonly number: number
  readonly metric: number
}

export class Block {
  #sheet: Sheet
  /** The sheet's own, kept here too: a look at the sheet would be one more cache miss. */
  #bytes: Buffer
  #table: Uint32Array
  #sizeBytes = 0
  #rows = 0

  constructor(entries: readonly Entry[]) {
    const sizeBytes = entries.reduce((sum, { start, end }) => sum + end - start, 0)
    this.#sheet = takeSheet(sizeBytes, entries.length)
    this.#bytes = this.#sheet.bytes
    this.#table = this.#sheet.table
    for (const { number, metric, bytes, start, end } of entries) {
      this.#table.set([number, metric, this.#sizeBytes], 3 * this.#rows++)
      this.#sizeBytes += bytes.copy(this.#bytes, this.#sizeBytes, start, end)
    }
  }

  get rows(): number {
    return this.#rows
  }

  isOverfull(): boolean {
    return this.#sizeBytes > blockBytesMax && this.#rows > 1
  }

  lend(): Sheet {
    this.#sheet.lend(this.#sizeBytes, this.#rows)
    return this.#sheet
  }

  /** The row of a metric that is here, likely not far behind `near`. */
  rowOf(number: number, near = 0): number {
    const table = this.#table
    for (let row = near; row < this.#rows; row++) if (table[3 * row] === number) return row
    let row = 0
    while (table[3 * row] !== number) row++
    return row
  }

  /** The number in the book of the metric in a row. */
  numberAt(row: number): number {
    return this.#table[3 * row] ?? 0
  }

  /** The lines of a row; valid until the next write. */
  span(row: number): Span {
    const isLast = row + 1 === this.#rows
    const end = isLast ? this.#sizeBytes : this.#startOf(row + 1)
    return { bytes: this.#bytes, start: this.#startOf(row), end }
  }

  /** The first row that comes after a metric. */
  rowAfter(head: FamilyHead, metric: Span, compare: Compare): number {
    let low = 0
    let high = this.#rows
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compare(head, this.span(middle), metric) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The same series with other values. */
  overwrite(row: number, { bytes, start, end }: Span): void {
    const old = this.span(row)
    this.#resize(row, old.end, { byBytes: end - start - (old.end - old.start) })
    bytes.copy(this.#bytes, old.start, start, end)
  }

  insert(row: number, { number, metric, bytes, start, end }: Entry): void {
    const at = row === this.#rows ? this.#sizeBytes : this.#startOf(row)
    this.#resize(row - 1, at, { byBytes: end - start, byRows: 1 })
    this.#table.copyWithin(3 * (row + 1), 3 * row, 3 * this.#rows)
    this.#table.set([number, metric, at], 3 * row)
    bytes.copy(this.#bytes, at, start, end)
    this.#rows++
  }

  remove(row: number): void {
    const { start, end } = this.span(row)
    this.#resize(row, end, { byBytes: start - end })
    this.#table.copyWithin(3 * row, 3 * (row + 1), 3 * this.#rows)
    this.#rows--
    if (this.#rows === 0) this.#sheet.leave()
  }

  /** Keeps about half of the bytes; the rest is in the new block, which stands behind this one. */
  splitOff(): Block {
    let row = 1
    while (row + 1 < this.#rows && this.#startOf(row) < this.#sizeBytes / 2) row++
    const taken: Entry[] = []
    for (let i = row; i < this.#rows; i++) {
      const metric = this.#table[3 * i + 1] ?? 0
      taken.push({ ...this.span(i), number: this.numberAt(i), metric })
    }
    const rest = new Block(taken)
    this.#sizeBytes = this.#startOf(row)
    this.#rows = row
    this.#move(this.#sizeBytes, row)
    return rest
  }

  #startOf(row: number): number {
    return this.#table[3 * row + 2] ?? 0
  }

  /** Moves what stands from `at` on, and where the rows behind `row` begin. */
  #resize(row: number, at: number, by: { byBytes: number; byRows?: number }): void {
    const { byBytes, byRows = 0 } = by
    this.#own(this.#sizeBytes + byBytes, this.#rows + byRows)
    if (byBytes === 0) return
    this.#bytes.copyWithin(at + byBytes, at, this.#sizeBytes)
    this.#sizeBytes += byBytes
    for (let i = row + 1; i < this.#rows; i++) this.#table[3 * i + 2] = this.#startOf(i) + byBytes
  }

  /** Makes room, and a copy where a reader still looks at what is here. */
  #own(needBytes: number, needRows: number): void {
    const hasRoom = needBytes <= this.#bytes.length && 3 * needRows <= this.#table.length
    // What is there is moved whole, also where less of it will be needed.
    if (!hasRoom || this.#sheet.isLent()) this.#move(Math.max(needBytes, this.#sizeBytes), needRows)
  }

  #move(needBytes: number, needRows: number): void {
    const sheet = takeSheet(needBytes, needRows)
    this.#bytes.copy(sheet.bytes, 0, 0, this.#sizeBytes)
    sheet.table.set(this.#table.subarray(0, 3 * this.#rows))
    this.#sheet.leave()
    this.#sheet = sheet
    this.#bytes = sheet.bytes
    this.#table = sheet.table
  }
}
