/** Queries over resources and jobs: conditions on fields become SQL, values stay parameters. */
import { type RawBuilder, sql as raw } from 'kysely'
import { type Comparison, type Fields, type Kind, resourceFields } from '#lib/schema'
import type { Sql } from './database.ts'

export const operators = [
  '=',
  '!=',
  '>',
  '>=',
  '<',
  '<=',
  '?=',
  '!?=',
  '~=',
  '!~=',
  'is null',
  'not null',
] as const
export type Operator = (typeof operators)[number]

export type Operand = string | number | boolean

export interface Condition {
  /** Kinds above, from near to far: `['node', 'rack']` for `node.rack.name` of a device. */
  readonly parents: readonly Kind[]
  readonly field: string
  readonly operator: Operator
  /** One, several for `?=`, none for `is null`. */
  readonly operands: readonly Operand[]
}

export interface Find {
  readonly conditions: readonly Condition[]
  readonly sort: { readonly field: string; readonly isDescending: boolean }
  readonly limit: number
  readonly start: number
}

/** Where the rows of a kind are. */
export interface Source {
  readonly table: RawBuilder<unknown>
  /** What every row of the kind fulfils. */
  readonly only: RawBuilder<unknown>
  /** The SQL of a field, as its comparison compares it. */
  column(field: string, comparison: Comparison): RawBuilder<unknown>
}

/** Undefined where the kind has no such field. */
export function comparisonOf(kind: Kind, field: string): Comparison | undefined {
  const fields: Fields = { ...resourceFields, ...kind.fields }
  return fields[field]?.comparison
}

export function resourceSource(kind: Kind): Source {
  return {
    table: raw`master.resource`,
    only: raw`kind = ${kind.name}`,
    column: (field, comparison) => common.get(field) ?? jsonColumn(field, comparison),
  }
}

/** Ids of one page, in order, and how many there are in all. */
export async function findIds(
  sql: Sql,
  kind: Kind,
  { source, find }: { source: Source; find: Find },
): Promise<{ ids: readonly string[]; total: number }> {
  const { sort, limit, start } = find
  const where = raw.join(
    [source.only, ...find.conditions.map((condition) => sqlOf(kind, source, condition))],
    raw` and `,
  )
  const sorted = source.column(sort.field, comparisonOf(kind, sort.field) ?? 'text')
  const direction = sort.isDescending ? raw`desc nulls last` : raw`asc nulls last`
  const page = await raw<{ id: string }>`select id from ${source.table} where ${where}
    order by ${sorted} ${direction}, id limit ${limit} offset ${start}`.execute(sql)
  const counted = await raw<{ total: number }>`select count(*) as total
    from ${source.table} where ${where}`.execute(sql)
  return { ids: page.rows.map(({ id }) => id), total: counted.rows[0]?.total ?? 0 }
}

const common = new Map([
  ['id', raw`id::text`],
  ['name', raw`name`],
  ['parentId', raw`parent_id::text`],
  ['createdAt', raw`created_at`],
  ['updatedAt', raw`updated_at`],
  ['version', raw`version`],
])

/** Times are texts of one shape in UTC, so that they compare as texts too. */
function jsonColumn(field: string, comparison: Comparison): RawBuilder<unknown> {
  const text = raw`(fields ->> ${field})`
  if (comparison === 'number') return raw`${text}::numeric`
  if (comparison === 'boolean') return raw`${text}::boolean`
  return comparison === 'time' ? raw`${text}::timestamptz` : raw`${text} collate "C"`
}

function sqlOf(kind: Kind, source: Source, condition: Condition): RawBuilder<unknown> {
  const [parent, ...above] = condition.parents
  if (parent !== undefined) {
    const over = resourceSource(parent)
    const inner = sqlOf(parent, over, { ...condition, parents: above })
    return raw`parent_id in (select id from ${over.table} where ${over.only} and ${inner})`
  }
  const comparison = comparisonOf(kind, condition.field) ?? 'text'
  return compare(source.column(condition.field, comparison), condition)
}

/** A negation holds for what has no such value too: it is the complement. */
function compare(column: RawBuilder<unknown>, { operator, operands }: Condition) {
  const [operand] = operands
  const list = raw.join(operands.length === 0 ? [null] : operands)
  switch (operator) {
    case '=':
      return raw`${column} = ${operand}`
    case '!=':
      return raw`${column} is distinct from ${operand}`
    case '>':
      return raw`${column} > ${operand}`
    case '>=':
      return raw`${column} >= ${operand}`
    case '<':
      return raw`${column} < ${operand}`
    case '<=':
      return raw`${column} <= ${operand}`
    case '?=':
      return raw`${column} in (${list})`
    case '!?=':
      return raw`coalesce(${column} not in (${list}), true)`
    case '~=':
      return raw`${column} like ${operand}`
    case '!~=':
      return raw`coalesce(${column} not like ${operand}, true)`
    case 'is null':
      return raw`${column} is null`
    case 'not null':
      return raw`${column} is not null`
  }
}
