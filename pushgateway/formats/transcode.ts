/**
 * Turns stored lines into protobuf without an object in between. `measure` finds the labels and the
 * size of a metric, since a length stands before what it measures; `write` writes what was measured
 * last. Lines of series with labels by the dozen and buckets by the hundred are what this is for.
 */
import { escapeValue } from '#lib/labels'
import { sizedSize, varintSize, type WireWriter } from '#lib/wire-writer'
import type { FamilyHead } from '../text/family.ts'
import { isWhole, writeCount } from './encode-metric.ts'
import { readNumber } from './number.ts'
import * as tags from './schema.ts'

const code = (letter: string) => letter.charCodeAt(0)
const lineFeed = code('\n')
const quote = code('"')
const backslash = code('\\')
const openBrace = code('{')
const closeBrace = code('}')
const equals = code('=')
const blank = code(' ')
const underscore = code('_')
const letterC = code('c')
const letterN = code('n')
const letterS = code('s')

const countSuffix = '_count'.length

/** A float with its tag. */
const doubleSize = 9

/** Of each label: where its name starts and ends, its size unescaped; the same of its value. */
const marksPerLabel = 6

export class Transcoder {
  readonly #head: FamilyHead
  readonly #plainSize: number
  readonly #quotedSize: number
  #bytes: Buffer = Buffer.alloc(0)
  #marks = new Int32Array(16 * marksPerLabel)
  #markCount = 0
  #escapes = 0
  #labelsSize = 0
  #valueStart = 0
  #valueSize = 0
  #count = 0
  #sum = 0
  readonly #points: number[] = []

  constructor(head: FamilyHead) {
    this.#head = head
    this.#plainSize = Buffer.byteLength(head.name)
    this.#quotedSize = Buffer.byteLength(escapeValue(head.name))
  }

  /** The size of the metric whose lines begin at `start`, without its own tag and length. */
  measure(bytes: Buffer, start: number): number {
    this.#bytes = bytes
    const { type } = this.#head
    this.#markCount = 0
    this.#labelsSize = 0
    if (type === 'histogram' || type === 'summary') {
      this.#readCompound(start)
      this.#valueSize = type === 'histogram' ? this.#histogramSize() : this.#summarySize()
    } else {
      this.#valueStart = this.#readLabels(start, this.#nameEnd(start))
      this.#valueSize = doubleSize
    }
    return this.#labelsSize + sizedSize(this.#valueSize)
  }

  write(to: WireWriter): void {
    const { type } = this.#head
    for (let i = 0; i < this.#markCount; i += marksPerLabel) this.#writeLabel(to, i)
    to.byte(tags.valueTags[type])
    to.varint(this.#valueSize)
    if (type === 'histogram') this.#writeHistogram(to)
    else if (type === 'summary') this.#writeSummary(to)
    else {
      let end = this.#valueStart
      while (this.#bytes[end] !== lineFeed) end++
      writeDouble(to, tags.scalar.value, readNumber(this.#bytes, this.#valueStart, end))
    }
  }

  /** Where a line's name ends, but for a suffix. */
  #nameEnd(start: number): number {
    // A name that needs quotes is the first thing inside the braces.
    return this.#bytes[start] === openBrace ? start + 2 + this.#quotedSize : start + this.#plainSize
  }

  /** Reads lines from their ends, where value and point stand; the labels are the last line's. */
  #readCompound(start: number): void {
    const bytes = this.#bytes
    this.#points.length = 0
    for (let at = start; ; ) {
      const end = bytes.indexOf(lineFeed, at)
      let gap = end - 1
      while (bytes[gap] !== blank) gap--
      const value = readNumber(bytes, gap + 1, end)
      const nameEnd = this.#nameEnd(at)
      const part = bytes[nameEnd] === underscore ? bytes[nameEnd + 1] : quote
      if (part === letterC) {
        this.#count = value
        this.#readLabels(at, nameEnd + countSuffix)
        return
      }
      if (part === letterS) this.#sum = value
      else this.#points.push(this.#pointBefore(gap), value)
      at = end + 1
    }
  }

  /** The bound or quantile in `…="0.5"} `, of which the blank stands at `gap`. */
  #pointBefore(gap: number): number {
    const close = gap - 2
    let open = close - 1
    while (this.#bytes[open] !== quote) open--
    return readNumber(this.#bytes, open + 1, close)
  }

  /** Marks the labels of a line, and returns where its value begins. */
  #readLabels(start: number, nameEnd: number): number {
    const bytes = this.#bytes
    let at = nameEnd
    if (bytes[start] === openBrace) at++
    if (bytes[at] === blank) return at + 1
    while (bytes[at] !== closeBrace) at = this.#readLabel(at + 1)
    return at + 2
  }

  /** Returns what stands behind the label: a comma or the brace. */
  #readLabel(start: number): number {
    const bytes = this.#bytes
    const isQuoted = bytes[start] === quote
    const nameStart = isQuoted ? start + 1 : start
    const nameEnd = isQuoted ? this.#closingQuote(nameStart) : this.#equalsSign(nameStart)
    const nameSize = nameEnd - nameStart - this.#escapes
    const valueStart = isQuoted ? nameEnd + 3 : nameEnd + 2
    const valueEnd = this.#closingQuote(valueStart)
    const valueSize = valueEnd - valueStart - this.#escapes
    if (this.#markCount === this.#marks.length) this.#growMarks()
    const marks = this.#marks
    let mark = this.#markCount
    marks[mark++] = nameStart
    marks[mark++] = nameEnd
    marks[mark++] = nameSize
    marks[mark++] = valueStart
    marks[mark++] = valueEnd
    marks[mark++] = valueSize
    this.#markCount = mark
    this.#labelsSize += sizedSize(sizedSize(nameSize) + sizedSize(valueSize))
    return valueEnd + 1
  }

  #equalsSign(start: number): number {
    const bytes = this.#bytes
    this.#escapes = 0
    let at = start
    while (bytes[at] !== equals) at++
    return at
  }

  /** Counts the escapes on its way. */
  #closingQuote(start: number): number {
    const bytes = this.#bytes
    this.#escapes = 0
    let at = start
    for (; bytes[at] !== quote; at++) {
      if (bytes[at] !== backslash) continue
      at++
      this.#escapes++
    }
    return at
  }

  #growMarks(): void {
    const grown = new Int32Array(2 * this.#marks.length)
    grown.set(this.#marks)
    this.#marks = grown
  }

  #writeLabel(to: WireWriter, mark: number): void {
    const marks = this.#marks
    const nameSize = marks[mark + 2] ?? 0
    const valueSize = marks[mark + 5] ?? 0
    to.byte(tags.metric.label)
    to.varint(sizedSize(nameSize) + sizedSize(valueSize))
    to.byte(tags.pair.name)
    to.varint(nameSize)
    this.#copy(to, mark)
    to.byte(tags.pair.value)
    to.varint(valueSize)
    this.#copy(to, mark + 3)
  }

  #copy(to: WireWriter, mark: number): void {
    const bytes = this.#bytes
    const start = this.#marks[mark] ?? 0
    const end = this.#marks[mark + 1] ?? 0
    const isPlain = end - start === this.#marks[mark + 2]
    if (isPlain) to.copy(bytes, start, end)
    else copyUnescaped(to, bytes.subarray(start, end))
  }

  #histogramSize(): number {
    let size = countSize(this.#count) + doubleSize
    for (let i = 1; i < this.#points.length; i += 2) size += sizedSize(this.#bucketSize(i))
    return size
  }

  #bucketSize(at: number): number {
    return countSize(this.#points[at] ?? 0) + doubleSize
  }

  #writeHistogram(to: WireWriter): void {
    writeCount(to, tags.histogram, this.#count)
    writeDouble(to, tags.histogram.sum, this.#sum)
    for (let i = 0; i < this.#points.length; i += 2) {
      to.byte(tags.histogram.bucket)
      to.varint(this.#bucketSize(i + 1))
      writeCount(to, tags.bucket, this.#points[i + 1] ?? 0)
      writeDouble(to, tags.bucket.upperBound, this.#points[i] ?? 0)
    }
  }

  #summarySize(): number {
    const quantiles = (this.#points.length / 2) * sizedSize(2 * doubleSize)
    return 1 + varintSize(this.#count) + doubleSize + quantiles
  }

  #writeSummary(to: WireWriter): void {
    to.byte(tags.summary.count)
    to.varint(this.#count)
    writeDouble(to, tags.summary.sum, this.#sum)
    for (let i = 0; i < this.#points.length; i += 2) {
      to.byte(tags.summary.quantile)
      to.varint(2 * doubleSize)
      writeDouble(to, tags.quantile.quantile, this.#points[i] ?? 0)
      writeDouble(to, tags.quantile.value, this.#points[i + 1] ?? 0)
    }
  }
}

/** With its tag. */
function countSize(count: number): number {
  return isWhole(count) ? 1 + varintSize(count) : doubleSize
}

function copyUnescaped(to: WireWriter, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; at++) {
    const isEscape = bytes[at] === backslash
    if (isEscape) at++
    to.byte(isEscape && bytes[at] === letterN ? lineFeed : (bytes[at] ?? 0))
  }
}

function writeDouble(to: WireWriter, tag: number, value: number): void {
  to.byte(tag)
  to.double(value)
}
