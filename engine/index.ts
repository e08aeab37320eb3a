/** The storage engine: its contract and its drivers. */
export { type EmbeddedEngineOptions, openEmbeddedEngine } from './embedded/embedded-engine.ts'
export type {
  DataDisk,
  DataDiskState,
  DataDiskStatus,
  DrainProgress,
  DrainVerdict,
  Engine,
  EngineStatus,
  FaultDomain,
  ListOptions,
  ObjectInfo,
  ObjectPage,
  PoolProof,
  PoolSpec,
  PoolStatus,
  StoredObject,
} from './engine.ts'
export {
  createObjectGateway,
  type ObjectGateway,
  type ObjectGatewayOptions,
} from './gateways/http/object-gateway.ts'
export { clusterFamilies, diskFamilies } from './metrics.ts'
