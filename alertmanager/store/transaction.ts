/** Transactions that are run again when others got in the way or the server was away. */
import { sql } from 'kysely'
import type { Clock } from '#lib/clock'
import type { Random } from '#lib/random'
import { retry } from '#lib/retry'
import { isStalePlan } from '#lib/sql/prepared'
import { type AlertDb, schema, type Tx } from './tables.ts'

/** What runs in one of these may run twice, also after a commit whose answer was lost. */
export function inTransaction<T>(
  db: AlertDb,
  world: { readonly clock: Clock; readonly random: Random; readonly attempts?: number },
  run: (tx: Tx) => Promise<T>,
): Promise<T> {
  const { attempts = 12 } = world
  const policy = { attempts, firstDelayMs: 10, delayMsMax: 1000, isPassing }
  return retry(policy, world, () => db.transaction().execute(run))
}

/** Thrown when what was read has changed before it was written: the transaction starts again. */
export class StaleRead extends Error {
  override readonly name = 'StaleRead'
  readonly code = '40001'
}

/** Data exceptions and violated constraints: running the same again would end the same. */
export const isDataFault = (error: unknown) => /^2[23]/.test(codeOf(error))

/** The parameter of `jsonb_to_recordset`. */
export const recordset = (rows: readonly object[]) => sql`${JSON.stringify(rows)}::jsonb`

/** `alertmanager.<name>`, for statements that kysely cannot say. */
export const table = (name: string) => sql.table(`${schema}.${name}`)

const storeDown = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])

/**
 * 40001 and 40P01: serialization and deadlock. 23503 and 23505: a row that a concurrent transaction
 * removed or added meanwhile. 57P, 53300, 08: the server stops, starts or is full.
 */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error)
  return (
    /^(40001|40P01|23503|23505|57P|53300|08)/.test(code) ||
    storeDown.has(code) ||
    isStalePlan(error) ||
    (error instanceof Error && /connection (terminated|timeout|error)/i.test(error.message))
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
