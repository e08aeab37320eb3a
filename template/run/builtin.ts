/** The functions that every template of Go's has. */
import { printed, printedLine } from '../print/print.ts'
import { sprintf } from '../print/printf.ts'
import {
  type GoFunction,
  GoList,
  goFunction,
  isTrue,
  typeOf,
  type Value,
  variadic,
} from '../value/value.ts'
import { isEqual, ordered } from './compare.ts'
import { escapeHtml, escapeJs, escapeQuery } from './escape-text.ts'

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

export const builtins: Readonly<Record<string, GoFunction>> = {
  // The evaluator gives these two no more arguments than they need.
  and: variadic(['value'], 'value', (first) => first),
  or: variadic(['value'], 'value', (first) => first),
  not: goFunction(['value'], (value) => !isTrue(value)),
  len: goFunction(['value'], lengthOf),
  index: variadic(['value'], 'value', (item, ...keys) => keys.reduce(itemAt, item)),
  slice: variadic(['value'], 'value', (item, ...bounds) => sliceOf(item, bounds)),
  print: variadic([], 'interface {}', (...values) => printed(values)),
  printf: variadic(['string'], 'interface {}', (pattern, ...values) => sprintf(pattern, values)),
  println: variadic([], 'interface {}', (...values) => printedLine(values)),
  html: variadic([], 'interface {}', (...values) => escapeHtml(textOf(values))),
  js: variadic([], 'interface {}', (...values) => escapeJs(textOf(values))),
  urlquery: variadic([], 'interface {}', (...values) => escapeQuery(textOf(values))),
  call: variadic(['value'], 'value', called),
  eq: variadic(['value'], 'value', (first, ...others) => {
    if (others.length === 0) throw new Error('missing argument for comparison')
    return others.some((other) => isEqual(first, other))
  }),
  ne: goFunction(['value', 'value'], (a, b) => !isEqual(a, b)),
  lt: goFunction(['value', 'value'], (a, b) => ordered(a, b).less),
  le: goFunction(['value', 'value'], (a, b) => {
    const { less, equal } = ordered(a, b)
    return less || equal
  }),
  gt: goFunction(['value', 'value'], (a, b) => ordered(b, a).less),
  ge: goFunction(['value', 'value'], (a, b) => {
    const { less, equal } = ordered(b, a)
    return less || equal
  }),
}

function textOf(values: readonly Value[]): string {
  const [only] = values
  if (values.length === 1 && typeof only === 'string') return only
  return printed(values.map((value) => value ?? '<no value>'))
}

function lengthOf(value: Value): Value {
  if (typeof value === 'string') return BigInt(encoder.encode(value).length)
  if (typeof value === 'object' && value !== null) {
    if (value.kind === 'list') return BigInt(value.items.length)
    if (value.kind === 'map') return BigInt(value.entries.size)
    if (value.kind === 'safe') return lengthOf(value.text)
  }
  if (value === null || value === undefined) throw new Error('len of nil pointer')
  throw new Error(`len of type ${typeOf(value)}`)
}

function itemAt(item: Value, key: Value): Value {
  if (item === null || item === undefined) throw new Error('index of untyped nil')
  if (typeof item === 'string') return BigInt(itemOf([...encoder.encode(item)], key))
  if (typeof item === 'object' && item.kind === 'list') return itemOf(item.items, key)
  if (typeof item !== 'object' || item.kind !== 'map')
    throw new Error(`can't index item of type ${typeOf(item)}`)
  if (key === null || key === undefined) throw new Error('value is nil; should be of type string')
  if (typeof key !== 'string') throw new Error(`value has type ${typeOf(key)}; should be string`)
  return item.entries.has(key) ? item.entries.get(key) : item.zero
}

function itemOf<T>(items: readonly T[], key: Value): T {
  const at = indexOf(key, items.length - 1)
  const item = items[at]
  if (item === undefined && at >= items.length) throw new Error(`index out of range: ${at}`)
  return item as T // It is within the list.
}

function indexOf(key: Value, max: number): number {
  if (key === null || key === undefined) throw new Error('cannot index slice/array with nil')
  if (typeof key !== 'bigint') throw new Error(`cannot index slice/array with type ${typeOf(key)}`)
  if (key < 0n || key > BigInt(max)) throw new Error(`index out of range: ${key}`)
  return Number(key)
}

function sliceOf(item: Value, bounds: readonly Value[]): Value {
  if (item === null || item === undefined) throw new Error('slice of untyped nil')
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`)
  if (typeof item === 'string') {
    if (bounds.length === 3) throw new Error('cannot 3-index slice a string')
    const bytes = encoder.encode(item)
    const [from, to] = rangeOf(bounds, bytes.length)
    return decoder.decode(bytes.slice(from, to))
  }
  if (typeof item !== 'object' || item.kind !== 'list')
    throw new Error(`can't slice item of type ${typeOf(item)}`)
  const [from, to] = rangeOf(bounds, item.items.length)
  return new GoList(item.items.slice(from, to), item.type, item.methods)
}

function rangeOf(bounds: readonly Value[], length: number): readonly [number, number] {
  const [from = 0, to = length, max = length] = bounds.map((bound) => indexOf(bound, length))
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`)
  if (to > max) throw new Error(`invalid slice index: ${to} > ${max}`)
  return [from, to]
}

function called(value: Value, ...given: Value[]): Value {
  if (value === null || value === undefined) throw new Error('call of nil')
  if (typeof value !== 'object' || value.kind !== 'function')
    throw new Error(`non-function of type ${typeOf(value)}`)
  const { takes, more, run } = value
  if (more === undefined ? given.length !== takes.length : given.length < takes.length)
    throw new Error(`wrong number of args: got ${given.length} want ${takes.length}`)
  for (const [i, one] of given.entries()) {
    const type = takes[i] ?? more ?? 'value'
    if (type !== 'value' && type !== 'interface {}' && typeOf(one) !== type)
      throw new Error(`arg ${i}: value has type ${typeOf(one)}; should be ${type}`)
  }
  return run(...(given as never[])) // Each was checked above.
}
