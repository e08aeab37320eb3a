/** Resources as rows: what is written fits its kind, and what did not change is not written. */
import { type Insertable, sql as raw } from 'kysely'
import { assert } from '#lib/assert'
import type { Clock } from '#lib/clock'
import {
  complaintsOf,
  type FieldsOf,
  type Kind,
  type Resource,
  resourceFields,
  schemaOf,
} from '#lib/schema'
import { jsonb } from '#lib/sql/database'
import type { ResourceTable, Sql } from './database.ts'

/** What is to be written; times and version follow. */
export interface Draft<K extends Kind> {
  readonly id: string
  readonly name: string
  readonly parentId?: string | undefined
  readonly fields: FieldsOf<K>
}

export interface Resources {
  get<K extends Kind>(kind: K, id: string): Promise<Resource<K> | undefined>
  named<K extends Kind>(kind: K, name: string): Promise<Resource<K> | undefined>
  many<K extends Kind>(kind: K, ids: readonly string[]): Promise<readonly Resource<K>[]>
  /** All of a kind, by name. For kinds whose number the hardware bounds. */
  all<K extends Kind>(kind: K): Promise<readonly Resource<K>[]>
  /** Inserts or changes; what holds the same already stays. Answers how many changed. */
  put<K extends Kind>(kind: K, drafts: readonly Draft<K>[]): Promise<number>
  remove(kind: Kind, ids: readonly string[]): Promise<void>
}

/** `sql` may be a transaction. */
export function createResources(sql: Sql, clock: Clock): Resources {
  const rowsOf = (kind: Kind) =>
    sql.selectFrom('resource').selectAll().where('kind', '=', kind.name)
  return {
    async get<K extends Kind>(kind: K, id: string) {
      const row = await rowsOf(kind).where('id', '=', id).executeTakeFirst()
      return row === undefined ? undefined : toResource<K>(row)
    },
    async named<K extends Kind>(kind: K, name: string) {
      const row = await rowsOf(kind).where('name', '=', name).executeTakeFirst()
      return row === undefined ? undefined : toResource<K>(row)
    },
    async many<K extends Kind>(kind: K, ids: readonly string[]) {
      if (ids.length === 0) return []
      const rows = await rowsOf(kind).where('id', 'in', ids).execute()
      return rows.map((row) => toResource<K>(row))
    },
    async all<K extends Kind>(kind: K) {
      const rows = await rowsOf(kind).orderBy('name').execute()
      return rows.map((row) => toResource<K>(row))
    },
    put: async (kind, drafts) => put(sql, kind, rowsFor(kind, drafts, new Date(clock.nowMs()))),
    async remove(kind, ids) {
      if (ids.length === 0) return
      await sql
        .deleteFrom('resource')
        .where('kind', '=', kind.name)
        .where('id', 'in', ids)
        .execute()
    },
  }
}

function toResource<K extends Kind>(row: Omit<ResourceTable, 'version'> & { version: number }) {
  const resource: Resource<K> = {
    id: row.id,
    kind: row.kind,
    name: row.name,
    ...(row.parent_id === null ? {} : { parentId: row.parent_id }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
    fields: row.fields as FieldsOf<K>, // Checked against the kind when it was written.
  }
  return resource
}

function rowsFor<K extends Kind>(kind: K, drafts: readonly Draft<K>[], now: Date) {
  const schema = schemaOf(kind.fields)
  return drafts.map(({ id, name, parentId, fields }): Insertable<ResourceTable> => {
    const checked = schema.safeParse(fields)
    const complaint = checked.success ? '' : complaintsOf(checked.error)
    assert(checked.success, `Cannot write ${kind.name} "${name}": ${complaint}`)
    resourceFields.name.schema.parse(name)
    return {
      id,
      kind: kind.name,
      name,
      parent_id: parentId ?? null,
      fields: jsonb(checked.data) as never, // A JSON expression stands for the value.
      created_at: now,
      updated_at: now,
    }
  })
}

const rowsPerStatement = 500

async function put(sql: Sql, kind: Kind, rows: Insertable<ResourceTable>[]): Promise<number> {
  let changed = 0
  for (let start = 0; start < rows.length; start += rowsPerStatement) {
    const result = await sql
      .insertInto('resource')
      .values(rows.slice(start, start + rowsPerStatement))
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((eb) => ({
            name: eb.ref('excluded.name'),
            parent_id: eb.ref('excluded.parent_id'),
            fields: eb.ref('excluded.fields'),
            updated_at: eb.ref('excluded.updated_at'),
            version: raw<number>`resource.version + 1`,
          }))
          .where('resource.kind', '=', kind.name)
          .where(
            raw<boolean>`(resource.name, resource.parent_id, resource.fields)
              is distinct from (excluded.name, excluded.parent_id, excluded.fields)`,
          ),
      )
      .executeTakeFirst()
    changed += Number(result.numInsertedOrUpdatedRows ?? 0)
  }
  return changed
}
