/** Reads tokens one after the other; errors name the template and the line of the last one. */
import { TemplateError } from '../fault.ts'
import type { Source } from './node.ts'
import { shownToken, type Token, type TokenKind } from './token.ts'

export class TokenReader {
  readonly source: Source
  readonly #tokens: readonly Token[]
  readonly #last: Token
  #at = 0
  /** Where the action began that is being read. */
  actionLine = 0

  constructor(source: Source, tokens: readonly Token[]) {
    this.source = source
    this.#tokens = tokens
    this.#last = tokens.at(-1) ?? { kind: 'end', text: '', at: 0, line: 1 }
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? this.#last
  }

  next(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  peekPastSpace(): Token {
    while (this.peek().kind === 'space') this.#at++
    return this.peek()
  }

  nextPastSpace(): Token {
    this.peekPastSpace()
    return this.next()
  }

  back(): void {
    this.#at--
  }

  /** Where the reader is, to come back to. */
  mark(): number {
    return this.#at
  }

  reset(mark: number): void {
    this.#at = mark
  }

  expect(kind: TokenKind, context: string): Token {
    const token = this.nextPastSpace()
    return token.kind === kind ? token : this.unexpected(token, context)
  }

  isKeyword(word: string): boolean {
    const { kind, text } = this.peekPastSpace()
    return kind === 'keyword' && text === word
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== 'error')
      return this.fail(`unexpected ${shownToken(token)} in ${context}`, token.line)
    const elsewhere = this.actionLine !== 0 && this.actionLine !== token.line
    const start = token.text.endsWith(' action') ? '' : ' in action'
    const more = elsewhere ? `${start} started at ${this.source.name}:${this.actionLine}` : ''
    return this.fail(token.text + more, token.line)
  }

  fail(reason: string, line = this.#lineNow()): never {
    throw new TemplateError(`template: ${this.source.name}:${line}: ${reason}`)
  }

  #lineNow(): number {
    return (this.#tokens[Math.max(0, this.#at - 1)] ?? this.#last).line
  }
}
