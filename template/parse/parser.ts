/** Parses a template and what it defines. Throws nothing but a TemplateError. */
import { tokensOf } from './lexer.ts'
import { unquoted } from './literal.ts'
import {
  type BranchNode,
  type Definition,
  isEmpty,
  type Node,
  type Pipe,
  type Source,
  type TemplateNode,
} from './node.ts'
import { PipeParser } from './pipe.ts'
import { TokenReader } from './reader.ts'
import type { Token } from './token.ts'

/** The template itself is first; the others are what `define` and `block` name. */
export function parse(
  source: Source,
  hasFunction: (name: string) => boolean,
): readonly Definition[] {
  return new Parser(source, hasFunction).run()
}

/** Actions inside each other. */
const depthMax = 200

/** What ends a list: `{{end}}`, `{{else}}`. */
type Stop = 'end' | 'else'

class Parser {
  readonly #source: Source
  readonly #reader: TokenReader
  readonly #pipes: PipeParser
  readonly #variables = ['$']
  readonly #definitions = new Map<string, Definition>()
  #rangeDepth = 0
  #depth = 0

  constructor(source: Source, hasFunction: (name: string) => boolean) {
    this.#source = source
    this.#reader = new TokenReader(source, tokensOf(source.text))
    this.#pipes = new PipeParser(this.#reader, { hasFunction, variables: this.#variables })
  }

  run(): readonly Definition[] {
    const list: Node[] = []
    while (this.#reader.peek().kind !== 'end') {
      if (this.#isDefinition()) this.#definition()
      else {
        const node = this.#textOrAction()
        if (typeof node === 'string') this.#reader.fail(`unexpected {{${node}}}`)
        else list.push(node)
      }
    }
    this.#add(this.#source.name, list)
    const main = this.#definitions.get(this.#source.name)
    const others = [...this.#definitions.values()].filter((one) => one !== main)
    return main === undefined ? others : [main, ...others]
  }

  #isDefinition(): boolean {
    if (this.#reader.peek().kind !== 'left') return false
    const mark = this.#reader.mark()
    this.#reader.next()
    const found = this.#reader.isKeyword('define')
    this.#reader.reset(mark)
    return found
  }

  #definition(): void {
    this.#reader.next()
    const { line } = this.#reader.nextPastSpace()
    this.#reader.actionLine = line
    const context = 'define clause'
    const name = this.#templateName(context)
    this.#reader.expect('right', context)
    this.#body(name, context)
  }

  /** A list of its own: it sees no variable and no range of where it stands. */
  #body(name: string, context: string): void {
    const variables = this.#variables.splice(0, this.#variables.length, '$')
    const ranges = this.#rangeDepth
    this.#rangeDepth = 0
    const { list, stop } = this.#list()
    if (stop !== 'end') this.#reader.fail(`unexpected {{${stop}}} in ${context}`)
    this.#variables.splice(0, this.#variables.length, ...variables)
    this.#rangeDepth = ranges
    this.#add(name, list)
  }

  #add(name: string, list: readonly Node[]): void {
    const before = this.#definitions.get(name)
    if (before !== undefined && !isEmpty(before.list)) {
      if (!isEmpty(list))
        throw this.#reader.fail(`template: multiple definition of template ${JSON.stringify(name)}`)
      return
    }
    this.#definitions.set(name, { name, source: this.#source, list })
  }

  #list(): { readonly list: readonly Node[]; readonly stop: Stop } {
    if (++this.#depth > depthMax)
      this.#reader.fail(`actions inside each other are limited to ${depthMax}`)
    const list: Node[] = []
    while (this.#reader.peekPastSpace().kind !== 'end') {
      const node = this.#textOrAction()
      if (typeof node === 'string') {
        this.#depth--
        return { list, stop: node }
      }
      list.push(node)
    }
    return this.#reader.fail('unexpected EOF')
  }

  #textOrAction(): Node | Stop {
    const token = this.#reader.nextPastSpace()
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text }
    if (token.kind !== 'left') return this.#reader.unexpected(token, 'input')
    this.#reader.actionLine = token.line
    const node = this.#action()
    this.#reader.actionLine = 0
    return node
  }

  #action(): Node | Stop {
    const token = this.#reader.nextPastSpace()
    if (token.kind === 'keyword') {
      const read = this.#keywords[token.text]
      if (read !== undefined) return read(token)
    }
    this.#reader.back()
    const { at } = this.#reader.peek()
    return { kind: 'action', at, pipe: this.#pipes.pipe('command', 'right') }
  }

  readonly #keywords: Readonly<Record<string, (token: Token) => Node | Stop>> = {
    block: () => this.#block(),
    break: (token) => this.#leave('break', token),
    continue: (token) => this.#leave('continue', token),
    else: () => this.#otherwise(),
    end: () => {
      this.#reader.expect('right', 'end')
      return 'end'
    },
    if: (token) => this.#branch('if', token),
    range: (token) => this.#branch('range', token),
    template: () => this.#template(),
    with: (token) => this.#branch('with', token),
  }

  /** `{{else if …}}` and `{{else with …}}` are read by the branch that they belong to. */
  #otherwise(): Stop {
    if (this.#reader.isKeyword('if') || this.#reader.isKeyword('with')) return 'else'
    this.#reader.expect('right', 'else')
    return 'else'
  }

  #leave(kind: 'break' | 'continue', { at }: Token): Node {
    const token = this.#reader.nextPastSpace()
    if (token.kind !== 'right') this.#reader.unexpected(token, `{{${kind}}}`)
    if (this.#rangeDepth === 0) this.#reader.fail(`{{${kind}}} outside {{range}}`)
    return { kind, at }
  }

  #branch(kind: BranchNode['kind'], { at }: Token): BranchNode {
    const variables = this.#variables.length
    const pipe = this.#pipes.pipe(kind, 'right')
    if (kind === 'range') this.#rangeDepth++
    const { list, stop } = this.#list()
    if (kind === 'range') this.#rangeDepth--
    const otherwise = stop === 'else' ? this.#otherwiseOf(kind) : undefined
    this.#variables.length = variables
    return { kind, at, pipe, list, otherwise }
  }

  #otherwiseOf(kind: BranchNode['kind']): readonly Node[] {
    const { at, line, text } = this.#reader.peekPastSpace()
    if ((kind === 'if' || kind === 'with') && this.#reader.isKeyword(kind)) {
      this.#reader.next()
      if (++this.#depth > depthMax)
        this.#reader.fail(`actions inside each other are limited to ${depthMax}`)
      const nested = this.#branch(kind, { kind: 'keyword', at, line, text })
      this.#depth--
      return [nested]
    }
    if (this.#reader.isKeyword('if') || this.#reader.isKeyword('with'))
      this.#reader.unexpected(this.#reader.next(), 'else')
    const { list, stop } = this.#list()
    if (stop !== 'end') this.#reader.fail(`expected end; found {{${stop}}}`)
    return list
  }

  #template(): TemplateNode {
    const context = 'template clause'
    const { at } = this.#reader.peekPastSpace()
    const name = this.#templateName(context)
    return { kind: 'template', at, name, pipe: this.#restOf(context) }
  }

  #block(): TemplateNode {
    const context = 'block clause'
    const { at } = this.#reader.peekPastSpace()
    const name = this.#templateName(context)
    const pipe = this.#pipes.pipe(context, 'right')
    this.#body(name, context)
    return { kind: 'template', at, name, pipe }
  }

  #restOf(context: string): Pipe | undefined {
    if (this.#reader.nextPastSpace().kind === 'right') return undefined
    this.#reader.back()
    return this.#pipes.pipe(context, 'right')
  }

  #templateName(context: string): string {
    const token = this.#reader.nextPastSpace()
    if (token.kind !== 'string' && token.kind !== 'raw')
      return this.#reader.unexpected(token, context)
    return unquoted(token.text) ?? this.#reader.fail('invalid syntax')
  }
}
