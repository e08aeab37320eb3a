/**
 * An agent for this machine, and one for each further node of the configuration. A further node
 * stands on this machine too, so its agent reads only what is its own: its devices and data disks.
 */
import { hostname, machine } from 'node:os'
import { join } from 'node:path'
import { agentSettings, createAgent } from '#agent'
import {
  type Collector,
  createCollection,
  createFiles,
  type Forecast,
  nodeCollectors,
  openForecast,
} from '#collectors'
import { clusterFamilies, diskFamilies, type Engine } from '#engine'
import type { Values } from '#lib/config'
import { realDisk } from '#lib/disk'
import type { ClusterNode } from './cluster.ts'
import { version } from './program.ts'
import type { World } from './world.ts'

const { intervalMs, smartctlPath, smartctlIntervalMs } = agentSettings(hostname())
export const agentsSettings = { intervalMs, smartctlPath, smartctlIntervalMs }

export interface AgentsOptions {
  readonly settings: Values<typeof agentsSettings>
  readonly nodes: readonly ClusterNode[]
  readonly engine: Engine
  readonly pushUrl: string
  readonly dataDir: string
}

export async function openAgents(
  options: AgentsOptions,
  world: World,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { nodes, engine } = options
  const folder = join(options.dataDir, 'forecast')
  const forecast = await openForecast({ ...world, disk: realDisk, folder })
  stack.defer(() => forecast.close())
  const own = nodes.find(({ name }) => name === hostname())
  const ownCollectors = [
    ...collectorsOf(own, { ...options, forecast }, world),
    { name: 'engine-cluster', collect: () => clusterFamilies(engine) },
  ]
  const open = (instance: string, collectors: readonly Collector[]) => {
    const agent = createAgent({
      ...world,
      version,
      instance,
      everyMs: options.settings.intervalMs,
      pushUrl: options.pushUrl,
      collection: createCollection({ ...world, collectors }),
    })
    stack.defer(() => agent.close())
    agent.start()
  }
  open(hostname(), ownCollectors)
  for (const node of nodes.filter((each) => each !== own))
    open(
      node.name,
      collectorsOf(node, { ...options, forecast }, world).filter(({ name }) => isOfDevices(name)),
    )
}

function collectorsOf(
  node: ClusterNode | undefined,
  { settings, engine, forecast }: AgentsOptions & { readonly forecast: Forecast },
  world: World,
): readonly Collector[] {
  const smart = {
    path: node?.smartctl ?? settings.smartctlPath,
    everyMs: settings.smartctlIntervalMs,
    onFacts: forecast.onFacts,
  }
  const name = node?.name ?? hostname()
  return [
    ...nodeCollectors({ ...world, files: createFiles(), machine: machine(), smart }),
    { name: 'engine', collect: () => diskFamilies(engine, name) },
  ]
}

const isOfDevices = (name: string) => name === 'smart' || name === 'engine'
