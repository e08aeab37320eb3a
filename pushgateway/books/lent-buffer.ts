/**
 * Buffers of blocks: lent to readers, who need them to stay as they are, and used again afterwards.
 * Left to the garbage collector, the old ones of each scrape would double the memory.
 */

/** Sizes are whole steps, so that a returned buffer fits the next that asks. */
const stepBytes = 1024
/** At least this much is left for values that grow and series that come. */
const slackBytes = 256
const sparesMax = 64
/** Larger ones are rare, and left to the garbage collector. */
const spareBytesMax = 32 * 1024

const spares: Buffer[][] = []

export class LentBuffer {
  readonly bytes: Buffer
  #readers = 0
  #isLeft = false

  /** Has room for `needBytes` and some more. */
  constructor(needBytes: number) {
    const steps = Math.ceil((needBytes + slackBytes) / stepBytes)
    this.bytes = spares[steps]?.pop() ?? Buffer.allocUnsafeSlow(steps * stepBytes)
  }

  isLent(): boolean {
    return this.#readers > 0
  }

  lend(): void {
    this.#readers++
  }

  release(): void {
    this.#readers--
    this.#reuse()
  }

  /** The block has moved to another buffer; this one is free as soon as nobody reads it. */
  leave(): void {
    this.#isLeft = true
    this.#reuse()
  }

  #reuse(): void {
    if (!this.#isLeft || this.#readers > 0 || this.bytes.length > spareBytesMax) return
    const steps = this.bytes.length / stepBytes
    spares[steps] ??= []
    if (spares[steps].length < sparesMax) spares[steps].push(this.bytes)
  }
}
