/**
 * A lease on a named thing, in PostgreSQL and by its clock alone. Who holds it may act; the epoch,
 * which grows with each holder, is the fencing token: what a holder writes carries it, and a write
 * with an older epoch than was seen is refused, because a paused process cannot know that it lost.
 */
import { sql } from 'kysely'
import type { Database } from './sql/database.ts'
import { migrate } from './sql/migrate.ts'

export interface Lease {
  readonly name: string
  readonly holder: string
  readonly epoch: number
}

/** Who holds it instead, when it was not free. */
export type Taking =
  | { readonly taken: true; readonly lease: Lease }
  | { readonly taken: false; readonly holder: string; readonly expiresAt: Date }

export interface Leases {
  /**
   * Takes what is free or expired. The same holder may take again and gets a new epoch, which
   * fences off its former self.
   */
  take(name: string, options: { holder: string; forMs: number }): Promise<Taking>
  /** Counts `forMs` from now. False: it is lost; stop acting. */
  renew(lease: Lease, forMs: number): Promise<boolean>
  /** Frees it at once, unless another has it by now. */
  release(lease: Lease): Promise<void>
}

/** Makes the table, in its own PostgreSQL schema `lease`; once, before `createLeases`. */
export function migrateLeases(url: string): Promise<void> {
  return migrate(url, { schema: 'lease', folder: new URL('./lease/', import.meta.url) })
}

interface LeaseRow {
  readonly holder: string
  readonly epoch: number
  readonly expires_at: Date
}

export function createLeases({ db }: Pick<Database<unknown>, 'db'>): Leases {
  const endOf = (forMs: number) => sql`clock_timestamp() + ${forMs} * interval '1 millisecond'`

  const read = async (name: string) => {
    const { rows } = await sql<LeaseRow>`select * from lease.lease where name = ${name}`.execute(db)
    return rows[0]
  }
  return {
    async take(name, { holder, forMs }) {
      const { rows } = await sql<LeaseRow>`
        insert into lease.lease as held (name, holder, expires_at)
        values (${name}, ${holder}, ${endOf(forMs)})
        on conflict (name) do update
          set holder = excluded.holder, epoch = held.epoch + 1, expires_at = excluded.expires_at
          where held.expires_at <= clock_timestamp() or held.holder = excluded.holder
        returning *`.execute(db)
      const [own] = rows
      if (own !== undefined) return { taken: true, lease: { name, holder, epoch: own.epoch } }
      const other = await read(name) // Rows are never deleted, so there is one.
      return {
        taken: false,
        holder: other?.holder ?? '',
        expiresAt: other?.expires_at ?? new Date(0),
      }
    },
    async renew({ name, holder, epoch }, forMs) {
      const { numAffectedRows } = await sql`
        update lease.lease set expires_at = ${endOf(forMs)}
        where name = ${name} and holder = ${holder} and epoch = ${epoch}
          and expires_at > clock_timestamp()`.execute(db)
      return numAffectedRows === 1n
    },
    async release({ name, holder, epoch }) {
      await sql`
        update lease.lease set expires_at = clock_timestamp()
        where name = ${name} and holder = ${holder} and epoch = ${epoch}`.execute(db)
    },
  }
}
