/** Evaluates pipes: commands, calls, fields, literals, as Go's text/template does. */
import { messageOf } from '#lib/errors'
import type { TemplateError } from '../fault.ts'
import {
  type Command,
  type Literal,
  type Node,
  type Pipe,
  shownCommand,
  shownNode,
  shownPipe,
  shownTerm,
  type Term,
} from '../parse/node.ts'
import { textMax } from '../print/print.ts'
import { methodOf } from '../value/methods.ts'
import {
  type GoFunction,
  GoList,
  GoMap,
  isTrue,
  type TypeName,
  typeOf,
  type Value,
} from '../value/value.ts'

/** What messages point at. */
export type Spot =
  | { readonly of: 'node'; readonly node: Node }
  | { readonly of: 'pipe'; readonly node: Pipe }
  | { readonly of: 'term'; readonly node: Term }
  | { readonly of: 'command'; readonly node: Command }

export const spotText = (spot: Spot): string => {
  if (spot.of === 'node') return shownNode(spot.node)
  if (spot.of === 'pipe') return shownPipe(spot.node)
  return spot.of === 'command' ? shownCommand(spot.node) : shownTerm(spot.node)
}

/** What an evaluation needs of the execution that it is part of. */
export interface Execution {
  /** Counts the step; an execution has so many. */
  step(): void
  at(spot: Spot): void
  fail(reason: string): TemplateError
  functionOf(name: string): GoFunction | undefined
  variable(name: string): Value
  push(name: string, value: Value): void
  assign(name: string, value: Value): void
  readonly missingKey: MissingKey
}

export type MissingKey = 'default' | 'zero' | 'error'

/** No value comes from the pipe. */
const nothing = { kind: 'nothing' } as const
const isNothing = (final: Final): final is typeof nothing => final === nothing
type Final = Value | typeof nothing

interface Call {
  readonly name: string
  readonly dot: Value
  /** The arguments as they are written. */
  readonly terms: readonly Term[]
  readonly final: Final
  /** What a message about the call points at. */
  readonly spot: Spot
}

type Invocation = Pick<Call, 'terms' | 'final'> & { readonly command?: Command }

export class Evaluator {
  readonly #run: Execution

  constructor(run: Execution) {
    this.#run = run
  }

  pipe(dot: Value, pipe: Pipe | undefined): Value {
    if (pipe === undefined) return undefined
    this.#run.at({ of: 'pipe', node: pipe })
    let value: Final = nothing
    // Go looks into an interface here: a nil in it is no value any more.
    for (const command of pipe.commands) value = this.#command(dot, command, value) ?? undefined
    const result = isNothing(value) ? undefined : value
    for (const name of pipe.variables)
      if (pipe.assigns) this.#run.assign(name, result)
      else this.#run.push(name, result)
    return result
  }

  #command(dot: Value, { terms }: Command, final: Final): Value {
    this.#run.step()
    const [first, ...rest] = terms
    if (first === undefined) return undefined
    switch (first.kind) {
      case 'field':
      case 'chain':
      case 'function':
      case 'variable':
        return this.#callable(dot, first, { terms: rest, final, command: { at: first.at, terms } })
      default:
        break
    }
    if (first.kind !== 'pipe') this.#run.at({ of: 'term', node: first })
    if (rest.length > 0 || !isNothing(final))
      throw this.#run.fail(`can't give argument to non-function ${shownTerm(first)}`)
    if (first.kind === 'nil') throw this.#run.fail('nil is not a command')
    return this.#plain(dot, first)
  }

  /** A term that may take arguments. */
  #callable(
    dot: Value,
    term: Extract<Term, { kind: 'field' | 'chain' | 'function' | 'variable' }>,
    { terms, final, command }: Invocation = { terms: [], final: nothing },
  ): Value {
    this.#run.at({ of: 'term', node: term })
    const inFull = command !== undefined && term.kind === 'function'
    const spot: Spot = inFull ? { of: 'command', node: command } : { of: 'term', node: term }
    const call = { dot, terms, final, spot }
    switch (term.kind) {
      case 'function':
        return this.#function({ ...call, name: term.name })
      case 'field':
        return this.#chain(dot, term.path, call)
      case 'chain': {
        if (term.of.kind === 'nil') throw this.#run.fail('indirection through explicit nil in nil')
        return this.#chain(this.#argument(dot, term.of, 'interface {}'), term.path, call)
      }
      default: {
        const value = this.#run.variable(term.name)
        if (term.path.length > 0) return this.#chain(value, term.path, call)
        if (terms.length > 0 || !isNothing(final))
          throw this.#run.fail(`can't give argument to non-function ${shownTerm(term)}`)
        return value
      }
    }
  }

  #plain(dot: Value, term: Pipe | Literal | Extract<Term, { kind: 'dot' | 'nil' }>): Value {
    switch (term.kind) {
      case 'pipe':
        return this.pipe(dot, term)
      case 'dot':
        return dot
      case 'nil':
        return null
      case 'number':
        if (term.isFloat) return term.float
        if (term.int === undefined) throw this.#run.fail(`${term.shown} overflows int`)
        return term.int
      default:
        return term.value
    }
  }

  #chain(receiver: Value, path: readonly string[], call: Omit<Call, 'name'>): Value {
    let value = receiver
    for (const [i, name] of path.entries()) {
      const isLast = i === path.length - 1
      value = this.#field(value, {
        ...call,
        name,
        ...(isLast ? {} : { terms: [], final: nothing }),
      })
    }
    return value
  }

  #field(receiver: Value, call: Call): Value {
    const { name } = call
    this.#run.step()
    if (receiver === undefined) {
      if (this.#run.missingKey === 'error')
        throw this.#run.fail(`nil data; no entry for key ${JSON.stringify(name)}`)
      return undefined
    }
    if (receiver === null) throw this.#run.fail(`nil pointer evaluating interface {}.${name}`)
    const method = methodOf(receiver, name)
    if (method !== undefined) return this.#call(method, call)
    const hasArguments = call.terms.length > 0 || !isNothing(call.final)
    if (typeof receiver === 'object' && receiver.kind === 'struct' && receiver.fields.has(name)) {
      if (hasArguments)
        throw this.#run.fail(`${name} has arguments but cannot be invoked as function`)
      return receiver.fields.get(name)
    }
    if (typeof receiver !== 'object' || receiver.kind !== 'map')
      throw this.#run.fail(`can't evaluate field ${name} in type ${typeOf(receiver)}`)
    if (hasArguments) throw this.#run.fail(`${name} is not a method but has arguments`)
    return this.#entry(receiver, name)
  }

  #entry({ entries, zero }: GoMap, name: string): Value {
    if (entries.has(name)) return entries.get(name)
    if (this.#run.missingKey === 'error')
      throw this.#run.fail(`map has no entry for key ${JSON.stringify(name)}`)
    return this.#run.missingKey === 'zero' ? zero : undefined
  }

  #function(call: Call): Value {
    const found = this.#run.functionOf(call.name)
    if (found === undefined)
      throw this.#run.fail(`${JSON.stringify(call.name)} is not a defined function`)
    return this.#call(found, call)
  }

  #call(called: GoFunction, call: Call): Value {
    const { name, terms, final } = call
    const { takes, more } = called
    const count = terms.length + (isNothing(final) ? 0 : 1)
    if (more === undefined ? count !== takes.length : count < takes.length)
      throw this.#run.fail(
        `wrong number of args for ${name}: want ${more === undefined ? '' : 'at least '}${takes.length} got ${count}`,
      )
    if (name === 'and' || name === 'or') return this.#shortCircuit(call)
    const typeAt = (i: number): TypeName => takes[i] ?? more ?? 'value'
    const given = terms.map((term, i) => this.#argument(call.dot, term, typeAt(i)))
    if (!isNothing(final)) given.push(this.#checked(final, typeAt(terms.length)))
    return this.#outcome(called, given, call)
  }

  #outcome({ run }: GoFunction, given: readonly Value[], { name, spot }: Call): Value {
    let result: Value
    try {
      result = run(...(given as never[])) // Each was checked against what the function takes.
    } catch (error) {
      this.#run.at(spot)
      throw this.#run.fail(`error calling ${name}: ${messageOf(error)}`)
    }
    if (typeof result === 'string' && result.length > textMax)
      throw this.#run.fail(`error calling ${name}: a text is limited to ${textMax} letters`)
    return result
  }

  /** `and` and `or` look at no more than they need. */
  #shortCircuit({ name, dot, terms, final }: Call): Value {
    let value: Value
    for (const term of terms) {
      value = this.#argument(dot, term, 'value')
      if (isTrue(value) === (name === 'or')) return value
    }
    return isNothing(final) ? value : final
  }

  #argument(dot: Value, term: Term, type: TypeName): Value {
    this.#run.at({ of: 'term', node: term })
    switch (term.kind) {
      case 'dot':
        return this.#checked(dot, type)
      case 'nil':
        if (isNilable(type)) return nilOf(type)
        throw this.#run.fail(`cannot assign nil to ${type}`)
      case 'pipe':
        return this.#checked(this.pipe(dot, term), type)
      case 'field':
      case 'chain':
      case 'function':
      case 'variable':
        return this.#checked(this.#callable(dot, term), type)
      default:
        return this.#literal(term, type)
    }
  }

  #literal(term: Literal, type: TypeName): Value {
    if (isAny(type)) return this.#plain(undefined, term)
    const value = literalAs(term, type)
    if (value !== undefined) return value
    const wanted = wantedWords[type]
    throw this.#run.fail(
      wanted === undefined
        ? `can't handle ${shownTerm(term)} for arg of type ${type}`
        : `expected ${wanted}; found ${shownTerm(term)}`,
    )
  }

  #checked(value: Value, type: TypeName): Value {
    if (value === undefined || value === null) {
      if (isAny(type)) return value
      if (value === undefined && isNilable(type)) return nilOf(type)
      throw this.#run.fail(
        value === null
          ? `wrong type for value; expected ${type}; got interface {}`
          : `invalid value; expected ${type}`,
      )
    }
    if (isAny(type) || typeOf(value) === type) return value
    throw this.#run.fail(`wrong type for value; expected ${type}; got ${typeOf(value)}`)
  }
}

const wantedWords: Partial<Record<TypeName, string>> = {
  string: 'string',
  bool: 'bool',
  int: 'integer',
  float64: 'float',
}

function literalAs(term: Literal, type: TypeName): Value {
  if (term.kind === 'number') {
    if (type === 'int') return term.int
    return type === 'float64' ? term.float : undefined
  }
  return term.kind === type ? term.value : undefined
}

const isNilable = (type: TypeName) =>
  !['string', 'bool', 'int', 'float64', 'time.Time', 'time.Duration'].includes(type)

/** A nil list or map is one that holds nothing. */
const nilOf = (type: TypeName): Value =>
  type === '[]string' || type === '[]interface {}'
    ? new GoList([], type)
    : type.startsWith('map')
      ? new GoMap(new Map())
      : null

const isAny = (type: TypeName) => type === 'value' || type === 'interface {}'
