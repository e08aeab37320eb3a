/** The embedded PostgreSQL of the run, with a new database for each bed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { openEmbeddedPostgres } from '#lib/sql/embedded-postgres'

export interface BenchPostgres {
  readonly pid: number
  /** A new, empty database; the one before it is dropped. */
  freshUrl(): Promise<string>
  close(): Promise<void>
}

export async function openPostgres(dataDir: string): Promise<BenchPostgres> {
  const server = await openEmbeddedPostgres({ dataDir, log: silentLog, clock: systemClock })
  const pidFile = join(dataDir, 'postgresql/cluster/postmaster.pid')
  let made = 0
  return {
    pid: Number.parseInt(await readFile(pidFile, 'utf8'), 10),
    async freshUrl() {
      const client = new pg.Client(server.url)
      await client.connect()
      if (made > 0) await client.query(`drop database bench_${made} with (force)`)
      made++
      await client.query(`create database bench_${made}`)
      await client.query('checkpoint') // What the row before wrote is not written in this one.
      await client.end()
      return server.url.replace('/zstone?', `/bench_${made}?`)
    },
    close: server.close,
  }
}
