/** Reads what stands inside an action: pipes, commands and their terms. */
import { charCode, numberOf, unquoted } from './literal.ts'
import type { Command, Literal, Pipe, Term } from './node.ts'
import { shownTerm } from './node.ts'
import type { TokenReader } from './reader.ts'
import type { Token, TokenKind } from './token.ts'

export interface Names {
  hasFunction(name: string): boolean
  /** Variables that may be used here, innermost last. */
  readonly variables: string[]
}

/** Parentheses inside each other. */
const depthMax = 100

export class PipeParser {
  readonly #reader: TokenReader
  readonly #names: Names
  #depth = 0

  constructor(reader: TokenReader, names: Names) {
    this.#reader = reader
    this.#names = names
  }

  pipe(context: string, end: TokenKind): Pipe {
    const { at } = this.#reader.peekPastSpace()
    const { variables, assigns } = this.#declarations(context)
    const commands: Command[] = []
    for (;;) {
      const token = this.#reader.nextPastSpace()
      if (token.kind === end) break
      if (!startsTerm.has(token.kind)) return this.#reader.unexpected(token, context)
      this.#reader.back()
      commands.push(this.#command())
    }
    this.#check(commands, context)
    return { kind: 'pipe', at, assigns, variables, commands }
  }

  #declarations(context: string): { variables: readonly string[]; assigns: boolean } {
    const reader = this.#reader
    const variables: string[] = []
    while (reader.peekPastSpace().kind === 'variable') {
      const mark = reader.mark()
      const name = reader.next().text
      const next = reader.peekPastSpace()
      if (next.kind === ':=' || next.kind === '=') {
        reader.next()
        this.#declare(name, variables)
        return { variables, assigns: next.kind === '=' }
      }
      if (next.kind !== 'mark' || next.text !== ',') {
        reader.reset(mark)
        return { variables, assigns: false }
      }
      reader.next()
      this.#declare(name, variables)
      if (context !== 'range' || variables.length > 1)
        reader.fail(`too many declarations in ${context}`)
      if (!['variable', 'right', ')'].includes(reader.peekPastSpace().kind))
        reader.fail('range can only initialize variables')
    }
    return { variables, assigns: false }
  }

  #declare(name: string, variables: string[]): void {
    variables.push(name)
    this.#names.variables.push(name)
  }

  #check(commands: readonly Command[], context: string): void {
    if (commands.length === 0) this.#reader.fail(`missing value for ${context}`)
    for (const [i, { terms }] of commands.entries())
      if (i > 0 && ['bool', 'dot', 'nil', 'number', 'string'].includes(terms[0]?.kind ?? ''))
        this.#reader.fail(`non executable command in pipeline stage ${i + 1}`)
  }

  #command(): Command {
    const reader = this.#reader
    const { at } = reader.peekPastSpace()
    const terms: Term[] = []
    for (;;) {
      reader.peekPastSpace()
      const term = this.#operand()
      if (term !== undefined) terms.push(term)
      const token = reader.next()
      if (token.kind === 'space') continue
      if (token.kind === 'right' || token.kind === ')') reader.back()
      else if (token.kind !== 'pipe') reader.unexpected(token, 'operand')
      break
    }
    if (terms.length === 0) reader.fail('empty command')
    return { at, terms }
  }

  #operand(): Term | undefined {
    const term = this.#term()
    const { kind, at } = this.#reader.peek()
    if (term === undefined || kind !== 'field') return term
    const path: string[] = []
    while (this.#reader.peek().kind === 'field') path.push(this.#reader.next().text.slice(1))
    switch (term.kind) {
      case 'field':
        return { kind: 'field', at, path: [...term.path, ...path] }
      case 'variable':
        return { kind: 'variable', at, name: term.name, path: [...term.path, ...path] }
      case 'pipe':
      case 'function':
      case 'chain':
        return { kind: 'chain', at, of: term, path }
      default:
        return this.#reader.fail(`unexpected . after term ${JSON.stringify(shownTerm(term))}`)
    }
  }

  #term(): Term | undefined {
    const reader = this.#reader
    const token = reader.nextPastSpace()
    const { at, text } = token
    switch (token.kind) {
      case 'word':
        if (!this.#names.hasFunction(text))
          reader.fail(`function ${JSON.stringify(text)} not defined`)
        return { kind: 'function', at, name: text }
      case 'dot':
      case 'nil':
        return { kind: token.kind, at }
      case 'variable':
        if (!this.#names.variables.includes(text))
          reader.fail(`undefined variable ${JSON.stringify(text)}`)
        return { kind: 'variable', at, name: text, path: [] }
      case 'field':
        return { kind: 'field', at, path: [text.slice(1)] }
      case '(':
        return this.#parenthesized()
      default:
        return this.#literal(token)
    }
  }

  #parenthesized(): Pipe {
    if (++this.#depth > depthMax)
      this.#reader.fail(`parentheses inside each other are limited to ${depthMax}`)
    const pipe = this.pipe('parenthesized pipeline', ')')
    this.#depth--
    return pipe
  }

  #literal({ kind, at, text }: Token): Literal | undefined {
    switch (kind) {
      case 'bool':
        return { kind: 'bool', at, value: text === 'true', shown: text }
      case 'string':
      case 'raw': {
        const value = unquoted(text) ?? this.#reader.fail('invalid syntax')
        return { kind: 'string', at, value, shown: text }
      }
      case 'char':
      case 'number': {
        const number = kind === 'char' ? charCode(text) : numberOf(text)
        if (number === undefined)
          return this.#reader.fail(
            kind === 'char' ? `malformed character constant: ${text}` : wrongNumber(text),
          )
        return { ...number, at, shown: text }
      }
      default:
        this.#reader.back()
        return undefined
    }
  }
}

const startsTerm: ReadonlySet<TokenKind> = new Set([
  'bool',
  'char',
  'dot',
  'field',
  'word',
  'number',
  'nil',
  'raw',
  'string',
  'variable',
  '(',
] as const)

const wrongNumber = (text: string) =>
  /^[+-]?\d+$/.test(text) ? `integer overflow: "${text}"` : `illegal number syntax: "${text}"`
