/** The tree of a template, and how a part of it is written in messages. */

export interface Place {
  readonly at: number
}

export type Node =
  | TextNode
  | ActionNode
  | BranchNode
  | TemplateNode
  | (Place & { readonly kind: 'break' | 'continue' })

export interface TextNode extends Place {
  readonly kind: 'text'
  readonly text: string
}

export interface ActionNode extends Place {
  readonly kind: 'action'
  readonly pipe: Pipe
  /** What makes the result safe where it stands; set by the escaper. */
  readonly escapers?: readonly string[]
}

export interface BranchNode extends Place {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipe: Pipe
  readonly list: readonly Node[]
  readonly otherwise: readonly Node[] | undefined
}

export interface TemplateNode extends Place {
  readonly kind: 'template'
  readonly name: string
  readonly pipe: Pipe | undefined
}

export interface Pipe extends Place {
  readonly kind: 'pipe'
  readonly assigns: boolean
  readonly variables: readonly string[]
  readonly commands: readonly Command[]
}

export interface Command extends Place {
  readonly terms: readonly Term[]
}

export type Term =
  | Pipe
  | Chain
  | Literal
  | (Place & { readonly kind: 'dot' | 'nil' })
  | (Place & { readonly kind: 'function'; readonly name: string })
  | (Place & { readonly kind: 'field'; readonly path: readonly string[] })
  | VariableTerm

export interface VariableTerm extends Place {
  readonly kind: 'variable'
  readonly name: string
  readonly path: readonly string[]
}

export interface Chain extends Place {
  readonly kind: 'chain'
  readonly of: Term
  readonly path: readonly string[]
}

export type Literal = Place & { readonly shown: string } & (
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'bool'; readonly value: boolean }
    | NumberLiteral
  )

export interface NumberLiteral {
  readonly kind: 'number'
  /** Undefined where the number is not whole, or too large for Go's `int`. */
  readonly int: bigint | undefined
  readonly float: number
  /** Whether it counts as `float64` where nothing asks for a type. */
  readonly isFloat: boolean
}

const joined = (path: readonly string[]) => path.map((name) => `.${name}`).join('')

export function shownTerm(term: Term): string {
  switch (term.kind) {
    case 'pipe':
      return `(${shownPipe(term)})`
    case 'chain': {
      const inner = shownTerm(term.of)
      return inner + joined(term.path)
    }
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'function':
      return term.name
    case 'field':
      return joined(term.path)
    case 'variable':
      return term.name + joined(term.path)
    default:
      return term.shown
  }
}

export const shownCommand = ({ terms }: Command) => terms.map(shownTerm).join(' ')

export function shownPipe({ variables, assigns, commands }: Pipe): string {
  const names = variables.length === 0 ? '' : `${variables.join(', ')} ${assigns ? '=' : ':='} `
  return names + commands.map(shownCommand).join(' | ')
}

export function shownNode(node: Node): string {
  switch (node.kind) {
    case 'text':
      return JSON.stringify(node.text)
    case 'action':
      return `{{${shownPipe(node.pipe)}}}`
    case 'template': {
      const data = node.pipe === undefined ? '' : ` ${shownPipe(node.pipe)}`
      return `{{template ${JSON.stringify(node.name)}${data}}}`
    }
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`
    default: {
      const list = (nodes: readonly Node[]) => nodes.map(shownNode).join('')
      const otherwise = node.otherwise === undefined ? '' : `{{else}}${list(node.otherwise)}`
      return `{{${node.kind} ${shownPipe(node.pipe)}}}${list(node.list)}${otherwise}{{end}}`
    }
  }
}

/** One definition: its tree, and the source that places in it refer to. */
export interface Definition {
  readonly name: string
  readonly source: Source
  readonly list: readonly Node[]
}

export interface Source {
  /** What messages call it. */
  readonly name: string
  readonly text: string
}

/** `name:line:column`, as Go counts them: columns in bytes, from 0. */
export function placeOf({ name, text }: Source, at: number): string {
  const before = text.slice(0, at)
  const start = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  return `${name}:${line}:${new TextEncoder().encode(before.slice(start)).length}`
}

export const isEmpty = (list: readonly Node[]) =>
  list.every((node) => node.kind === 'text' && node.text.trim() === '')
