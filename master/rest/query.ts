/**
 * The query of a list: `?q=state=in&q=node.rack.name~=r%25&limit=10&start=20&sort=-usedBytes`.
 * Conditions are joined by "and". What is not known is refused, and what is known is named.
 */
import { fault } from '#api/errors'
import { type Comparison, type Kind, resourceFields } from '#lib/schema'
import {
  type Condition,
  comparisonOf,
  type Find,
  type Operand,
  type Operator,
  operators,
} from '../store/find.ts'

export interface Query extends Find {
  /** Which fields to answer; undefined: all. */
  readonly fields: readonly string[] | undefined
}

export type Parameters = ReadonlyMap<string, readonly string[]>

export const queryLimits = {
  page: 100,
  pageMax: 1000,
  conditionsMax: 32,
  listMax: 1000,
  hopsMax: 6,
}

export interface QueryWorld {
  readonly kind: Kind
  readonly kinds: readonly Kind[]
}

export function parseQuery(parameters: Parameters, world: QueryWorld): Query {
  const { kind } = world
  const known = ['q', 'limit', 'start', 'sort', 'fields']
  for (const name of parameters.keys())
    if (!known.includes(name))
      throw refuse(kind, `no parameter has the name "${name}"; there are ${known.join(', ')}`)
  const conditions = parameters.get('q') ?? []
  if (conditions.length > queryLimits.conditionsMax)
    throw refuse(kind, `${conditions.length} conditions are over ${queryLimits.conditionsMax}`)
  return {
    conditions: conditions.map((text) => parseCondition(text, world)),
    sort: parseSort(one(parameters, 'sort'), kind),
    limit: whole(parameters, 'limit', {
      kind,
      fallback: queryLimits.page,
      most: queryLimits.pageMax,
    }),
    start: whole(parameters, 'start', { kind, fallback: 0, most: 1_000_000_000 }),
    fields: parseFields(one(parameters, 'fields'), kind),
  }
}

const refuse = ({ plural }: Kind, reason: string) => fault('QUERY_INVALID', { plural, reason })

const one = (parameters: Parameters, name: string) => parameters.get(name)?.at(-1)

/** The name first, from the left: a value may hold any operator. */
function parseCondition(text: string, world: QueryWorld): Condition {
  const { kind } = world
  const [, path = '', rest = ''] =
    /^([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)(.*)$/s.exec(text) ?? []
  const operator = byLength.find((sign) => rest.startsWith(sign)) ?? nullTest(rest)
  if (path === '' || operator === undefined)
    throw refuse(
      kind,
      `"${text}" is no condition; write <field><operator><value>, with one of ${signs}`,
    )
  const hops = path.split('.')
  const field = hops.pop() ?? ''
  if (hops.length > queryLimits.hopsMax)
    throw refuse(kind, `"${path}" has over ${queryLimits.hopsMax} hops`)
  const parents = hops.map((hop, i) => parentAt(world, hops.slice(0, i), hop))
  const target = parents.at(-1) ?? kind
  const comparison = comparisonOf(target, field)
  if (comparison === undefined) throw unknownField(kind, path, target)
  if (operator === 'is null' || operator === 'not null')
    return { parents, field, operator, operands: [] }
  if (comparison === 'value') throw refuse(kind, `"${path}" holds a list and cannot be compared`)
  const value = rest.slice(operator.length)
  return {
    parents,
    field,
    operator,
    operands: operandsOf({ kind, path, comparison, operator }, value),
  }
}

const byLength = operators
  .filter((operator) => !operator.endsWith('null'))
  .sort((a, b) => b.length - a.length)
const signs = operators.join(' ')

function nullTest(rest: string): Operator | undefined {
  if (/^ is null$/i.test(rest)) return 'is null'
  return /^ (is )?not null$/i.test(rest) ? 'not null' : undefined
}

function parentAt({ kind, kinds }: QueryWorld, above: readonly string[], hop: string): Kind {
  const from = [kind.name, ...above].at(-1)
  const parent = kinds.find(({ name }) => name === from)?.parent
  const found = kinds.find(({ name }) => name === hop && name === parent)
  if (found !== undefined) return found
  const allowed = parent === undefined ? 'nothing' : `"${parent}"`
  throw refuse(kind, `"${hop}" is not above ${from}; ${allowed} is`)
}

function unknownField(kind: Kind, path: string, target: Kind) {
  const allowed = Object.keys({ ...resourceFields, ...target.fields }).join(', ')
  return refuse(kind, `no field has the name "${path}"; ${target.name} has ${allowed}`)
}

interface Compared {
  readonly kind: Kind
  readonly path: string
  readonly comparison: Comparison
  readonly operator: Operator
}

function operandsOf(compared: Compared, value: string): Operand[] {
  const { kind, operator, comparison, path } = compared
  if (operator.endsWith('~=')) {
    if (comparison !== 'text') throw refuse(kind, `"${path}" is no text; ${operator} needs one`)
    return [value]
  }
  const values = operator.endsWith('?=') ? value.split(',') : [value]
  if (values.length > queryLimits.listMax)
    throw refuse(kind, `"${path}" is compared with over ${queryLimits.listMax} values`)
  return values.map((text) => operandOf(compared, text))
}

function operandOf({ kind, path, comparison }: Compared, text: string): Operand {
  if (text.includes('\0')) throw refuse(kind, `"${path}" is compared with a zero byte`)
  if (comparison === 'number' && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  if (comparison === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  const time = Date.parse(text)
  if (comparison === 'time' && Number.isFinite(time)) return new Date(time).toISOString()
  if (comparison === 'text') return text
  const wanted = { number: 'a number', boolean: 'true or false', time: 'a time as of RFC 3339' }
  const what = comparison === 'value' ? 'nothing' : wanted[comparison]
  throw refuse(kind, `"${path}" is compared with ${what}, not with "${text}"`)
}

function parseSort(text: string | undefined, kind: Kind): Query['sort'] {
  if (text === undefined) return { field: 'createdAt', isDescending: true }
  // A plus in a query arrives as a space.
  const [, sign = '', field = ''] = /^([-+ ]?)(.*)$/s.exec(text) ?? []
  const comparison = comparisonOf(kind, field)
  if (comparison === undefined) throw unknownField(kind, field, kind)
  if (comparison === 'value') throw refuse(kind, `"${field}" holds a list and cannot be sorted by`)
  return { field, isDescending: sign === '-' }
}

function parseFields(text: string | undefined, kind: Kind): string[] | undefined {
  if (text === undefined) return undefined
  const names = text.split(',')
  for (const name of names)
    if (comparisonOf(kind, name) === undefined) throw unknownField(kind, name, kind)
  return names
}

function whole(
  parameters: Parameters,
  name: string,
  { kind, fallback, most }: { kind: Kind; fallback: number; most: number },
): number {
  const text = one(parameters, name)
  if (text === undefined) return fallback
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(value <= most))
    throw refuse(kind, `${name} is a whole number from 0 to ${most}, not "${text}"`)
  return value
}
