/** What the control plane needs of a storage engine; `bin` passes one in. */

export type FaultDomain = 'datacentre' | 'rack' | 'node' | 'device'

export interface EngineDisk {
  /** Never given to another disk. */
  readonly id: string
  readonly datacentre: string
  readonly rack: string
  readonly node: string
  readonly device: string
  readonly state: 'in' | 'draining' | 'out' | 'failed'
  readonly up: boolean
  readonly sizeBytes: number
  readonly usedBytes: number
  readonly reason?: string | undefined
}

export interface EnginePoolSpec {
  readonly name: string
  readonly copies: number
  readonly copiesMin?: number | undefined
  readonly faultDomain: FaultDomain
  readonly placementGroups?: number | undefined
}

export interface EnginePool extends EnginePoolSpec {
  readonly objects: number
  readonly bytes: number
  readonly objectsDegraded: number
  readonly objectsUnavailable: number
  readonly objectsMisplaced: number
}

/** What reading every copy of every object found; sound when the last four are 0. */
export interface Proof {
  readonly pool: string
  readonly objects: number
  readonly copies: number
  readonly bytes: number
  readonly missing: number
  readonly corrupt: number
  readonly misplaced: number
  readonly misversioned: number
}

/** Every call may be made twice and then comes to the same, `createPool` and `deletePool` apart. */
export interface EnginePort {
  /** From memory: cheap, and as fresh as the engine's own view. */
  status(): { readonly dataDisks: readonly EngineDisk[]; readonly pools: readonly EnginePool[] }
  createPool(spec: EnginePoolSpec): Promise<void>
  deletePool(name: string): Promise<void>
  canDrain(
    dataDiskId: string,
  ): Promise<{ readonly ok: boolean; readonly reasons: readonly string[] }>
  drain(dataDiskId: string): Promise<void>
  undrain(dataDiskId: string): Promise<void>
  drainProgress(dataDiskId: string): Promise<{
    /** Nothing depends on the disk any more. */
    readonly done: boolean
    readonly objectsLeft: number
    readonly bytesLeft: number
    readonly copiesMade: number
  }>
  retire(dataDiskId: string): Promise<void>
  verifyPool(pool: string): Promise<Proof>
}
