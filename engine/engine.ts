/**
 * The contract of a storage engine. A driver (embedded, fake; a Ceph cluster later) keeps every
 * sentence here; `engine.conformance.ts` checks them. All times are milliseconds, sizes bytes.
 */

/** From wide to narrow. Two copies of an object never share a domain at their pool's level. */
export const faultDomains = ['datacentre', 'rack', 'node', 'device'] as const
export type FaultDomain = (typeof faultDomains)[number]

/** A device that the engine stores on, and where it stands. */
export interface DataDisk {
  /** Unique for ever: it is written on the disk and is never given to another. */
  readonly id: string
  readonly datacentre: string
  readonly rack: string
  readonly node: string
  /** The device of the node that this disk lies on, as SMART and the kernel name it. */
  readonly device: string
  /** The folder that is the disk. */
  readonly path: string
  /** How much it may hold; absent: as much as its file system. Decides its share of the data. */
  readonly sizeBytes?: number | undefined
}

/**
 * **in** serves and takes new data · **draining** serves while its data moves away · **out** was
 * retired and holds nothing that counts · **failed** does not answer; the engine waits for it, and
 * has begun to rebuild elsewhere what it held.
 */
export const dataDiskStates = ['in', 'draining', 'out', 'failed'] as const
export type DataDiskState = (typeof dataDiskStates)[number]

export interface DataDiskStatus extends DataDisk {
  readonly sizeBytes: number
  readonly state: DataDiskState
  /** Whether it answers right now. */
  readonly up: boolean
  readonly usedBytes: number
  /** Why it is failed, for people. */
  readonly reason?: string | undefined
  /** Errors seen on it since the start, by operation. */
  readonly errors: Readonly<Record<string, number>>
}

export interface PoolSpec {
  /** 1 to 63 of `a-z 0-9 - _ .`, beginning with a letter or digit. */
  readonly name: string
  /** How many copies of each object: 1, 2 or 3. */
  readonly copies: number
  /**
   * A write is acknowledged when every up-to-date copy has it on stable storage, and these are at
   * least so many. Default: 2 of 3, 1 of 2, 1 of 1. While fewer answer, writes are refused.
   */
  readonly copiesMin?: number | undefined
  readonly faultDomain: FaultDomain
  /** Objects hash into so many groups, the unit of placement. Fixed for life. Default 64. */
  readonly placementGroups?: number | undefined
}

export interface PoolStatus extends PoolSpec {
  readonly copiesMin: number
  readonly placementGroups: number
  readonly objects: number
  /** Payload of one copy of each object. */
  readonly bytes: number
  /** Objects with fewer copies than the pool wants. */
  readonly objectsDegraded: number
  /** Objects that no up-to-date copy answers for. */
  readonly objectsUnavailable: number
  /** Objects with enough copies, some of them not where placement wants them. */
  readonly objectsMisplaced: number
  readonly groups: {
    readonly clean: number
    readonly degraded: number
    readonly unavailable: number
  }
  /** Bad copies that reads and scrubs have found since the start, and how many were mended. */
  readonly scrubErrors: number
  readonly scrubRepaired: number
}

export interface EngineStatus {
  /** Made when the engine is created; it is on every data disk. */
  readonly engineId: string
  /** Grows with every change of the map. */
  readonly mapEpoch: number
  readonly dataDisks: readonly DataDiskStatus[]
  readonly pools: readonly PoolStatus[]
  readonly recovery: RecoveryStatus
  readonly operations: readonly OperationCount[]
  readonly durations: readonly OperationDurations[]
}

export interface RecoveryStatus {
  /** Placement groups that are not yet where and as often as they should be. */
  readonly groupsLeft: number
  readonly objectsCopied: number
  readonly bytesCopied: number
}

export type Operation = 'put' | 'get' | 'delete'

export interface OperationCount {
  readonly pool: string
  readonly operation: Operation
  readonly result: 'ok' | 'error'
  readonly count: number
}

export interface OperationDurations {
  readonly operation: Operation
  /** Cumulative counts by upper bound in seconds, as a Prometheus histogram has them. */
  readonly buckets: readonly (readonly [boundSeconds: number, count: number])[]
  readonly count: number
  readonly sumSeconds: number
}

export interface ObjectInfo {
  readonly key: string
  readonly sizeBytes: number
  /** Differs for every write, also of the same bytes. */
  readonly etag: string
  readonly writtenAtMs: number
}

export interface StoredObject extends ObjectInfo {
  readonly bytes: Buffer
}

export interface ListOptions {
  readonly prefix?: string | undefined
  /** Only keys that sort after this one. */
  readonly after?: string | undefined
  /** 1 to 1000; default 1000. */
  readonly limit?: number | undefined
}

export interface ObjectPage {
  readonly objects: readonly ObjectInfo[]
  /** Pass it as `after` for the next page; absent on the last. */
  readonly next?: string | undefined
}

export interface DrainProgress {
  readonly state: DataDiskState
  /** Nothing depends on the disk any more; it can be retired. */
  readonly done: boolean
  readonly placementGroupsLeft: number
  /** Copies that must still be made elsewhere before the disk can go. */
  readonly objectsLeft: number
  readonly bytesLeft: number
  /** Copies made on its behalf since the process started. */
  readonly copiesMade: number
}

export interface DrainVerdict {
  readonly ok: boolean
  /** One sentence with figures for each thing that stands against it. */
  readonly reasons: readonly string[]
}

/** What reading every copy of every object found. Redundant and sound: the last four are 0. */
export interface PoolProof {
  readonly pool: string
  readonly objects: number
  /** Copies whose checksum and version are right. */
  readonly copies: number
  /** Payload bytes that were read and checked. */
  readonly bytes: number
  readonly missing: number
  readonly corrupt: number
  /** Copies on a disk that placement does not want, or two in one fault domain. */
  readonly misplaced: number
  readonly misversioned: number
}

export const objectLimits = { sizeBytesMax: 64 * 1024 * 1024, keyBytesMax: 1024 } as const

export interface Engine {
  status(): EngineStatus

  /** POOL_UNPLACEABLE when the topology lacks fault domains; POOL_EXISTS; POOL_INVALID. */
  createPool(spec: PoolSpec): Promise<void>
  /** POOL_NOT_EMPTY while it holds objects. */
  deletePool(name: string): Promise<void>

  /**
   * Resolves once the bytes are on stable storage of every up-to-date copy. When it rejects, the
   * write may or may not take place; the object is then either as before or as put, never else.
   * OBJECT_TOO_LARGE, OBJECT_KEY_INVALID, POOL_FULL, POOL_UNWRITABLE, ENGINE_BUSY.
   */
  put(pool: string, key: string, bytes: Buffer): Promise<ObjectInfo>
  /** Undefined only when surely absent; OBJECT_UNAVAILABLE rather than stale or wrong bytes. */
  get(pool: string, key: string): Promise<StoredObject | undefined>
  head(pool: string, key: string): Promise<ObjectInfo | undefined>
  /** Says whether there was one. As durable as a put. */
  delete(pool: string, key: string): Promise<boolean>
  /** In the order of UTF-16 code units. OBJECT_UNAVAILABLE while a group of the pool is. */
  list(pool: string, options?: ListOptions): Promise<ObjectPage>

  /** A new disk joins, takes its share of the data, and counts when it has it. */
  addDataDisk(disk: DataDisk): Promise<void>
  /** Whether every pool would keep its rule and its room without the disk. Changes nothing. */
  canDrain(dataDiskId: string): Promise<DrainVerdict>
  /** Its data moves away while it serves; redundancy never falls for it. Asked twice: the same. */
  drain(dataDiskId: string): Promise<void>
  undrain(dataDiskId: string): Promise<void>
  drainProgress(dataDiskId: string): Promise<DrainProgress>
  /**
   * Takes it out for good. DATA_DISK_IN_USE while anything depends on it. Asked twice: the same.
   */
  retire(dataDiskId: string): Promise<void>

  /** Reads every copy of every object. Mends nothing. */
  verifyPool(pool: string): Promise<PoolProof>
  /** Reads every copy once, at the scrub's rate, and mends what does not match. */
  scrubPool(pool: string): Promise<PoolProof>

  /** Ends what runs and lets the disks go. Nothing acknowledged is lost without it. */
  close(): Promise<void>
}

/** Whether a proof proves: everything there, right, and apart. */
export function isSound(proof: PoolProof): boolean {
  return proof.missing + proof.corrupt + proof.misplaced + proof.misversioned === 0
}
