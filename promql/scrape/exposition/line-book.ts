/**
 * What the lines of a target were the last time, by their bytes: what comes next is mostly the line
 * that came next then, and is known without a look at its names and labels.
 */

import { createByteKeys, type Entry, standsAt } from '../../store/bytes/byte-keys.ts'
import { Reused } from '../../store/reused.ts'

/** The text that names a series, or a whole line of metadata. */
export type Line<T> = Entry<Known<T>>

/** What such a text stands for, which may become something else. */
export interface Known<T> {
  what: T
  /** Its place in the last exposition. */
  place: number
}

/** No place: a whole number like those that are. */
const nowhere = 2 ** 30

/** Texts of lines that come no more are kept up to this many beyond those that do. */
const spareLines = 1000

export class LineBook<T> {
  readonly #keys = createByteKeys<Known<T>>()
  #expected = new Reused<Line<T>>()
  #seen = new Reused<Line<T>>()
  #next = 0

  /** Begins the next exposition, whether or not the last one came to its end. */
  begin(): void {
    this.#seen.clear()
    this.#next = 0
  }

  /** The line that is expected next, where its text stands at `at`. */
  expected(bytes: Buffer, at: number): Line<T> | undefined {
    const line = this.#expected.at(this.#next)
    return line !== undefined && standsAt(line, bytes, at) ? line : undefined
  }

  find(bytes: Buffer, from: number, to: number): Line<T> | undefined {
    return this.#keys.find(bytes, from, to)
  }

  add(text: Buffer, what: T): Line<T> {
    return this.#keys.set(text, { what, place: nowhere })
  }

  /** The line was read: after it comes what came after it the last time. */
  took(line: Line<T>): void {
    const { value: known } = line
    if (this.#expected.at(this.#next) === line) this.#next++
    else if (this.#expected.at(known.place) === line) this.#next = known.place + 1
    known.place = this.#seen.count
    this.#seen.add(line)
  }

  /** The exposition came to its end: the next one is expected to be like it. */
  end(): void {
    ;[this.#expected, this.#seen] = [this.#seen, this.#expected]
    this.#seen.clear()
    if (this.#keys.size > 2 * this.#expected.count + spareLines) this.#forgetOthers()
  }

  #forgetOthers(): void {
    const texts = [...this.#expected].map(({ block, at, length, value }) => {
      return { text: Buffer.from(block.buffer as ArrayBuffer, at, length), value }
    })
    this.#keys.clear()
    this.#expected.clear()
    for (const { text, value } of texts) this.#expected.add(this.#keys.set(text, value))
  }

  get size(): number {
    return this.#keys.size
  }
}
