/** Any value as Go's fmt writes it. */
import { typeOf, type Value } from '../value/value.ts'
import { type Directive, padded, plain } from './directive.ts'
import { formatFloat, formatInt, formatText, formatTruth } from './scalar.ts'

/** A list that holds itself many times over prints longer than it is: this bounds what is made. */
export interface Budget {
  left: number
}

export const textMax = 4 * 1024 * 1024

export function spend(budget: Budget, text: string): string {
  budget.left -= text.length + 1
  if (budget.left < 0) throw new Error(`a text is limited to ${textMax} letters`)
  return text
}

/** `%v`. */
export const shown = (value: Value): string => format(value, plain, { left: textMax })

/** One argument of `printf`. */
export function format(value: Value, how: Directive, budget: Budget): string {
  if (how.verb === 'T') return formatText({ ...how, verb: 's' }, typeOf(value)) ?? ''
  if (value === null || value === undefined)
    return how.verb === 'v' ? padded(how, '<nil>') : `%!${how.verb}(<nil>)`
  return spend(budget, formatKnown(value, how, budget))
}

type Known = Exclude<Value, null | undefined>

function formatKnown(value: Known, how: Directive, budget: Budget): string {
  return (
    formatScalar(value, how) ?? formatWhole(value, how, budget) ?? wrongVerb(value, how, budget)
  )
}

function formatScalar(value: Known, how: Directive): string | undefined {
  if (typeof value === 'string') return formatText(how, value)
  if (typeof value === 'boolean') return formatTruth(how, value)
  if (typeof value === 'bigint') return formatInt(how, value)
  if (typeof value === 'number') return formatFloat(how, value)
  if (value.kind === 'safe') return formatText(how, value.text)
  const isText = 'vsqxX'.includes(how.verb) && !how.sharpV
  if (value.kind === 'time' && isText) return formatText(how, value.toString())
  if (value.kind === 'duration')
    return isText ? formatText(how, value.toString()) : formatInt(how, value.ns)
  return undefined
}

/** What holds other values; each of them is written by the same verb. */
function formatWhole(value: Known, how: Directive, budget: Budget): string | undefined {
  if (typeof value !== 'object') return undefined
  const inner = (item: Value) => formatInner(item, how, budget)
  const key = (name: string) => formatText(how, name) ?? wrongVerb(name, how, budget)
  const start = how.sharpV ? `${typeOf(value)}{` : undefined
  const join = how.sharpV ? ', ' : ' '
  switch (value.kind) {
    case 'list':
      return `${start ?? '['}${value.items.map(inner).join(join)}${start ? '}' : ']'}`
    case 'map': {
      const pairs = value.keys().map((name) => `${key(name)}:${inner(value.entries.get(name))}`)
      return `${start ?? 'map['}${pairs.join(join)}${start ? '}' : ']'}`
    }
    case 'struct': {
      const names = how.plusV || how.sharpV
      const fields = [...value.fields].map(([name, field]) =>
        names ? `${name}:${inner(field)}` : inner(field),
      )
      return `${start ?? '{'}${fields.join(join)}}`
    }
    default:
      return undefined
  }
}

function formatInner(value: Value, how: Directive, budget: Budget): string {
  if (value === null || value === undefined) return how.sharpV ? 'interface {}(nil)' : '<nil>'
  return spend(budget, formatKnown(value, how, budget))
}

function wrongVerb(value: Known, how: Directive, budget: Budget): string {
  // Go shows how it keeps a time, which is nothing that a template could mean.
  if (typeof value === 'object' && value.kind === 'time')
    throw new Error(`a time cannot be shown by %${how.verb}`)
  const text = formatKnown(value, { ...how, verb: 'v' }, budget)
  return `%!${how.verb}(${typeOf(value)}=${text})`
}

/** `print`: a space between two of which neither is text. */
export function printed(values: readonly Value[]): string {
  const budget = { left: textMax }
  let text = ''
  for (const [i, value] of values.entries()) {
    if (i > 0 && !isText(value) && !isText(values[i - 1])) text += ' '
    text += format(value, plain, budget)
  }
  return text
}

const isText = (value: Value) =>
  typeof value === 'string' || (typeof value === 'object' && value?.kind === 'safe')

export function printedLine(values: readonly Value[]): string {
  const budget = { left: textMax }
  return `${values.map((value) => format(value, plain, budget)).join(' ')}\n`
}
