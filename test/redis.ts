/** A Redis server of a test's own: Debian's `redis-server`, durable, in a temporary folder. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { Redis } from 'ioredis'
import { isBuildMachine } from './environment.ts'
import { freePort } from './free-port.ts'
import { until } from './until.ts'

export interface RedisServer {
  readonly url: string
  /** Of the process that runs now. */
  readonly pid: () => number
  start(): Promise<void>
  /** Like a power cut of the process: `kill -9`. */
  kill(): Promise<void>
  close(): Promise<void>
}

/** Whether redis-server is installed; on a build machine its absence is an error. */
export function hasRedis(): boolean {
  const found = spawnSync('redis-server', ['--version']).status === 0
  if (!found && isBuildMachine()) throw new Error('redis-server is not installed: apt-get it')
  if (!found) console.warn('Skipped: redis-server is not installed (apt-get install redis-server)')
  return found
}

export async function openRedis(): Promise<RedisServer> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'zstone-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  const start = async () => {
    const options = `--port ${port} --bind 127.0.0.1 --dir ${folder} --appendonly yes --hz 100`
    server = spawn('redis-server', options.split(' '), { stdio: 'ignore' })
    await until(() => isReady(url))
  }
  const kill = async () => {
    if (server === undefined) return
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
    server = undefined
  }
  await start()
  return {
    url,
    pid: () => server?.pid ?? 0,
    start,
    kill,
    async close() {
      await kill()
      await fs.rm(folder, { recursive: true, force: true })
    },
  }
}

async function isReady(url: string): Promise<boolean> {
  const oneTry = { lazyConnect: true, disconnectTimeout: 0, retryStrategy: () => null }
  const client = new Redis(url, oneTry)
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG' // Not while it loads its file.
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}
