/**
 * Go's values as a template meets them. Text, truth and nil are JavaScript's own; a bigint is Go's
 * `int`, a number its `float64`. What Go gives a name, or methods, is an object below.
 * `undefined` is Go's "no value": what a map has not, and what nil becomes at the end of a pipe.
 */
import type { GoDuration } from './duration.ts'
import type { GoTime } from './time.ts'

export type Value =
  | undefined
  | null
  | string
  | boolean
  | bigint
  | number
  | GoList
  | GoMap
  | GoStruct
  | GoTime
  | GoDuration
  | SafeText
  | GoFunction

export type Methods = ReadonlyMap<string, (receiver: Value) => GoFunction>

/** A slice. `type` is Go's: `[]string`. */
export class GoList {
  readonly kind = 'list'
  readonly type: string
  readonly items: readonly Value[]
  readonly methods: Methods | undefined

  constructor(items: readonly Value[], type = '[]interface {}', methods?: Methods) {
    this.items = items
    this.type = type
    this.methods = methods
  }
}

/** A map whose keys are text. */
export class GoMap {
  readonly kind = 'map'
  readonly type: string
  readonly entries: ReadonlyMap<string, Value>
  /** What stands for an entry that is not there, where zero values are asked for. */
  readonly zero: Value
  readonly methods: Methods | undefined

  constructor(
    entries: ReadonlyMap<string, Value>,
    { type = 'map[string]interface {}', zero = null, methods }: MapType = {},
  ) {
    this.entries = entries
    this.type = type
    this.zero = zero
    this.methods = methods
  }

  /** Keys in the order of their bytes, as Go goes over them. */
  keys(): readonly string[] {
    return [...this.entries.keys()].sort(byBytes)
  }
}

export interface MapType {
  readonly type?: string
  readonly zero?: Value
  readonly methods?: Methods
}

export class GoStruct {
  readonly kind = 'struct'
  readonly type: string
  readonly fields: ReadonlyMap<string, Value>
  readonly methods: Methods | undefined
  /** What JSON calls a field, where it is not its own name. */
  readonly jsonNames: Readonly<Record<string, string>>

  constructor(
    type: string,
    fields: Readonly<Record<string, Value>>,
    { methods, jsonNames = {} }: StructType = {},
  ) {
    this.type = type
    this.fields = new Map(Object.entries(fields))
    this.methods = methods
    this.jsonNames = jsonNames
  }
}

export interface StructType {
  readonly methods?: Methods
  readonly jsonNames?: Readonly<Record<string, string>>
}

const safeKinds = ['HTML', 'HTMLAttr', 'URL', 'CSS', 'JS', 'JSStr', 'Srcset'] as const
export type SafeKind = (typeof safeKinds)[number]

/** Text that is trusted to be markup, an address and so on: html/template lets it pass there. */
export class SafeText {
  readonly kind = 'safe'
  readonly safe: SafeKind
  readonly text: string

  constructor(safe: SafeKind, text: string) {
    this.safe = safe
    this.text = text
  }

  get type(): string {
    return `template.${this.safe}`
  }
}

/** `value` is whatever there is, untyped nil too; `interface {}` is the same but for messages. */
export interface TypeByName {
  value: Value
  'interface {}': Value
  string: string
  bool: boolean
  int: bigint
  float64: number
  '[]string': GoList
  '[]interface {}': GoList
  'map[string]interface {}': GoMap
  'time.Time': GoTime
  'time.Duration': GoDuration
}

export type TypeName = keyof TypeByName

export interface GoFunction {
  readonly kind: 'function'
  readonly takes: readonly TypeName[]
  /** The type of each further argument, where there may be more. */
  readonly more?: TypeName
  /** Throws a plain Error to say what is wrong with the arguments. */
  readonly run: (...given: never[]) => Value
}

type Run = GoFunction['run']

type Given<Names extends readonly TypeName[]> = { [At in keyof Names]: TypeByName[Names[At]] }

/** A function for templates; its arguments have been checked to be of the types it takes. */
export function goFunction<const Names extends readonly TypeName[]>(
  takes: Names,
  run: (...given: Given<Names>) => Value,
): GoFunction {
  return { kind: 'function', takes, run: run as unknown as Run } // Called with what it takes.
}

/** Like `goFunction`, with any number of further arguments. */
export function variadic<const Names extends readonly TypeName[], More extends TypeName>(
  takes: Names,
  more: More,
  run: (...given: [...Given<Names>, ...TypeByName[More][]]) => Value,
): GoFunction {
  return { kind: 'function', takes, more, run: run as unknown as Run } // As above.
}

/** Text by its UTF-8 bytes, which is how Go compares strings. */
export function byBytes(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1)
}

/** Go's name of the type of a value. */
export function typeOf(value: Value): string {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float64'
    case 'object':
      if (value === null) return '<nil>'
      return value.kind === 'function' ? 'func()' : value.type
    default:
      return '<nil>'
  }
}

/** Whether `if` takes the value for true. */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value) || Number.isNaN(value)
  switch (value.kind) {
    case 'list':
      return value.items.length > 0
    case 'map':
      return value.entries.size > 0
    case 'safe':
      return value.text !== ''
    case 'duration':
      return value.ns !== 0n
    default:
      return true
  }
}

/** What JSON says, as Go reads it into an empty interface: numbers are `float64`. */
export function fromJson(json: unknown): Value {
  if (json === null || json === undefined) return null
  if (Array.isArray(json)) return new GoList(json.map(fromJson))
  if (typeof json === 'object')
    return new GoMap(new Map(Object.entries(json).map(([name, value]) => [name, fromJson(value)])))
  if (typeof json === 'string' || typeof json === 'boolean' || typeof json === 'number') return json
  return String(json)
}

export const stringList = (texts: readonly string[]) => new GoList(texts, '[]string')
