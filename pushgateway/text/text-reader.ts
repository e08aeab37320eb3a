/** A cursor over a body in text format: the tokens of the format and the errors of its reader. */
import { isAscii, isUtf8 } from 'node:buffer'
import { fault } from '#api/errors'
import { quoteGo } from '#lib/go-text'

const code = (letter: string) => letter.charCodeAt(0)
const space = code(' ')
const tab = code('\t')
const lineFeed = code('\n')
const quote = code('"')
const backslash = code('\\')
const brace = code('{')
const colon = code(':')
const underscore = code('_')

/** Bytes stand as Latin-1 letters until a token is taken, so that positions are bytes. */
export class TextReader {
  readonly #text: string
  /** Then a slice of the text is what it says, as it stands. */
  readonly #isAscii: boolean
  #at = 0
  #line = 1

  constructor(body: Buffer) {
    this.#text = body.toString('latin1')
    this.#isAscii = isAscii(body)
  }

  atEnd(): boolean {
    return this.#at >= this.#text.length
  }

  /** The letter under the cursor. A body must end with LF, so its end here is an error. */
  current(): string {
    return String.fromCharCode(this.#code())
  }

  is(letter: string): boolean {
    return this.#code() === code(letter)
  }

  /** Steps over `letter` where it is the current one. */
  take(letter: string): boolean {
    if (!this.is(letter)) return false
    this.#at++
    return true
  }

  takeLineEnd(): boolean {
    if (!this.take('\n')) return false
    this.#line++
    return true
  }

  /** Steps over blanks and tabs; may reach the end of the body. */
  skipBlanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const letter = this.#text.charCodeAt(this.#at)
      if (letter !== space && letter !== tab) return
    }
  }

  skipLine(): void {
    while (this.#code() !== lineFeed) this.#at++
  }

  /** Up to a blank, tab or line end; may be empty. */
  word(): string {
    const start = this.#at
    for (;;) {
      const letter = this.#code()
      if (letter === space || letter === tab || letter === lineFeed) return this.#slice(start)
      this.#at++
    }
  }

  restOfLine(): string {
    const start = this.#at
    this.skipLine()
    return this.#slice(start)
  }

  /** The rest of a HELP line, unescaped. */
  helpText(): string {
    let text = ''
    for (let start = this.#at; ; start = this.#at) {
      while (this.#code() !== lineFeed && this.#code() !== backslash) this.#at++
      text += this.#text.slice(start, this.#at)
      if (this.is('\n')) return this.#decoded(text)
      text += this.#escaped('help')
    }
  }

  /** A bare or quoted name; empty where none begins here. `:` counts in metric names only. */
  name(of: 'metric' | 'label'): string {
    if (this.take('"')) return this.quoted(of)
    const start = this.#at
    const also = of === 'metric' ? colon : underscore
    for (;;) {
      const letter = this.#code()
      const isLetter = (letter >= 97 && letter <= 122) || (letter >= 65 && letter <= 90)
      const isDigit = letter >= 48 && letter <= 57 && this.#at > start
      if (!isLetter && !isDigit && letter !== underscore && letter !== also) break
      this.#at++
    }
    return this.#text.slice(start, this.#at)
  }

  /** Steps over the bare name `known` where that and nothing longer stands here. */
  takeName(known: string): boolean {
    const end = this.#at + known.length
    if (!this.#text.startsWith(known, this.#at) || end >= this.#text.length) return false
    const next = this.#text.charCodeAt(end)
    if (next !== space && next !== brace && next !== tab) return false
    this.#at = end
    return true
  }

  /** What stands between quotes; the cursor is behind the first one. */
  quoted(of: 'metric' | 'label' | 'value'): string {
    let text = ''
    for (let start = this.#at; ; start = this.#at) {
      let letter = this.#code()
      while (letter !== quote && letter !== backslash && letter !== lineFeed) {
        this.#at++
        letter = this.#code()
      }
      text += this.#text.slice(start, this.#at)
      if (letter === lineFeed) throw this.#unclosed(of, text)
      if (letter === backslash) text += this.#escaped('quoted')
      else {
        this.#at++
        return this.#valid(text)
      }
    }
  }

  error(reason: string) {
    return fault('PUSHGATEWAY_TEXT_MALFORMED', { line: this.#line, reason })
  }

  #code(): number {
    if (this.#at >= this.#text.length) throw this.error('unexpected end of input stream')
    return this.#text.charCodeAt(this.#at)
  }

  #slice(start: number): string {
    return this.#decoded(this.#text.slice(start, this.#at))
  }

  #escaped(where: 'help' | 'quoted'): string {
    this.#at++
    const letter = this.current()
    this.#at++
    if (letter === 'n') return '\n'
    if (letter === '\\' || (letter === '"' && where === 'quoted')) return letter
    throw this.error(`invalid escape sequence '\\${letter}'`)
  }

  #valid(text: string): string {
    if (this.#isAscii) return text
    const bytes = Buffer.from(text, 'latin1')
    if (!isUtf8(bytes)) throw this.error(`invalid label value ${quoteGo(bytes.toString())}`)
    return bytes.toString()
  }

  #decoded(text: string): string {
    return this.#isAscii ? text : Buffer.from(text, 'latin1').toString()
  }

  #unclosed(of: 'metric' | 'label' | 'value', text: string) {
    const what = of === 'value' ? 'label value' : `${of} name`
    return this.error(`${what} ${quoteGo(this.#decoded(text))} contains unescaped new-line`)
  }
}
