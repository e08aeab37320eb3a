/** Cuts a template into tokens: text, and what stands between `{{` and `}}`. */
import { keywords, type Token, type TokenKind } from './token.ts'

/** The last token is `end`, or `error` with what is wrong as its text. */
export function tokensOf(source: string): readonly Token[] {
  const lexer = new Lexer(source)
  lexer.run()
  return lexer.tokens
}

const leading = /[ \t\r\n]*/y
const trimmedEnd = /[ \t\r\n]+$/
const alphanumeric = /[\p{L}\p{Nd}_]/u
const word = /[\p{L}\p{Nd}_]+/uy
const trimStart = /-[ \t\r\n]/y
const trimStop = /[ \t\r\n]-\}\}/y
/** As it is scanned, not yet as it counts: `0x1p-2`, `1_000`, `1e9`. */
const numeral = new RegExp(
  [
    /[+-]?0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?(?:[pP][+-]?[\d_]*)?/,
    /[+-]?0[oO][0-7_]*/,
    /[+-]?0[bB][01_]*/,
    /[+-]?[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?[\d_]*)?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'y',
)

class Lexer {
  readonly tokens: Token[] = []
  readonly #source: string
  #at = 0
  #line = 1
  #parens = 0

  constructor(source: string) {
    this.#source = source
  }

  run(): void {
    for (;;) {
      const open = this.#source.indexOf('{{', this.#at)
      if (open < 0) {
        this.#text(this.#source.length, false)
        this.#emit('end', 0)
        return
      }
      const trims = this.#matches(trimStart, open + 2) !== undefined
      this.#text(open, trims)
      if (!this.#action(trims)) return
    }
  }

  /** Text up to `end`; what is trimmed still counts as passed. */
  #text(end: number, trims: boolean): void {
    const whole = this.#source.slice(this.#at, end)
    const kept = trims ? whole.replace(trimmedEnd, '') : whole
    if (kept !== '') this.tokens.push(this.#token('text', kept))
    this.#pass(whole)
  }

  /** False: an error ends the list. */
  #action(trims: boolean): boolean {
    const marker = trims ? 4 : 2
    if (this.#source.startsWith('/*', this.#at + marker)) return this.#comment(marker)
    this.tokens.push(this.#token('left', '{{'))
    this.#pass(this.#source.slice(this.#at, this.#at + marker))
    this.#parens = 0
    for (;;) {
      const { kind } = this.#inside()
      if (kind === 'error') return false
      if (kind === 'right') return true
    }
  }

  #comment(marker: number): boolean {
    const close = this.#source.indexOf('*/', this.#at + marker + 2)
    if (close < 0) return this.#fail('unclosed comment', marker)
    const trims = this.#matches(trimStop, close + 2) !== undefined
    if (!trims && !this.#source.startsWith('}}', close + 2))
      return this.#fail('comment ends before closing delimiter', marker)
    this.#pass(this.#source.slice(this.#at, close + 2 + (trims ? 4 : 2)))
    if (trims) this.#skipSpace()
    return true
  }

  #inside(): Token {
    const rest = this.#source
    if (this.#matches(trimStop, this.#at) !== undefined) return this.#close(4)
    if (rest.startsWith('}}', this.#at)) return this.#close(2)
    const letter = rest[this.#at]
    if (letter === undefined) return this.#error('unclosed action')
    if (/[ \t\r\n]/.test(letter)) return this.#space()
    const simple = simpleTokens.get(letter)
    if (simple !== undefined) return this.#emit(simple, 1)
    return (quoteEnds.has(letter) ? this.#quoted(letter) : undefined) ?? this.#other(letter)
  }

  #other(letter: string): Token {
    const next = this.#source[this.#at + 1] ?? ''
    if (letter === ':') return next === '=' ? this.#emit(':=', 2) : this.#error('expected :=')
    if (letter === '(' || letter === ')') return this.#paren(letter)
    if (letter === '$' || (letter === '.' && !/\d/.test(next))) return this.#name(letter)
    if (/[+\-.\d]/.test(letter)) return this.#number()
    if (this.#matches(word, this.#at) !== undefined) return this.#identifier()
    if (/[!-~]/.test(letter)) return this.#emit('mark', 1)
    return this.#error(`unrecognized character in action: ${shownCode(this.#source, this.#at)}`)
  }

  #close(length: number): Token {
    if (this.#parens > 0) return this.#error('unclosed left paren')
    const token = this.#emit('right', length, '}}')
    if (length > 2) this.#skipSpace()
    return token
  }

  /** A space before a minus that closes belongs to what closes. */
  #space(): Token {
    let end = this.#at
    while (/[ \t\r\n]/.test(this.#source[end] ?? '') && !this.#matches(trimStop, end)) end++
    return this.#emit('space', end - this.#at)
  }

  #paren(letter: '(' | ')'): Token {
    this.#parens += letter === '(' ? 1 : -1
    if (this.#parens < 0) return this.#error('unexpected right paren')
    return this.#emit(letter, 1)
  }

  /** `.field`, `$variable`, or the dot or dollar alone. */
  #name(sigil: '$' | '.' | string): Token {
    const name = this.#matches(word, this.#at + 1) ?? ''
    const kind = sigil === '$' ? 'variable' : name === '' ? 'dot' : 'field'
    return this.#ended(this.#at + 1 + name.length) ?? this.#emit(kind, 1 + name.length)
  }

  #identifier(): Token {
    const name = this.#matches(word, this.#at) ?? ''
    const wrong = this.#ended(this.#at + name.length)
    if (wrong !== undefined) return wrong
    if (keywords.has(name)) return this.#emit('keyword', name.length)
    if (name === 'nil') return this.#emit('nil', 3)
    return this.#emit(name === 'true' || name === 'false' ? 'bool' : 'word', name.length)
  }

  /** An error where a name runs into something that cannot follow it. */
  #ended(end: number): Token | undefined {
    const next = this.#source[end]
    if (next === undefined || /[ \t\r\n.,|:()]/.test(next)) return undefined
    if (this.#source.startsWith('}}', end)) return undefined
    return this.#error(`bad character ${shownCode(this.#source, end)}`)
  }

  #number(): Token {
    const text = this.#matches(numeral, this.#at) ?? ''
    const next = this.#source[this.#at + text.length] ?? ''
    if (alphanumeric.test(next))
      return this.#error(`bad number syntax: ${JSON.stringify(text + next)}`)
    return this.#emit('number', text.length)
  }

  #quoted(quote: string): Token {
    const { kind, name, spansLines } = quoteEnds.get(quote) ?? quoteEnd
    for (let end = this.#at + 1; end < this.#source.length; end++) {
      const letter = this.#source[end]
      if (letter === quote) return this.#emit(kind, end + 1 - this.#at)
      if (spansLines) continue
      if (letter === '\\') end++
      if (this.#source[end] === '\n') break
    }
    return this.#error(`unterminated ${name}`)
  }

  #skipSpace(): void {
    this.#pass(this.#matches(leading, this.#at) ?? '')
  }

  #matches(pattern: RegExp, at: number): string | undefined {
    pattern.lastIndex = at
    return pattern.exec(this.#source)?.[0]
  }

  #emit(kind: TokenKind, length: number, shown?: string): Token {
    const text = this.#source.slice(this.#at, this.#at + length)
    const token = this.#token(kind, shown ?? text)
    this.tokens.push(token)
    this.#pass(text)
    return token
  }

  #error(text: string): Token {
    const token = this.#token('error', text)
    this.tokens.push(token)
    return token
  }

  #fail(text: string, marker: number): false {
    this.#pass(this.#source.slice(this.#at, this.#at + marker))
    this.#error(text)
    return false
  }

  #token(kind: TokenKind, text: string): Token {
    return { kind, text, at: this.#at, line: this.#line }
  }

  #pass(text: string): void {
    this.#at += text.length
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++
  }
}

const quoteEnd = { kind: 'string', name: 'quoted string', spansLines: false } as const

const quoteEnds = new Map<
  string,
  { readonly kind: TokenKind; readonly name: string; readonly spansLines: boolean }
>([
  ['"', quoteEnd],
  ['`', { kind: 'raw', name: 'raw quoted string', spansLines: true }],
  ["'", { kind: 'char', name: 'character constant', spansLines: false }],
])

const simpleTokens = new Map<string, TokenKind>([
  ['=', '='],
  ['|', 'pipe'],
])

function shownCode(source: string, at: number): string {
  const code = source.codePointAt(at) ?? 0
  const text = String.fromCodePoint(code)
  const shown = /[\p{C}\p{Z}]/u.test(text) ? '' : ` '${text}'`
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}${shown}`
}
