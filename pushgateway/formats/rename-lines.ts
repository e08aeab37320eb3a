/** Writes stored lines anew under other names: of their family, and of their labels. */
import { escapeValue, unescapeValue } from '#lib/labels'
import type { WireWriter } from '#lib/wire-writer'

const code = (letter: string) => letter.charCodeAt(0)
const lineFeed = code('\n')
const quote = code('"')
const backslash = code('\\')
const openBrace = code('{')
const closeBrace = code('}')
const comma = code(',')
const equals = code('=')
const blank = code(' ')

export interface Lines {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

export interface NewNames {
  readonly family: string
  /** Of every label that the lines have. */
  readonly labels: ReadonlyMap<string, string>
}

/** Which labels a metric has. */
export function addLabelNames(family: string, lines: Lines, into: Set<string>): void {
  const reader = new LineReader(family, lines.bytes)
  reader.start(lines.start)
  for (let name = reader.label(); name !== undefined; name = reader.label()) into.add(name)
}

export function renameLines(
  to: WireWriter,
  { family, lines, names }: { family: string; lines: Lines; names: NewNames },
): void {
  const { bytes } = lines
  const reader = new LineReader(family, bytes)
  for (let at = lines.start; at < lines.end; ) {
    const suffix = reader.start(at)
    to.letters(names.family)
    to.copy(bytes, suffix.start, suffix.end)
    let separator = openBrace
    for (let name = reader.label(); name !== undefined; name = reader.label()) {
      to.byte(separator)
      separator = comma
      to.letters(names.labels.get(name) ?? name)
      to.copy(bytes, reader.nameEnd, reader.at)
    }
    if (separator === comma) to.byte(closeBrace)
    const value = reader.valueStart()
    at = bytes.indexOf(lineFeed, value) + 1
    to.copy(bytes, value, at)
  }
}

/** Steps through a line: its name, then label by label. */
class LineReader {
  readonly #bytes: Buffer
  readonly #plainSize: number
  readonly #quotedSize: number
  at = 0
  /** Where the equals sign of the label is that was read last. */
  nameEnd = 0

  constructor(family: string, bytes: Buffer) {
    this.#bytes = bytes
    this.#plainSize = Buffer.byteLength(family)
    this.#quotedSize = Buffer.byteLength(escapeValue(family))
  }

  /** Returns where the letters stand that follow the family's name: `_bucket` and such. */
  start(line: number): { readonly start: number; readonly end: number } {
    const bytes = this.#bytes
    const isQuoted = bytes[line] === openBrace
    const start = isQuoted ? line + 2 + this.#quotedSize : line + this.#plainSize
    let end = start
    while (bytes[end] !== openBrace && bytes[end] !== blank && bytes[end] !== quote) end++
    this.at = isQuoted ? end + 1 : end
    return { start, end }
  }

  /** The next name, as it was before it was escaped; undefined: there are no more. */
  label(): string | undefined {
    const bytes = this.#bytes
    if (bytes[this.at] !== openBrace && bytes[this.at] !== comma) return undefined
    const start = this.at + 1
    const isQuoted = bytes[start] === quote
    this.nameEnd = isQuoted ? this.#behindQuoted(start) : bytes.indexOf(equals, start)
    this.at = this.#behindQuoted(this.nameEnd + 1)
    const text = bytes.toString('utf8', start, this.nameEnd)
    return isQuoted ? unescapeValue(text.slice(1, -1)) : text
  }

  /** The blank before the value, once the labels are read. */
  valueStart(): number {
    return this.#bytes[this.at] === closeBrace ? this.at + 1 : this.at
  }

  /** `start` is that of the opening quote. */
  #behindQuoted(start: number): number {
    let at = start + 1
    for (; this.#bytes[at] !== quote; at++) if (this.#bytes[at] === backslash) at++
    return at + 1
  }
}
