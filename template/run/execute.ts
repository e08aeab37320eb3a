/** Walks the tree of a template and writes what comes of it. */
import { TemplateError } from '../fault.ts'
import {
  type ActionNode,
  type BranchNode,
  type Definition,
  type Node,
  placeOf,
  type TemplateNode,
} from '../parse/node.ts'
import { shown } from '../print/print.ts'
import { type GoFunction, isTrue, typeOf, type Value } from '../value/value.ts'
import { Evaluator, type Execution, type MissingKey, type Spot, spotText } from './evaluate.ts'

export interface Machine {
  readonly functions: ReadonlyMap<string, GoFunction>
  readonly missingKey: MissingKey
  readonly limits: Limits
  templateOf(name: string): Definition | undefined
  /** Makes text of a value where the escaper asked for it. */
  escape(value: Value, escapers: readonly string[]): string
}

export interface Limits {
  /** Actions, commands and fields that one execution may go through. */
  readonly steps: number
  /** Letters that it may write. */
  readonly output: number
  /** Templates that call each other. */
  readonly depth: number
}

export function execute(start: Definition, data: Value, machine: Machine): string {
  const pages: Pages = { written: [], letters: 0, steps: 0, depth: 0 }
  new Executor(start, machine, pages).run(data)
  return pages.written.join('')
}

/** What the executions of all templates of one call share. */
interface Pages {
  readonly written: string[]
  letters: number
  steps: number
  depth: number
}

type Flow = 'on' | 'break' | 'continue'

class Executor implements Execution {
  readonly #template: Definition
  readonly #machine: Machine
  readonly #pages: Pages
  readonly #evaluator: Evaluator
  readonly #variables: { readonly name: string; value: Value }[] = []
  #spot: Spot | undefined

  constructor(template: Definition, machine: Machine, pages: Pages) {
    this.#template = template
    this.#machine = machine
    this.#pages = pages
    this.#evaluator = new Evaluator(this)
  }

  get missingKey(): MissingKey {
    return this.#machine.missingKey
  }

  run(data: Value): void {
    this.push('$', data)
    this.#list(data, this.#template.list)
  }

  #list(dot: Value, nodes: readonly Node[]): Flow {
    for (const node of nodes) {
      const flow = this.#node(dot, node)
      if (flow !== 'on') return flow
    }
    return 'on'
  }

  #node(dot: Value, node: Node): Flow {
    this.step()
    this.at({ of: 'node', node })
    switch (node.kind) {
      case 'text':
        this.#write(node.text)
        return 'on'
      case 'action':
        this.#action(dot, node)
        return 'on'
      case 'template':
        this.#call(dot, node)
        return 'on'
      case 'if':
      case 'with':
        return this.#branch(dot, node)
      case 'range':
        return this.#range(dot, node)
      default:
        return node.kind
    }
  }

  #action(dot: Value, node: ActionNode): void {
    const value = this.#evaluator.pipe(dot, node.pipe)
    if (node.pipe.variables.length > 0) return
    this.at({ of: 'node', node })
    this.#write(this.#text(value, node))
  }

  #text(value: Value, { pipe, escapers }: ActionNode): string {
    if (typeof value === 'object' && value !== null && value.kind === 'function')
      throw this.fail(
        `can't print ${spotText({ of: 'pipe', node: pipe })} of type ${typeOf(value)}`,
      )
    try {
      if (escapers !== undefined) return this.#machine.escape(value, escapers)
      return value === undefined ? '<no value>' : shown(value)
    } catch (error) {
      if (error instanceof Error) throw this.fail(error.message)
      throw error
    }
  }

  #branch(dot: Value, node: BranchNode): Flow {
    const mark = this.#variables.length
    const value = this.#evaluator.pipe(dot, node.pipe)
    const inner = node.kind === 'with' ? value : dot
    const flow = isTrue(value)
      ? this.#list(inner, node.list)
      : this.#list(dot, node.otherwise ?? [])
    this.#variables.length = mark
    return flow
  }

  #range(dot: Value, node: BranchNode): Flow {
    const mark = this.#variables.length
    const value = this.#evaluator.pipe(dot, node.pipe)
    const pairs = this.#pairsOf(value)
    const names = node.pipe.variables
    let count = 0
    for (const [key, item] of pairs) {
      count++
      this.step()
      const top = this.#variables.length
      if (node.pipe.assigns) this.#assignRange(names, key, item)
      else this.#setRange(names, key, item)
      const flow = this.#list(item, node.list)
      this.#variables.length = top
      if (flow === 'break') break
    }
    const flow = count === 0 ? this.#list(dot, node.otherwise ?? []) : 'on'
    this.#variables.length = mark
    return flow
  }

  *#pairsOf(value: Value): Generator<readonly [Value, Value]> {
    if (value === undefined || value === null) return
    if (typeof value === 'bigint') {
      for (let i = 0n; i < value; i++) yield [i, i]
      return
    }
    if (typeof value === 'object' && value.kind === 'list') {
      for (const [i, item] of value.items.entries()) yield [BigInt(i), item]
      return
    }
    if (typeof value !== 'object' || value.kind !== 'map')
      throw this.fail(`range can't iterate over ${shown(value)}`)
    for (const key of value.keys()) yield [key, value.entries.get(key)]
  }

  /** The pipe has pushed one variable for each name; with two, the first is the key. */
  #setRange(names: readonly string[], key: Value, item: Value): void {
    const top = this.#variables.length
    const last = this.#variables[top - 1]
    const first = this.#variables[top - 2]
    if (names.length > 0 && last !== undefined) last.value = item
    if (names.length > 1 && first !== undefined) first.value = key
  }

  #assignRange(names: readonly string[], key: Value, item: Value): void {
    const [first = '', second] = names
    this.assign(first, second === undefined ? item : key)
    if (second !== undefined) this.assign(second, item)
  }

  #call(dot: Value, node: TemplateNode): void {
    const { limits } = this.#machine
    const template = this.#machine.templateOf(node.name)
    if (template === undefined) throw this.fail(`template ${JSON.stringify(node.name)} not defined`)
    if (this.#pages.depth >= limits.depth)
      throw this.fail(`exceeded maximum template depth (${limits.depth})`)
    const data = this.#evaluator.pipe(dot, node.pipe)
    this.#pages.depth++
    new Executor(template, this.#machine, this.#pages).run(data)
    this.#pages.depth--
  }

  #write(text: string): void {
    this.#pages.letters += text.length
    if (this.#pages.letters > this.#machine.limits.output)
      throw this.fail(`the output is limited to ${this.#machine.limits.output} letters`)
    this.#pages.written.push(text)
  }

  step(): void {
    if (++this.#pages.steps > this.#machine.limits.steps)
      throw this.fail(`an execution is limited to ${this.#machine.limits.steps} steps`)
  }

  at(spot: Spot): void {
    this.#spot = spot
  }

  fail(reason: string): TemplateError {
    const { name, source } = this.#template
    if (this.#spot === undefined) return new TemplateError(`template: ${name}: ${reason}`)
    const place = placeOf(source, this.#spot.node.at)
    const executing = `executing ${JSON.stringify(name)} at <${spotText(this.#spot)}>`
    return new TemplateError(`template: ${place}: ${executing}: ${reason}`)
  }

  functionOf(name: string): GoFunction | undefined {
    return this.#machine.functions.get(name)
  }

  variable(name: string): Value {
    return this.#found(name).value
  }

  push(name: string, value: Value): void {
    this.#variables.push({ name, value })
  }

  assign(name: string, value: Value): void {
    this.#found(name).value = value
  }

  #found(name: string): { value: Value } {
    const found = this.#variables.findLast((one) => one.name === name)
    if (found === undefined) throw this.fail(`undefined variable: ${name}`)
    return found
  }
}
