/** Where truth and wake-ups are kept: PostgreSQL (our own unless one is configured), and queues. */
import type { Clock } from '#lib/clock'
import { optionalText, type Values } from '#lib/config'
import type { Log } from '#lib/log'
import type { Metrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import type { Queues } from '#lib/queue/queue'
import { openEmbeddedPostgres } from '#lib/sql/embedded-postgres'

export const storeSettings = {
  databaseUrl: optionalText({
    name: 'database.url',
    env: 'DATABASE_URL',
    secret: true,
    help: 'PostgreSQL to use; none: our own in the data directory.',
  }),
  redisUrl: optionalText({
    name: 'redis.url',
    env: 'REDIS_URL',
    secret: true,
    help: 'Redis or Valkey with AOF for the queues; none: the same PostgreSQL.',
  }),
}

export interface Stores {
  readonly databaseUrl: string
  readonly queues: Queues
  /** Whether instances on other machines may work on the same database. */
  readonly isShared: boolean
}

export interface StoresWorld {
  readonly settings: Values<typeof storeSettings>
  readonly dataDir: string
  /** Where there may be one already; default: our own is opened. */
  readonly findUrl?: (open: () => Promise<string>) => Promise<string>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

export async function openStores(world: StoresWorld, stack: AsyncDisposableStack): Promise<Stores> {
  const { settings, dataDir, clock, log, metrics, findUrl = (open) => open() } = world
  const databaseUrl = settings.databaseUrl ?? (await findUrl(() => openOwnDatabase(world, stack)))
  const { redisUrl } = settings
  const store = redisUrl === undefined ? { databaseUrl } : { redisUrl }
  const queues = await openQueues({ ...store, clock, log, metrics })
  log.info({ dataDir, queues: redisUrl === undefined ? 'PostgreSQL' : 'Redis' }, 'Stores are open')
  return { databaseUrl, queues, isShared: settings.databaseUrl !== undefined }
}

async function openOwnDatabase(
  { dataDir, clock, log }: StoresWorld,
  stack: AsyncDisposableStack,
): Promise<string> {
  const postgres = await openEmbeddedPostgres({ dataDir, clock, log })
  stack.defer(() => postgres.close())
  return postgres.url
}
