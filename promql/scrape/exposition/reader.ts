/**
 * Reads an exposition as it comes in, piece by piece. A line whose text was there the last time is
 * known by its bytes; what is new is taken apart and asked for.
 */
import { fault } from '#api/errors'
import type { Known, Line, LineBook } from './line-book.ts'
import { type Family, readMetadata } from './metadata-line.ts'
import {
  isBlank,
  isLineFeed,
  type Pairs,
  readSeries,
  seriesEnd,
  skipBlanks,
} from './series-text.ts'
import { type Format, Tail } from './tail.ts'

export interface Listener<T> {
  /** What stands for these labels, after a family of this type; asked once for each text. */
  named(pairs: Pairs, type: string | undefined): T
  /** `atMs` is absent where the line has no time of its own. */
  sample(of: Known<T>, value: number, atMs: number | undefined): void
  /** Told once for each text. */
  family(said: Family): void
}

/** In a book, what stands for a line that names no series, but may say the type of some. */
class Comment {
  readonly type: string | undefined

  constructor(type: string | undefined) {
    this.type = type
  }
}

export type Book<T> = LineBook<T | Comment>

/** A longer line is no exposition. */
const lineBytesMax = 1024 * 1024

const hash = 0x23
const eof = Buffer.from('# EOF')
const lineEnd = Buffer.from('\n')

/** How far a step came; -1: the line does not end within these bytes. */
type Next = number
const unfinished = -1

export class ExpositionReader<T> {
  readonly #book: Book<T>
  readonly #format: Format
  readonly #listener: Listener<T>
  readonly #tail: Tail
  #room: Buffer = Buffer.alloc(0)
  #rest: Buffer = this.#room
  #lines = 0
  /** What was said last of any family. */
  #type: string | undefined = undefined
  /** OpenMetrics: its last line was read. */
  #isOver = false

  constructor(book: Book<T>, format: Format, listener: Listener<T>) {
    this.#book = book
    this.#format = format
    this.#listener = listener
    this.#tail = new Tail(format)
    book.begin()
  }

  /** Throws PROMQL_EXPOSITION_INVALID; nobody may write more then. */
  write(piece: Buffer): void {
    const bytes = this.#joined(piece)
    let at = 0
    try {
      while (at < bytes.length) {
        const next = this.#line(bytes, at)
        if (next === unfinished) break
        this.#lines++
        at = next
      }
      if (bytes.length - at > lineBytesMax) throw new SyntaxError('the line is too long')
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      throw this.#invalid(error.message)
    }
    this.#keep(bytes.subarray(at))
  }

  /** What was left of the last piece, and this one. */
  #joined(piece: Buffer): Buffer {
    if (this.#rest.length === 0) return piece
    const length = this.#rest.length + piece.length
    if (length > this.#room.length) this.#keep(this.#rest, 2 * length)
    piece.copy(this.#room, this.#rest.length)
    return this.#room.subarray(0, length)
  }

  /** In room of our own: pieces are many and large, and their memory is not ours. */
  #keep(rest: Buffer, roomBytes = Math.max(this.#room.length, rest.length)): void {
    const room = roomBytes === this.#room.length ? this.#room : Buffer.allocUnsafeSlow(roomBytes)
    rest.copy(room)
    this.#room = room
    this.#rest = room.subarray(0, rest.length)
  }

  /** Everything was written. */
  end(): void {
    if (this.#format === 'openmetrics') {
      if (!this.#isOver && !this.#rest.equals(eof))
        throw this.#invalid('the exposition does not end with "# EOF"')
    } else if (this.#rest.length > 0) {
      this.write(lineEnd)
      if (this.#rest.length > 0) throw this.#invalid('the last line does not end')
    }
    this.#book.end()
  }

  #invalid(reason: string) {
    return fault('PROMQL_EXPOSITION_INVALID', { line: this.#lines + 1, reason })
  }

  #line(bytes: Buffer, at: number): Next {
    const line = this.#book.expected(bytes, at)
    if (line === undefined) return this.#otherLine(bytes, at)
    const end = at + line.length
    const { what } = line.value
    if (!(what instanceof Comment))
      return isBlank(bytes[end]) ? this.#sample(bytes, end, line) : this.#otherLine(bytes, at)
    if (!isLineFeed(bytes[end])) return this.#otherLine(bytes, at)
    this.#tookComment(line, what)
    return end + 1
  }

  #otherLine(bytes: Buffer, from: number): Next {
    if (this.#isOver) throw new SyntaxError('something follows "# EOF"')
    const isText = this.#format === 'text'
    const at = isText ? skipBlanks(bytes, from) : from
    if (at >= bytes.length) return unfinished
    if (isText && isLineFeed(bytes[at])) return at + 1
    if (bytes[at] === hash) return this.#comment(bytes, at)
    if (at > from) throw new SyntaxError('blanks stand before the name')
    return this.#series(bytes, at)
  }

  #series(bytes: Buffer, at: number): Next {
    const end = seriesEnd(bytes, at)
    if (end === undefined) return unfinished
    return this.#sample(bytes, end, this.#book.find(bytes, at, end) ?? this.#learn(bytes, at, end))
  }

  #learn(bytes: Buffer, from: number, to: number): Line<T | Comment> {
    const text = bytes.subarray(from, to)
    return this.#book.add(text, this.#listener.named(readSeries(text), this.#type))
  }

  #sample(bytes: Buffer, from: number, line: Line<T | Comment>): Next {
    const next = this.#tail.read(bytes, from)
    if (next === undefined) return unfinished
    this.#book.took(line)
    // A comment begins with a hash, and no series does.
    this.#listener.sample(line.value as Known<T>, this.#tail.value, this.#tail.atMs)
    return next
  }

  #comment(bytes: Buffer, at: number): Next {
    const end = bytes.indexOf('\n', at)
    if (end < 0) return unfinished
    const text = bytes.subarray(at, end)
    if (this.#format === 'openmetrics' && text.equals(eof)) {
      this.#isOver = true
      return end + 1
    }
    const line = this.#book.find(bytes, at, end) ?? this.#book.add(text, this.#read(text))
    if (line.value.what instanceof Comment) this.#tookComment(line, line.value.what)
    return end + 1
  }

  #read(text: Buffer): Comment {
    const said = readMetadata(text, this.#format)
    if (said !== undefined) this.#listener.family(said)
    return new Comment(said?.fact === 'type' ? said.text : undefined)
  }

  #tookComment(line: Line<T | Comment>, { type }: Comment): void {
    if (type !== undefined) this.#type = type
    this.#book.took(line)
  }
}
