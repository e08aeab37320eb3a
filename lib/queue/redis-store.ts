/** BullMQ on Redis or Valkey. Turn its append-only file on, else a crash of it loses wake-ups. */
import { createRedisBackend, withBackend } from 'bullmq'
import { Redis } from 'ioredis'
import { messageOf } from '../errors.ts'
import { type RowPointer, type Store, storeFault } from './store.ts'

export async function openRedisStore(url: string, prefix = 'zstone'): Promise<Store> {
  await checkReachable(url)
  const clients: Redis[] = []
  const connect = (patience: Patience) =>
    track(new Redis(url, { retryStrategy, ...patience }), clients)
  // An add fails soon, so that its caller knows; a worker waits for as long as it takes.
  const forQueues = connect({ maxRetriesPerRequest: 1, enableOfflineQueue: false })
  const forWorkers = connect({ maxRetriesPerRequest: null, enableOfflineQueue: true })
  const { Queue, Worker } = withBackend(createRedisBackend)
  return {
    name: 'redis',
    createQueue: (name, options) =>
      new Queue<RowPointer>(name, { ...options, prefix, connection: forQueues }),
    createWorker: (name, run, options) =>
      new Worker<RowPointer>(name, run, { ...options, prefix, connection: forWorkers }),
    async close() {
      for (const client of clients) client.disconnect()
    },
  }
}

interface Patience {
  readonly maxRetriesPerRequest: number | null
  readonly enableOfflineQueue: boolean
}

const retryStrategy = (times: number) => Math.min(1000, times * 100)

/**
 * Remembers a client and the copies that BullMQ makes of it to block on, so that all can be cut.
 */
function track(client: Redis, clients: Redis[]): Redis {
  clients.push(client)
  client.on('error', () => {}) // BullMQ reports it; without a listener ioredis prints it.
  const duplicate = client.duplicate.bind(client)
  client.duplicate = (options) => track(duplicate(options), clients)
  const disconnect = client.disconnect.bind(client)
  client.disconnect = (reconnect) => {
    // Told to go while it pauses between two attempts, ioredis stops trying but never says that it
    // has ended, and BullMQ waits for that word. In this state it does.
    if (!reconnect && client.status === 'reconnecting') client.status = 'wait'
    disconnect(reconnect)
  }
  return client
}

async function checkReachable(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5000,
    commandTimeout: 5000,
    retryStrategy: () => null,
  })
  let reason = ''
  client.on('error', (error: Error) => {
    reason = messageOf(error) // The rejection below only says that the connection is closed.
  })
  try {
    await client.connect()
    await client.ping()
  } catch (cause) {
    reason ||= messageOf(cause)
    throw storeFault('QUEUE_STORE_UNREACHABLE', { store: 'Redis', reason, setting: 'REDIS_URL' })
  } finally {
    client.disconnect()
  }
}
