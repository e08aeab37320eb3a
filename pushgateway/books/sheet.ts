/**
 * Sheets hold the lines of blocks: lent to readers, who need them to stay as they are, and used
 * again afterwards. Left to the garbage collector, the old ones of each scrape would double the
 * memory; and what a scrape would make for each block would be garbage that outlives the young.
 */

/** Sizes are whole steps, so that a returned sheet fits the next block that asks. */
const stepBytes = 1024
/** At least this much is left for values that grow and series that come. */
const slackBytes = 256
const slackRows = 8
const sparesMax = 256
/** Larger ones are rare, and left to the garbage collector. */
const spareBytesMax = 32 * 1024

const spares: Sheet[][] = []

/** Has room for so much and some more. */
export function takeSheet(needBytes: number, needRows: number): Sheet {
  const steps = Math.ceil((needBytes + slackBytes) / stepBytes)
  const sheet = spares[steps]?.pop() ?? new Sheet(steps * stepBytes)
  sheet.begin(needRows)
  return sheet
}

/** What a block holds at one moment. */
export interface BlockContent {
  readonly bytes: Buffer
  readonly rows: number
  /**
   * Row i has three numbers: its own in the book, which metric of its family it is, and where in
   * `bytes` it begins.
   */
  readonly table: Uint32Array
}

export class Sheet {
  /** Its length is the room. */
  readonly bytes: Buffer
  table = new Uint32Array(0)
  #rows = 0
  #sizeBytes = 0
  #readers = 0
  #isLeft = false

  constructor(roomBytes: number) {
    this.bytes = Buffer.allocUnsafeSlow(roomBytes)
  }

  begin(needRows: number): void {
    this.#isLeft = false
    if (this.table.length < 3 * needRows) this.table = new Uint32Array(3 * (needRows + slackRows))
  }

  isLent(): boolean {
    return this.#readers > 0
  }

  /** Nobody writes to it before the reader gives it back. It holds so much. */
  lend(sizeBytes: number, rows: number): void {
    this.#readers++
    this.#sizeBytes = sizeBytes
    this.#rows = rows
  }

  /** For those to whom it was lent. */
  content(): BlockContent {
    const bytes = this.bytes.subarray(0, this.#sizeBytes)
    return { bytes, rows: this.#rows, table: this.table }
  }

  giveBack(): void {
    this.#readers--
    this.#reuse()
  }

  /** The block has moved to another sheet; this one is free as soon as nobody reads it. */
  leave(): void {
    this.#isLeft = true
    this.#reuse()
  }

  #reuse(): void {
    if (!this.#isLeft || this.#readers > 0 || this.bytes.length > spareBytesMax) return
    const steps = this.bytes.length / stepBytes
    spares[steps] ??= []
    if (spares[steps].length < sparesMax) spares[steps].push(this)
  }
}
