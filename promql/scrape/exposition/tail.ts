/** What stands behind a series: its value, a time, and in OpenMetrics an exemplar. */
import { readNumber } from './number.ts'
import { isBlank, isLineFeed, skipBlanks } from './series-text.ts'

export type Format = 'text' | 'openmetrics'

export class Tail {
  /** Of the last one that was read. */
  value = 0
  /** The time that stands there; undefined: none does. */
  atMs: number | undefined = undefined
  readonly #format: Format

  constructor(format: Format) {
    this.#format = format
  }

  /** Gives where the next line begins, or undefined where this one does not end in these bytes. */
  read(bytes: Buffer, from: number): number | undefined {
    const valueAt = skipBlanks(bytes, from)
    const valueEnd = wordEnd(bytes, valueAt)
    const at = skipBlanks(bytes, valueEnd)
    if (at >= bytes.length) return undefined
    const value = readNumber(bytes, valueAt, valueEnd)
    if (value === undefined)
      throw new SyntaxError(`"${excerpt(bytes, valueAt, valueEnd)}" is no number`)
    this.value = value
    this.atMs = undefined
    return isLineFeed(bytes[at]) ? at + 1 : this.#rest(bytes, at)
  }

  #rest(bytes: Buffer, from: number): number | undefined {
    const lineEnd = bytes.indexOf('\n', from)
    if (lineEnd < 0) return undefined
    let at = from
    if (!this.#isExemplar(bytes, at)) {
      const timeEnd = wordEnd(bytes, at)
      this.atMs = this.#time(bytes, at, timeEnd)
      at = skipBlanks(bytes, timeEnd)
    }
    if (at < lineEnd && !this.#isExemplar(bytes, at))
      throw new SyntaxError(`expected the end of the line, found "${excerpt(bytes, at, lineEnd)}"`)
    return lineEnd + 1
  }

  /** Whole milliseconds in text, seconds in OpenMetrics. */
  #time(bytes: Buffer, from: number, to: number): number {
    const text = bytes.toString('latin1', from, to)
    if (this.#format === 'text') {
      if (/^\d{1,15}$/.test(text)) return Number(text)
    } else {
      const seconds = readNumber(bytes, from, to) ?? Number.NaN
      if (Number.isFinite(seconds)) return Math.trunc(seconds * 1000)
    }
    throw new SyntaxError(`"${excerpt(bytes, from, to)}" is no time`)
  }

  /** None are kept: what stands there is passed over. */
  #isExemplar(bytes: Buffer, at: number): boolean {
    return this.#format === 'openmetrics' && bytes.toString('latin1', at, at + 3) === '# {'
  }
}

function wordEnd(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length && !isBlank(bytes[at]) && !isLineFeed(bytes[at])) at++
  return at
}

const excerpt = (bytes: Buffer, from: number, to: number) =>
  bytes.toString('utf8', from, Math.min(to, from + 40))
