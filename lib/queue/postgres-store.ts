/** BullMQ on PostgreSQL, with what its backend lacks: patience with deadlocks and with restarts. */

import { EventEmitter } from 'node:events'
import {
  createPostgresBackend,
  type PostgresConnectionOptions,
  type PostgresQueueBackend,
  type QueueBaseOptions,
  runMigrations,
  withBackend,
} from 'bullmq'
import pg from 'pg'
import type { Clock } from '../clock.ts'
import { codeOf, messageOf } from '../errors.ts'
import { systemRandom } from '../random.ts'
import { type RetryWorld, retry } from '../retry.ts'
import { type RowPointer, type Store, storeFault } from './store.ts'

export async function openPostgresStore(
  url: string,
  clock: Clock,
  schema = 'bullmq',
): Promise<Store> {
  await migrate(url, schema)
  const backends: PostgresQueueBackend[] = []
  const world = { clock, random: systemRandom }
  const { Queue, Worker } = withBackend((name: string, options: BackendOptions, more?: object) => {
    const backend = makePatient(createPostgresBackend(name, options, more), world)
    backends.push(backend)
    return backend
  })
  // Each queue and worker has its own small pool and each worker one connection more to LISTEN:
  // workers that share a pool wait for each other's for ever.
  const connect = (name: string, max: number) => ({
    connectionString: url,
    schema,
    max,
    application_name: name,
    connectionTimeoutMillis: 5000,
    query_timeout: 30_000,
    idleTimeoutMillis: 30_000,
  })
  return {
    name: 'postgresql',
    createQueue: (name, options) =>
      new Queue<RowPointer>(name, { ...options, connection: connect(`queue ${name}`, 2) }),
    createWorker: (name, run, options) =>
      new Worker<RowPointer>(name, run, { ...options, connection: connect(`worker ${name}`, 4) }),
    async close() {
      await Promise.allSettled(backends.map((backend) => backend.close()))
    },
  }
}

async function migrate(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {}) // A lost server rejects the query under way; that is the error.
  try {
    await client.connect()
    await runMigrations(client, schema)
  } catch (cause) {
    const details = { store: 'PostgreSQL', reason: messageOf(cause), setting: 'DATABASE_URL' }
    throw storeFault('QUEUE_STORE_UNREACHABLE', details)
  } finally {
    await client.end().catch(() => {})
  }
}

type Query = (text: string, params: unknown[]) => Promise<unknown>

type BackendOptions = QueueBaseOptions<PostgresConnectionOptions>

/**
 * Wraps the one method through which each command of the backend goes. It is private to BullMQ,
 * hence `Reflect`; the conformance suite fails when a new version has moved it.
 */
function makePatient(backend: PostgresQueueBackend, world: RetryWorld): PostgresQueueBackend {
  const { connection } = backend
  ignoreErrorEvents(connection.pool)
  const query: Query = Reflect.get(backend, 'query').bind(backend)
  const patientQuery: Query = async (text, params) => {
    try {
      return await retry(deadlockPolicy, world, () => query(text, params))
    } catch (error) {
      if (!isStoreDown(error)) throw error
      // BullMQ remembers a first contact that failed and would never try again.
      Reflect.set(connection, 'readyPromise', undefined)
      throw refused(error)
    }
  }
  Reflect.set(backend, 'query', patientQuery)
  return backend
}

/** Each command is one statement, so a victim of a deadlock has left nothing behind. */
const deadlockPolicy = {
  attempts: 12,
  firstDelayMs: 10,
  delayMsMax: 200,
  isPassing: (error: unknown) => ['40P01', '40001'].includes(String(codeOf(error))),
}

/** A borrowed client whose server dies emits an event besides rejecting its query. */
function ignoreErrorEvents(pool: PostgresQueueBackend['connection']['pool']): void {
  pool.on('connect', (client: unknown) => {
    if (client instanceof EventEmitter) client.on('error', () => {})
  })
}

/**
 * BullMQ waits and tries again only when a connection was refused by TCP. All else it takes for a
 * failure of the job, and in its main loop it spins. A Unix socket that is gone, a shutdown and a
 * recovery are the same to us.
 */
function refused(error: unknown): Error {
  return Object.assign(new Error(messageOf(error), { cause: error }), { code: 'ECONNREFUSED' })
}

const downCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT'])
const downSentences = /Connection terminated|connection timeout|timeout exceeded|connection error/i

/** Class 57P is a shutdown or a start under way, 53300 too many connections, 08 a lost one. */
function isStoreDown(error: unknown): boolean {
  const code = String(codeOf(error))
  return (
    downCodes.has(code) || /^(57P0|53300|08)/.test(code) || downSentences.test(messageOf(error))
  )
}
