/** Go's whole numbers with a text of their own; `time.Duration` first, shown as `1h2m3.5s`. */

export class GoDuration {
  readonly kind = 'duration'
  readonly type: string
  readonly ns: bigint
  readonly #text: string | undefined

  /** `named`: a month or a weekday, which prints by its name and counts by its number. */
  constructor(ns: bigint, named?: { readonly type: string; readonly text: string }) {
    this.ns = ns
    this.type = named?.type ?? 'time.Duration'
    this.#text = named?.text
  }

  toString(): string {
    if (this.#text !== undefined) return this.#text
    const size = this.ns < 0n ? -this.ns : this.ns
    const sign = this.ns < 0n ? '-' : ''
    if (size === 0n) return '0s'
    if (size < 1_000n) return `${sign}${size}ns`
    if (size < 1_000_000n) return `${sign}${decimal(size, 3)}µs`
    if (size < second) return `${sign}${decimal(size, 6)}ms`
    const minutes = size / (60n * second)
    const rest = `${decimal(size % (60n * second), 9)}s`
    if (minutes === 0n) return sign + rest
    const hours = minutes / 60n
    return hours === 0n ? `${sign}${minutes}m${rest}` : `${sign}${hours}h${minutes % 60n}m${rest}`
  }
}

const second = 1_000_000_000n

/** `size` / 10^places, without zeros at the end. */
function decimal(size: bigint, places: number): string {
  const digits = size.toString().padStart(places + 1, '0')
  const fraction = digits.slice(-places).replace(/0+$/, '')
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`)
}
