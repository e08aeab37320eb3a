/** What is compared: Debian's alertmanager, ours with its queues on Redis, ours on PostgreSQL. */
import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '#test/free-port'
import { cpuMs, cpuMsOfFamily, residentMiBOfFamily } from '#test/load/process-figures'
import { hasRedis, openRedis } from '#test/redis'
import { openPostgres } from './postgres.ts'
import { type ServerProcess, type ServerProgram, serverProcess } from './server-process.ts'

export type SideName = 'real' | 'redis' | 'postgres'

export interface Side {
  readonly name: SideName
  /** Starts on empty stores. Only one bed of a side is open at a time. */
  open(bed: { readonly config: string; readonly nodes?: number }): Promise<Bed>
  close(): Promise<void>
}

/** CPU in milliseconds. */
export interface Cpu {
  readonly program: number
  readonly postgres: number
  readonly redis: number
}

export interface Bed {
  /** The first node is the one that the original's would notify from. */
  readonly nodes: readonly ServerProcess[]
  cpu(): Cpu
  postgresMiB(): number
  close(): Promise<void>
}

const original = 'prometheus-alertmanager'
const ours = fileURLToPath(new URL('../../bin/zstone-alertmanager', import.meta.url))

/** Those that this machine can run, and a line for each that it cannot. */
export async function openSides(
  folder: string,
  say: (line: string) => void,
): Promise<readonly Side[]> {
  const sides: Side[] = []
  if (spawnSync(original, ['--version']).status === 0) sides.push(debians(folder))
  else say(`Left out: ${original} is not installed`)
  if (hasRedis()) sides.push(await oursOn('redis', folder))
  sides.push(await oursOn('postgres', folder))
  return sides
}

function debians(folder: string): Side {
  return {
    name: 'real',
    async open({ config, nodes = 1 }) {
      await using stack = new AsyncDisposableStack()
      const place = await newPlace(folder, config, stack)
      const clusterPorts = await Promise.all(Array.from({ length: nodes }, freePort))
      const peers = clusterPorts.map((peer) => `--cluster.peer=127.0.0.1:${peer}`)
      const servers = clusterPorts.map(async (clusterPort, i) => {
        const listen = `--cluster.listen-address=127.0.0.1:${clusterPort}`
        const cluster = nodes === 1 ? ['--cluster.listen-address='] : [listen, ...peers]
        return startServer({ command: original, args: cluster }, { place, node: i }, stack)
      })
      const started = await Promise.all(servers)
      return {
        nodes: nodes === 1 ? started : await byPosition(started),
        cpu: () => ({ program: sumOf(started), postgres: 0, redis: 0 }),
        postgresMiB: () => 0,
        close: closerOf(stack),
      }
    },
    async close() {},
  }
}

async function oursOn(name: 'redis' | 'postgres', folder: string): Promise<Side> {
  const postgres = await openPostgres(join(folder, name))
  return {
    name,
    async open({ config, nodes = 1 }) {
      await using stack = new AsyncDisposableStack()
      const place = await newPlace(folder, config, stack)
      const redis = name === 'redis' ? await openRedis() : undefined
      if (redis !== undefined) stack.defer(redis.close)
      const env = {
        DATABASE_URL: await postgres.freshUrl(),
        ...(redis !== undefined && { REDIS_URL: redis.url }),
      }
      const servers: ServerProcess[] = []
      for (let node = 0; node < nodes; node++)
        servers.push(await startServer({ command: ours, args: [], env }, { place, node }, stack))
      return {
        nodes: servers,
        cpu: () => ({
          program: sumOf(servers),
          postgres: cpuMsOfFamily(postgres.pid),
          redis: redis === undefined ? 0 : cpuMs(redis.pid()),
        }),
        postgresMiB: () => residentMiBOfFamily(postgres.pid),
        close: closerOf(stack),
      }
    },
    close: postgres.close,
  }
}

/** Hands on what the stack would close when its block ends. */
function closerOf(stack: AsyncDisposableStack): () => Promise<void> {
  const kept = stack.move()
  return () => kept.disposeAsync()
}

async function startServer(
  program: Omit<ServerProgram, 'port'>,
  { place, node }: { place: Place; node: number },
  stack: AsyncDisposableStack,
): Promise<ServerProcess> {
  const port = await freePort()
  const own = [
    `--config.file=${place.configFile}`,
    `--storage.path=${join(place.folder, 'state', String(node))}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ]
  const server = serverProcess({ ...program, args: [...own, ...program.args], port })
  stack.defer(server.kill)
  await server.start()
  return server
}

const sumOf = (servers: readonly ServerProcess[]) =>
  servers.reduce((sum, server) => sum + server.cpuMs(), 0)

interface Place {
  readonly folder: string
  readonly configFile: string
}

async function newPlace(
  parent: string,
  config: string,
  stack: AsyncDisposableStack,
): Promise<Place> {
  const folder = await mkdtemp(join(parent, 'bed-'))
  stack.defer(() => rm(folder, { recursive: true }))
  const configFile = join(folder, 'alertmanager.yml')
  await writeFile(configFile, config)
  await mkdir(join(folder, 'state'))
  return { folder, configFile }
}

/** As API v2 promises it. */
interface Status {
  readonly cluster: { readonly name: string }
}

/** Peers take turns by the order of their names. */
async function byPosition(servers: readonly ServerProcess[]): Promise<readonly ServerProcess[]> {
  const named = servers.map(async (server) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}/api/v2/status`)
    const { cluster } = (await answer.json()) as Status
    return { server, name: cluster.name }
  })
  const sorted = (await Promise.all(named)).sort((a, b) => (a.name < b.name ? -1 : 1))
  return sorted.map(({ server }) => server)
}
