/**
 * A PostgreSQL server of our own: real, durable, started from binaries that npm brought, reached by
 * a Unix socket only. It ends with this process, however that ends, and is started again when it
 * dies first; clients see a lost connection and come back.
 */
import { rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import pg from 'pg'
import { type Clock, sleep } from '../clock.ts'
import { messageOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { ensureCluster } from './postgres-cluster.ts'
import { type Place, preparePlace } from './postgres-place.ts'
import { endSurvivor, type Serving, serve } from './postgres-process.ts'

export interface EmbeddedPostgres {
  /** For `pg`, kysely and BullMQ: the database `zstone` by its socket. */
  readonly url: string
  close(): Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** The server lives in `postgresql` below it; who may use that folder is the caller's to lock. */
  readonly dataDir: string
  readonly log: Log
  readonly clock: Clock
  /** Where root keeps what the server's user cannot reach under `dataDir` or `node_modules`. */
  readonly stateDir?: string
  /** Over ours; for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

const settings = {
  max_connections: '100',
  shared_buffers: '64MB',
  // BullMQ's commands deadlock now and then and are retried: find them soon.
  deadlock_timeout: '50ms',
  // The client is told of its errors; the file keeps what happens to the server.
  log_min_messages: 'log',
  log_checkpoints: 'off',
}

export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { dataDir, stateDir = '/var/lib/zstone', clock, log } = options
  const place = await preparePlace({ dataDir, stateDir })
  await endSurvivor(place, clock)
  await ensureCluster(place)
  const start = () => serve(place, { ...settings, ...options.settings }, clock)
  const first = await start()
  const kept = keepServing(
    first,
    async () => {
      await endSurvivor(place, clock)
      return start()
    },
    { clock, log },
  )
  try {
    await ensureDatabase(place)
  } catch (error) {
    await kept.close()
    throw error
  }
  log.info({ cluster: place.cluster }, 'Embedded PostgreSQL is ready')
  const close = async () => {
    await kept.close()
    // Gone from the temporary folder; its own home is left as it is, `run` included.
    if (!place.socketDir.startsWith(dirname(place.cluster))) await rmdir(place.socketDir)
  }
  return { url: urlOf(place, 'zstone'), close }
}

/** Starts the server again whenever it ends and nobody asked it to. */
function keepServing(
  first: Serving,
  again: () => Promise<Serving>,
  { clock, log }: { clock: Clock; log: Log },
): { close(): Promise<void> } {
  const closing = new AbortController()
  let serving: Serving | undefined = first
  const keep = async () => {
    while (!closing.signal.aborted) {
      await serving?.ended
      serving = undefined
      if (closing.signal.aborted) return
      log.error({}, 'Embedded PostgreSQL ended unasked; starting it again')
      // Its own children need a moment to let go of the data.
      await sleep(clock, 200, closing.signal)
      serving = await again().catch((error) => {
        log.error({ error: messageOf(error) }, 'Embedded PostgreSQL did not start; trying again')
        return undefined
      })
    }
    await serving?.stop()
  }
  const kept = keep()
  return {
    async close() {
      closing.abort()
      await serving?.stop()
      await kept
    },
  }
}

async function ensureDatabase(place: Place): Promise<void> {
  const client = new pg.Client(urlOf(place, 'postgres'))
  await client.connect()
  try {
    const found = await client.query(`select from pg_database where datname = 'zstone'`)
    if (found.rowCount === 0) await client.query('create database zstone')
  } finally {
    await client.end()
  }
}

const urlOf = ({ socketDir }: Place, database: string) =>
  `postgres://postgres@localhost/${database}?host=${encodeURIComponent(socketDir)}`
