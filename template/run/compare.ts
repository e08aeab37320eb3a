/** `eq`, `lt` and their like: which values can be compared, and how. */
import { shown } from '../print/print.ts'
import { byBytes, typeOf, type Value } from '../value/value.ts'

export function isEqual(a: Value, b: Value): boolean {
  if (isNil(a) || isNil(b)) return isNil(a) && isNil(b)
  const kind = basicKind(a)
  if (kind !== basicKind(b)) throw new Error('incompatible types for comparison')
  if (kind !== undefined) return basic(a) === basic(b)
  refuseUncomparable(a)
  refuseUncomparable(b)
  return sameWhole(a, b)
}

/** Negative, zero or positive. */
export function ordered(a: Value, b: Value): { less: boolean; equal: boolean } {
  const kind = basicKind(a)
  if (kind === undefined || kind === 'bool') throw new Error('invalid type for comparison')
  if (kind !== basicKind(b)) throw new Error('incompatible types for comparison')
  const [x, y] = [basic(a), basic(b)]
  const order = typeof x === 'string' && typeof y === 'string' ? byBytes(x, y) : undefined
  if (order !== undefined) return { less: order < 0, equal: order === 0 }
  return { less: x < y, equal: x === y }
}

const isNil = (value: Value) => value === null || value === undefined

/** Go's basic kinds; undefined: it is none of them. */
function basicKind(value: Value): string | undefined {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    default:
      if (value?.kind === 'safe') return 'string'
      return value?.kind === 'duration' ? 'int' : undefined
  }
}

function basic(value: Value): string | boolean | bigint | number {
  if (typeof value !== 'object' || value === null) return value ?? ''
  if (value.kind === 'safe') return value.text
  return value.kind === 'duration' ? value.ns : ''
}

function refuseUncomparable(value: Value): void {
  if (typeof value !== 'object' || value === null) return
  if (value.kind === 'list' || value.kind === 'map' || value.kind === 'function')
    throw new Error(`non-comparable type ${shown(value)}: ${typeOf(value)}`)
}

function sameWhole(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (a.kind === 'time' && b.kind === 'time') return a.epochNs === b.epochNs && a.zone === b.zone
  if (a.kind !== 'struct' || b.kind !== 'struct') return false
  return (
    a.type === b.type && [...a.fields].every(([name, value]) => isEqual(value, b.fields.get(name)))
  )
}
