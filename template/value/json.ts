/** JSON as Go's encoding/json writes it: sorted keys, and nothing that HTML would read. */
import { type Budget, spend, textMax } from '../print/print.ts'
import { typeOf, type Value } from './value.ts'

export const toJson = (value: Value): string => written(value, { left: textMax })

function written(value: Value, budget: Budget): string {
  return spend(budget, unspent(value, budget))
}

function unspent(value: Value, budget: Budget): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return float(value)
  if (typeof value !== 'object') return String(value)
  switch (value.kind) {
    case 'list':
      return `[${value.items.map((item) => written(item, budget)).join(',')}]`
    case 'map':
      return object(
        value.keys().map((name) => [name, value.entries.get(name)]),
        budget,
      )
    case 'struct':
      return object(
        [...value.fields].map(([name, field]) => [value.jsonNames[name] ?? name, field]),
        budget,
      )
    case 'time':
      return quoted(value.toJson())
    case 'duration':
      return value.ns.toString()
    case 'safe':
      return quoted(value.text)
    default:
      throw new Error(`json: unsupported type: ${typeOf(value)}`)
  }
}

function object(fields: readonly (readonly [string, Value])[], budget: Budget): string {
  const shown = fields.map(([name, value]) => `${quoted(name)}:${written(value, budget)}`)
  return `{${shown.join(',')}}`
}

function float(value: number): string {
  if (!Number.isFinite(value)) throw new Error(`json: unsupported value: ${value}`)
  return Object.is(value, -0) ? '-0' : String(value)
}

const quoted = (text: string) =>
  JSON.stringify(text.toWellFormed())
    .replace(/[<>&\u2028\u2029]/g, code)
    .replace(/\\([bf])/g, (_, letter: string) => (letter === 'b' ? '\\u0008' : '\\u000c'))

const code = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`
