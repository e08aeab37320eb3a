/** What there is, as resources: the configured nodes, the engine's data disks and its pools. */
import type { cluster } from '#api/kinds/cluster'
import type { device } from '#api/kinds/device'
import type { node } from '#api/kinds/node'
import type { pool } from '#api/kinds/pool'
import type { rack } from '#api/kinds/rack'
import type { EngineDisk, EnginePort } from './engine-port.ts'
import { healthOf } from './health.ts'
import { deviceDraft, deviceName, idOf, poolDraft } from './store/drafts.ts'
import type { Draft } from './store/resources.ts'
import type { Topology, TopologyNode } from './topology.ts'

export interface Inventory {
  readonly cluster: Draft<typeof cluster>
  readonly racks: readonly Draft<typeof rack>[]
  readonly nodes: readonly Draft<typeof node>[]
  readonly devices: readonly Draft<typeof device>[]
  readonly pools: readonly Draft<typeof pool>[]
}

export function inventoryOf(
  topology: Topology,
  engine: ReturnType<EnginePort['status']>,
): Inventory {
  const clusterId = idOf('cluster', topology.cluster)
  const known = allNodes(topology, engine.dataDisks)
  const devices = devicesOf(known, engine.dataDisks)
  return {
    cluster: { id: clusterId, name: topology.cluster, fields: healthOf(engine) },
    racks: racksOf(known, clusterId),
    nodes: nodesOf(known, devices),
    devices,
    pools: engine.pools.map((one) => poolDraft(one, clusterId)),
  }
}

/** Nodes that only the engine knows of are nodes too. */
function allNodes(topology: Topology, disks: readonly EngineDisk[]): TopologyNode[] {
  const fromDisks = disks.map(({ node, rack, datacentre }) => ({ name: node, rack, datacentre }))
  return [...new Map([...fromDisks, ...topology.nodes].map((node) => [node.name, node])).values()]
}

const rackName = ({ datacentre, rack }: TopologyNode) => `${datacentre}/${rack}`

function racksOf(nodes: readonly TopologyNode[], clusterId: string): Draft<typeof rack>[] {
  const byName = new Map(nodes.map((node) => [rackName(node), node]))
  return [...byName].map(([name, { datacentre }]) => ({
    id: idOf('rack', name),
    name,
    parentId: clusterId,
    fields: { datacentre },
  }))
}

function nodesOf(
  nodes: readonly TopologyNode[],
  devices: readonly Draft<typeof device>[],
): Draft<typeof node>[] {
  const counts = Map.groupBy(devices, ({ parentId }) => parentId)
  return nodes.map((one) => ({
    id: idOf('node', one.name),
    name: one.name,
    parentId: idOf('rack', rackName(one)),
    fields: {
      rack: one.rack,
      datacentre: one.datacentre,
      devices: counts.get(idOf('node', one.name))?.length ?? 0,
    },
  }))
}

/** Where a device has had several data disks, the one in use counts. */
function devicesOf(
  nodes: readonly TopologyNode[],
  disks: readonly EngineDisk[],
): Draft<typeof device>[] {
  const empty = nodes.flatMap((one) => (one.devices ?? []).map((name) => emptyDevice(one, name)))
  const outFirst = [...disks].sort((a, b) => Number(b.state === 'out') - Number(a.state === 'out'))
  const used = outFirst.map((disk) => deviceDraft(disk, idOf('node', disk.node)))
  return [...new Map([...empty, ...used].map((draft) => [draft.id, draft])).values()]
}

function emptyDevice(of: TopologyNode, place: string): Draft<typeof device> {
  const name = deviceName(of.name, place)
  const { rack, datacentre } = of
  return {
    id: idOf('device', name),
    name,
    parentId: idOf('node', of.name),
    fields: { node: of.name, device: place, rack, datacentre, state: 'empty', up: true },
  }
}
