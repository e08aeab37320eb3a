/**
 * Numbered SQL files, each applied once, in one transaction, in the PostgreSQL schema of a part.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import pg from 'pg'
import { faultsOf, messageOf } from '../errors.ts'

const migrationFault = faultsOf({
  MIGRATION_CHANGED: {
    status: 500,
    retry: false,
    message:
      'Cannot migrate schema {schema}: {file} differs from what was applied; restore it and add a new file',
  },
  MIGRATION_FAILED: {
    status: 500,
    retry: false,
    message: 'Cannot migrate schema {schema}: {file}: {reason}; nothing of that file was applied',
  },
  MIGRATION_MISNUMBERED: {
    status: 500,
    retry: false,
    message:
      'Cannot migrate schema {schema}: found {file} where {expected}-<name>.sql belongs; number without gaps',
  },
  MIGRATION_UNKNOWN: {
    status: 500,
    retry: false,
    message:
      'Cannot migrate schema {schema}: the database has {file}, this program does not; start the newer program',
  },
})

export interface Migrations {
  /**
   * The part's own PostgreSQL schema; made when it is missing, and the search path of each file.
   */
  readonly schema: string
  /** The folder of `0001-name.sql` files: `new URL('./migrations/', import.meta.url)`. */
  readonly folder: URL
}

/** Safe when several processes start together: one applies, the others wait and find it done. */
export async function migrate(url: string, { schema, folder }: Migrations): Promise<void> {
  const files = await readFiles(schema, folder)
  const client = new pg.Client({ connectionString: url, application_name: `migrate ${schema}` })
  client.on('error', () => {}) // A lost server rejects the query under way; that is the error.
  await client.connect()
  try {
    const quoted = client.escapeIdentifier(schema)
    await client.query(`set lock_timeout = '60s'`)
    await client.query(`select pg_advisory_lock(hashtextextended($1, 0))`, [`migrate ${schema}`])
    await client.query(`create schema if not exists ${quoted}`)
    await client.query(`create table if not exists ${quoted}.migration (
      number integer primary key,
      file text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`)
    const applied = await client.query<Applied>(
      `select number, file, checksum from ${quoted}.migration order by number`,
    )
    for (const file of pendingOf(schema, files, applied.rows)) await apply(client, schema, file)
  } finally {
    await client.end() // Also gives the advisory lock back.
  }
}

interface Applied {
  readonly number: number
  readonly file: string
  readonly checksum: string
}

interface MigrationFile extends Applied {
  readonly sql: string
}

async function readFiles(schema: string, folder: URL): Promise<MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (file, i) => {
      const expected = String(i + 1).padStart(4, '0')
      if (!file.startsWith(`${expected}-`))
        throw migrationFault('MIGRATION_MISNUMBERED', { schema, file, expected })
      const sql = await readFile(new URL(file, asFolder(folder)), 'utf8')
      const checksum = createHash('sha256').update(sql).digest('hex')
      return { number: i + 1, file, checksum, sql }
    }),
  )
}

/** The files after the last applied one, once the applied ones are found to be the same. */
function pendingOf(
  schema: string,
  files: readonly MigrationFile[],
  applied: readonly Applied[],
): readonly MigrationFile[] {
  for (const [i, { file, checksum }] of applied.entries()) {
    const own = files[i]
    if (own === undefined) throw migrationFault('MIGRATION_UNKNOWN', { schema, file })
    if (own.checksum !== checksum)
      throw migrationFault('MIGRATION_CHANGED', { schema, file: own.file })
  }
  return files.slice(applied.length)
}

async function apply(client: pg.Client, schema: string, migration: MigrationFile): Promise<void> {
  const { number, file, checksum, sql } = migration
  const quoted = client.escapeIdentifier(schema)
  try {
    await client.query('begin')
    await client.query(`set local search_path to ${quoted}`)
    await client.query(sql)
    await client.query(
      `insert into ${quoted}.migration (number, file, checksum) values ($1, $2, $3)`,
      [number, file, checksum],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {}) // The first error says more.
    throw migrationFault('MIGRATION_FAILED', { schema, file, reason: messageOf(error) }, error)
  }
}

const asFolder = (folder: URL) => new URL(folder.href.endsWith('/') ? folder.href : `${folder}/`)
