/** What is compared: Debian's alertmanager, ours with its queues on Redis, ours on PostgreSQL. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { openEmbeddedPostgres } from '#lib/sql/embedded-postgres'
import { freePort } from '#test/free-port'
import { cpuMs, cpuMsOfFamily, residentMiBOfFamily } from '#test/load/process-figures'
import { hasRedis, openRedis } from '#test/redis'
import { postgresEnded, postgresPid } from './postgres.ts'
import { type ServerProcess, type ServerProgram, serverProcess } from './server-process.ts'

export type SideName = 'real' | 'redis' | 'postgres'

export interface Side {
  readonly name: SideName
  /** Starts on empty stores. Only one bed of a side is open at a time. */
  open(bed: { readonly config: string; readonly nodes?: number }): Promise<Bed>
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

export interface OurBed extends Bed {
  /** Where PostgreSQL keeps its data. */
  readonly dataDir: string
  /** Where several nodes share it. */
  readonly databaseUrl?: string
}

export interface OurSide extends Side {
  open(bed: { readonly config: string; readonly nodes?: number }): Promise<OurBed>
}

const original = 'prometheus-alertmanager'
const ours = fileURLToPath(new URL('../../bin/zstone-alertmanager', import.meta.url))

/** Those that this machine can run, and a line for each that it cannot. */
export function sidesHere(folder: string, say: (line: string) => void): readonly Side[] {
  const sides: Side[] = []
  if (spawnSync(original, ['--version']).status === 0) sides.push(debians(folder))
  else say(`Left out: ${original} is not installed`)
  if (hasRedis()) sides.push(oursOn('redis', folder))
  sides.push(oursOn('postgres', folder))
  return sides
}

function debians(folder: string): Side {
  return {
    name: 'real',
    async open({ config, nodes = 1 }) {
      await using stack = new AsyncDisposableStack()
      const place = await newPlace(folder, config, stack)
      const started = await startNodes({ command: original }, { place, nodes }, stack)
      return {
        nodes: nodes === 1 ? started : await byPosition(started),
        cpu: () => ({ program: sumOf(started), postgres: 0, redis: 0 }),
        postgresMiB: () => 0,
        close: closerOf(stack),
      }
    },
  }
}

/** One node keeps its own PostgreSQL, as it does by default; three share one. */
export function oursOn(name: 'redis' | 'postgres', folder: string): OurSide {
  return {
    name,
    async open({ config, nodes = 1 }) {
      await using stack = new AsyncDisposableStack()
      const place = await newPlace(folder, config, stack)
      const redis = name === 'redis' ? await openRedis() : undefined
      if (redis !== undefined) stack.defer(redis.close)
      const dataDir = nodes === 1 ? stateOf(place, 0) : join(place.folder, 'shared')
      stack.defer(async () => void (await postgresEnded(dataDir)))
      const shared = nodes === 1 ? undefined : await openShared(dataDir)
      if (shared !== undefined) stack.defer(shared.close)
      const env = {
        ...(shared !== undefined && { DATABASE_URL: shared.url }),
        ...(redis !== undefined && { REDIS_URL: redis.url }),
      }
      const servers = await startNodes({ command: ours, env }, { place, nodes }, stack)
      return {
        nodes: servers,
        dataDir,
        ...(shared !== undefined && { databaseUrl: shared.url }),
        cpu: () => ({
          program: sumOf(servers),
          postgres: cpuMsOfFamily(postgresPid(dataDir)),
          redis: redis === undefined ? 0 : cpuMs(redis.pid()),
        }),
        postgresMiB: () => residentMiBOfFamily(postgresPid(dataDir)),
        close: closerOf(stack),
      }
    },
  }
}

const openShared = (dataDir: string) =>
  openEmbeddedPostgres({ dataDir, log: silentLog, clock: systemClock })

/** Hands on what the stack would close when its block ends. */
function closerOf(stack: AsyncDisposableStack): () => Promise<void> {
  const kept = stack.move()
  return () => kept.disposeAsync()
}

/** One alone, or peers that know each other. */
async function startNodes(
  program: Pick<ServerProgram, 'command' | 'env'>,
  { place, nodes }: { place: Place; nodes: number },
  stack: AsyncDisposableStack,
): Promise<readonly ServerProcess[]> {
  const clusterPorts = await Promise.all(Array.from({ length: nodes }, freePort))
  const peers = clusterPorts.map((port) => `--cluster.peer=127.0.0.1:${port}`)
  const start = async (clusterPort: number, node: number) => {
    const listen = `--cluster.listen-address=127.0.0.1:${clusterPort}`
    const port = await freePort()
    const args = [
      `--config.file=${place.configFile}`,
      `--storage.path=${stateOf(place, node)}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(nodes === 1 ? ['--cluster.listen-address='] : [listen, ...peers]),
      '--log.level=error',
    ]
    await mkdir(stateOf(place, node))
    const server = serverProcess({ ...program, args, port })
    stack.defer(server.kill)
    await server.start()
    return server
  }
  return Promise.all(clusterPorts.map(start))
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
  await chmod(folder, 0o755) // As root the database server is another user, who must get in.
  return { folder, configFile }
}

const stateOf = ({ folder }: Place, node: number) => join(folder, `state-${node}`)

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
