/**
 * Finds for every action of a template the context in which its value stands, before anything is
 * rendered, as html/template does: a template that is called in two contexts becomes two.
 */
import { TemplateError } from '../fault.ts'
import {
  type ActionNode,
  type BranchNode,
  type Command,
  type Definition,
  type Node,
  type Pipe,
  placeOf,
  shownNode,
  type TemplateNode,
} from '../parse/node.ts'
import { Ambiguous } from './ambiguous.ts'
import { type Context, isSame, joined, keyOf, nudged, start } from './context.ts'
import { type Escaper, escapersFor, sameAs } from './escapers.ts'
import { escapeText } from './text-node.ts'

export interface HtmlTree {
  /** The definition to begin with, and every one that it calls, with their escapers. */
  readonly start: Definition
  readonly definitions: ReadonlyMap<string, Definition>
}

/** The function that stands for the arguments of a predefined escaper. */
export const argumentsName = '_args'

export function escapeTree(first: Definition, all: ReadonlyMap<string, Definition>): HtmlTree {
  const escaper = new TreeEscaper(all)
  const { name, context } = escaper.called(first, start)
  if (context.state !== 'text')
    throw new TemplateError(
      `html/template:${first.name}: ends in a non-text context: ${context.state}`,
    )
  const escaped = escaper.escaped.get(name)
  if (escaped === undefined) throw new Error('the escaped template is not there')
  return { start: escaped, definitions: escaper.escaped }
}

/** Where breaks and continues of the innermost range leave it. */
type Leaving = Context[]

/** Definitions times contexts, which is what an author can make many of. */
const derivedMax = 2000

class TreeEscaper {
  readonly escaped = new Map<string, Definition>()
  readonly #all: ReadonlyMap<string, Definition>
  /** The context behind each derived template; assumed while it is being found. */
  readonly #outputs = new Map<string, Context>()
  readonly #open = new Set<string>()
  /** Open templates that were called from inside. */
  readonly #recursive = new Set<string>()
  #current: Definition | undefined

  constructor(all: ReadonlyMap<string, Definition>) {
    this.#all = all
  }

  called(definition: Definition, context: Context): { name: string; context: Context } {
    const isPlain = isSame(context, start)
    const name = isPlain ? definition.name : `${definition.name}\0${keyOf(context)}`
    const known = this.#outputs.get(name)
    if (known !== undefined) {
      if (this.#open.has(name)) this.#recursive.add(name)
      return { name, context: known }
    }
    if (this.#outputs.size > derivedMax)
      throw new TemplateError(`html/template: templates in contexts are limited to ${derivedMax}`)
    return { name, context: this.#outputOf(definition, name, context) }
  }

  #outputOf(definition: Definition, name: string, context: Context): Context {
    const before = this.#current
    this.#current = definition
    this.#open.add(name)
    // A template that calls itself most often ends as it began.
    for (const assumed of [context, undefined]) {
      this.#outputs.set(name, assumed ?? this.#outputs.get(name) ?? context)
      this.#recursive.delete(name)
      const body = this.#list(context, definition.list, [])
      const isRight =
        !this.#recursive.has(name) || isSame(body.context, this.#outputs.get(name) ?? start)
      this.#outputs.set(name, body.context)
      if (!isRight) continue
      this.escaped.set(name, { ...definition, list: body.list })
      this.#open.delete(name)
      this.#current = before
      return body.context
    }
    throw new TemplateError(
      `html/template:${definition.source.name}: cannot compute output context for template ${definition.name}`,
    )
  }

  #list(
    from: Context,
    nodes: readonly Node[],
    leaving: Leaving,
  ): { list: Node[]; context: Context } {
    let context = from
    const list: Node[] = []
    for (const node of nodes) {
      const done = this.#placed(node, () => this.#node(context, node, leaving))
      list.push(done.node)
      context = done.context
    }
    return { list, context }
  }

  /** Says where in the source the markup is ambiguous. */
  #placed<T>(node: Node, run: () => T): T {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof Ambiguous) || this.#current === undefined) throw error
      const place = placeOf(this.#current.source, node.at)
      throw new TemplateError(`html/template:${place}: ${error.message}`)
    }
  }

  #node(context: Context, node: Node, leaving: Leaving): { node: Node; context: Context } {
    switch (node.kind) {
      case 'text': {
        const text = escapeText(context, node.text)
        return { node: { ...node, text: text.text }, context: text.context }
      }
      case 'action':
        return this.#action(context, node)
      case 'template':
        return this.#template(context, node)
      case 'break':
      case 'continue':
        leaving.push(context)
        return { node, context: { ...start, state: 'dead' } }
      default:
        return this.#branch(context, node, leaving)
    }
  }

  #action(before: Context, node: ActionNode): { node: Node; context: Context } {
    if (node.pipe.variables.length > 0) return { node, context: before }
    const context = nudged(before)
    refusePredefined(node.pipe, context)
    const escapers = escapersFor(context, shownNode(node))
    const done = withPredefined(node.pipe, escapers)
    const after: Context = context.state === 'js' ? { ...context, slash: 'division' } : context
    return { node: { ...node, ...done }, context: after }
  }

  #template(context: Context, node: TemplateNode): { node: Node; context: Context } {
    const definition = this.#all.get(node.name)
    if (definition === undefined)
      throw new Ambiguous(`no such template ${JSON.stringify(node.name)}`)
    const called = this.called(definition, context)
    return { node: { ...node, name: called.name }, context: called.context }
  }

  #branch(context: Context, node: BranchNode, leaving: Leaving): { node: Node; context: Context } {
    const isRange = node.kind === 'range'
    const inner: Leaving = isRange ? [] : leaving
    const body = this.#list(context, node.list, inner)
    let after = isRange ? this.#left(body.context, inner, node) : body.context
    if (isRange) {
      // It may run again from where it ends.
      const again: Leaving = []
      const second = this.#list(after, node.list, again)
      const twice = this.#left(second.context, again, node)
      after = agreed(after, twice, 'on range loop re-entry: {{range}}')
    }
    const otherwise = this.#list(context, node.otherwise ?? [], leaving)
    return {
      node: {
        ...node,
        list: body.list,
        otherwise: node.otherwise === undefined ? undefined : otherwise.list,
      },
      context: agreed(after, otherwise.context, `{{${node.kind}}}`),
    }
  }

  #left(end: Context, leaving: Leaving, node: BranchNode): Context {
    return leaving.reduce(
      (a, b) => agreed(a, b, `at range loop break or continue: {{${node.kind}}}`),
      end,
    )
  }
}

function agreed(a: Context, b: Context, what: string): Context {
  const both = joined(a, b)
  if (both !== undefined) return both
  throw new Ambiguous(`${what} branches end in different contexts: ${a.state}, ${b.state}`)
}

const nameOf = ({ terms }: Command) => {
  const [first] = terms
  return first?.kind === 'function' ? first.name : ''
}

/** `html` in the middle of a pipe would be undone or doubled by what comes behind it. */
function refusePredefined({ commands }: Pipe, { state, delimiter }: Context): void {
  for (const [i, command] of commands.entries()) {
    const name = nameOf(command)
    if (!(name in sameAs)) continue
    const isWrongHere = state === 'attribute' && delimiter === 'space' && name === 'html'
    if (i < commands.length - 1 || isWrongHere)
      throw new Ambiguous(`predefined escaper ${JSON.stringify(name)} disallowed in template`)
  }
}

/** `{{.x | html}}` is escaped once, not twice. */
function withPredefined(
  pipe: Pipe,
  escapers: readonly Escaper[],
): { readonly pipe: Pipe; readonly escapers: readonly Escaper[] } {
  const last = pipe.commands.at(-1)
  const name = last === undefined ? '' : nameOf(last)
  const same = sameAs[name] ?? []
  if (last === undefined || !escapers.some((escaper) => same.includes(escaper)))
    return { pipe, escapers }
  const own = name as Escaper // Both names are escapers too.
  const replaced = escapers.map((escaper) => (same.includes(escaper) ? own : escaper))
  const [first, ...rest] = last.terms
  if (pipe.commands.length > 1 || first === undefined)
    return { pipe: { ...pipe, commands: pipe.commands.slice(0, -1) }, escapers: replaced }
  const given: Command = {
    ...last,
    terms: [{ kind: 'function', at: first.at, name: argumentsName }, ...rest],
  }
  return { pipe: { ...pipe, commands: [given] }, escapers: replaced }
}
