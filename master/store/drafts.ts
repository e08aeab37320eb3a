/** What the engine and the topology say, as resources. Ids follow from names. */
import type { device } from '#api/kinds/device'
import type { pool } from '#api/kinds/pool'
import { uuidOf } from '#lib/uuid'
import type { EngineDisk, EnginePool } from '../engine-port.ts'
import type { Draft } from './resources.ts'

/** A device is a place in a node: a new data disk in it is the same device. */
export const deviceName = (node: string, device: string) =>
  `${node}/${device.replace(/^\/dev\//, '')}`

export const idOf = (kind: string, name: string) => uuidOf('resource', kind, name)

export function deviceDraft(disk: EngineDisk, nodeId: string | undefined): Draft<typeof device> {
  const { id: dataDisk, node, rack, datacentre, state, up, sizeBytes, usedBytes, reason } = disk
  const name = deviceName(node, disk.device)
  return {
    id: idOf('device', name),
    name,
    parentId: nodeId,
    fields: {
      node,
      device: disk.device,
      rack,
      datacentre,
      dataDisk,
      state,
      up,
      sizeBytes: Math.round(sizeBytes),
      usedBytes: Math.round(usedBytes),
      reason: reason?.slice(0, 2000) || undefined,
    },
  }
}

export function poolDraft(status: EnginePool, clusterId: string | undefined): Draft<typeof pool> {
  const { name, copies, copiesMin, faultDomain, placementGroups, objects, bytes } = status
  const { objectsDegraded, objectsUnavailable, objectsMisplaced } = status
  return {
    id: idOf('pool', name),
    name,
    parentId: clusterId,
    fields: {
      copies,
      copiesMin,
      faultDomain,
      placementGroups,
      objects,
      bytes,
      objectsDegraded,
      objectsUnavailable,
      objectsMisplaced,
    },
  }
}
