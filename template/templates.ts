/** A set of named templates that can call each other, rendered as text or as HTML. */

import { argumentsName, escapeTree, type HtmlTree } from './html/escape-tree.ts'
import { escaped } from './html/escapers.ts'
import { type Definition, isEmpty } from './parse/node.ts'
import { parse } from './parse/parser.ts'
import { printed, textMax } from './print/print.ts'
import { builtins } from './run/builtin.ts'
import type { MissingKey } from './run/evaluate.ts'
import { execute, type Limits } from './run/execute.ts'
import { type GoFunction, type Value, variadic } from './value/value.ts'

export interface TemplatesOptions {
  readonly functions?: Readonly<Record<string, GoFunction>>
  /** What a map says of a key that it has not: nothing, the zero value, or an error. */
  readonly missingKey?: MissingKey
  readonly limits?: Partial<Limits>
}

/** Every method throws a TemplateError, and nothing else. */
export interface Templates {
  /**
   * Parses `source` and keeps what it defines; the rest of it is the template `name`. A name that
   * is there already is replaced, unless the new one is empty.
   */
  add(name: string, source: string): void
  /** Parses `source`, and renders nothing. */
  check(source: string, name?: string): void
  has(name: string): boolean
  names(): readonly string[]
  /** Renders `source`, which may call what was added. What it defines itself is its own. */
  text(source: string, data: Value, name?: string): string
  /** The same, with what is filled in made safe for where it stands, as html/template does. */
  html(source: string, data: Value, name?: string): string
}

const defaults: Limits = { steps: 1_000_000, output: textMax, depth: 250 }

/** Sources that were rendered are kept parsed, the newest of them. */
const parsedMax = 1000

type Definitions = ReadonlyMap<string, Definition>

interface Parsed {
  readonly start: Definition
  readonly all: Definitions
  html?: HtmlTree
}

export function createTemplates(options: TemplatesOptions = {}): Templates {
  const functions = new Map(Object.entries({ ...builtins, ...options.functions }))
  const inHtml = new Map(functions).set(argumentsName, predefinedArguments)
  const { missingKey = 'default' } = options
  const limits = { ...defaults, ...options.limits }
  let added = new Map<string, Definition>()
  const parsed = new Map<string, Parsed>()
  const parseOne = (name: string, source: string) =>
    parse({ name, text: source }, (word) => functions.has(word))
  const open = (name: string, source: string): Parsed => {
    const key = `${name}\0${source}`
    const found = parsed.get(key) ?? opened(name, parseOne(name, source), added)
    parsed.delete(key) // And set again: it is the newest then.
    parsed.set(key, found)
    const [oldest] = parsed.keys()
    if (parsed.size > parsedMax && oldest !== undefined) parsed.delete(oldest)
    return found
  }
  const machine = { functions, missingKey, limits }
  return {
    add(name, source) {
      added = merged(added, parseOne(name, source))
      parsed.clear()
    },
    check: (source, name = '') => void open(name, source),
    has: (name) => added.has(name),
    names: () => [...added.keys()],
    text(source, data, name = '') {
      const { start, all } = open(name, source)
      return execute(start, data, { ...machine, templateOf: (of) => all.get(of), escape: never })
    },
    html(source, data, name = '') {
      const page = open(name, source)
      page.html ??= escapeTree(page.start, page.all)
      const { start, definitions } = page.html
      const templateOf = (of: string) => definitions.get(of)
      return execute(start, data, { ...machine, functions: inHtml, templateOf, escape: escaped })
    },
  }
}

/** What `html` and `urlquery` would get, as one text. */
const predefinedArguments = variadic([], 'interface {}', (...values) =>
  values.length === 1 && typeof values[0] === 'string' ? values[0] : printed(values),
)

function opened(name: string, definitions: readonly Definition[], added: Definitions): Parsed {
  const all = merged(added, definitions)
  const start = definitions.find((one) => one.name === name) ?? all.get(name)
  if (start === undefined) throw new Error('a template that was parsed is not there')
  return { start, all }
}

function merged(before: Definitions, more: readonly Definition[]): Map<string, Definition> {
  const all = new Map(before)
  for (const one of more) if (!all.has(one.name) || !isEmpty(one.list)) all.set(one.name, one)
  return all
}

function never(): never {
  throw new Error('text is not escaped')
}
