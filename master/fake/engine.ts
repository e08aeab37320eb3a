/** For tests: an engine in memory whose data moves one object a look. */
import { fault } from '#api/errors'
import type { EngineDisk, EnginePool, EnginePort, Proof } from '../engine-port.ts'

export interface FakeEngine extends EnginePort {
  readonly disks: Map<
    string,
    { -readonly [K in keyof EngineDisk]: EngineDisk[K] } & { objects: number }
  >
  readonly pools: Map<string, EnginePool>
  /** What stands against a drain. */
  against: string[]
  /** Proofs that will find something missing before one is sound. */
  unsoundProofs: number
  /** Every call that changes something. */
  readonly journal: string[]
}

/** Three racks with one node of two disks each, and a pool of three copies over racks. */
export function createFakeEngine(): FakeEngine {
  const disks: FakeEngine['disks'] = new Map()
  for (const rack of ['r1', 'r2', 'r3'])
    for (const device of ['sda', 'sdb']) {
      const node = rack.replace('r', 'n')
      const id = `${node}-${device}`
      disks.set(id, {
        ...{ id, node, rack, device, datacentre: 'dc1', state: 'in', up: true },
        ...{ sizeBytes: 1000, usedBytes: 100, objects: 3 },
      })
    }
  const pools = new Map([['gold', poolOf({ name: 'gold', copies: 3, faultDomain: 'rack' }, 9)]])
  const at = (id: string) => {
    const disk = disks.get(id)
    if (disk === undefined) throw new Error(`There is no data disk ${id}`)
    return disk
  }
  const engine: FakeEngine = {
    disks,
    pools,
    against: [],
    unsoundProofs: 0,
    journal: [],
    status: () => ({ dataDisks: [...disks.values()], pools: [...pools.values()] }),
    ...poolCalls(pools, (line) => engine.journal.push(line)),
    canDrain: async () => ({ ok: engine.against.length === 0, reasons: engine.against }),
    async drain(id) {
      engine.journal.push(`drain ${id}`)
      if (at(id).state !== 'out') at(id).state = 'draining'
    },
    async undrain(id) {
      engine.journal.push(`undrain ${id}`)
      if (at(id).state === 'draining') at(id).state = 'in'
    },
    async drainProgress(id) {
      const disk = at(id)
      if (disk.objects > 0) disk.objects--
      const objectsLeft = disk.objects
      return {
        done: objectsLeft === 0,
        objectsLeft,
        bytesLeft: objectsLeft * 10,
        copiesMade: 3 - objectsLeft,
      }
    },
    async retire(id) {
      engine.journal.push(`retire ${id}`)
      if (at(id).objects > 0) throw new Error(`Data disk ${id} is in use`)
      at(id).state = 'out'
    },
    async verifyPool(pool) {
      const missing = engine.unsoundProofs > 0 ? 2 : 0
      if (missing > 0) engine.unsoundProofs--
      return { ...soundProof, pool, missing }
    },
  }
  return engine
}

const soundProof: Omit<Proof, 'pool'> = {
  objects: 9,
  copies: 27,
  bytes: 270,
  missing: 0,
  corrupt: 0,
  misplaced: 0,
  misversioned: 0,
}

function poolCalls(
  pools: Map<string, EnginePool>,
  note: (line: string) => void,
): Pick<EnginePort, 'createPool' | 'deletePool'> {
  return {
    async createPool(spec) {
      if (pools.has(spec.name)) throw fault('POOL_EXISTS', { pool: spec.name })
      note(`create ${spec.name}`)
      pools.set(spec.name, poolOf(spec, 0))
    },
    async deletePool(name) {
      note(`delete ${name}`)
      if (!pools.delete(name)) throw new Error(`There is no pool ${name}`)
    },
  }
}

function poolOf(spec: Parameters<EnginePort['createPool']>[0], objects: number): EnginePool {
  const counts = { objectsDegraded: 0, objectsUnavailable: 0, objectsMisplaced: 0 }
  return { copiesMin: 2, placementGroups: 64, ...spec, objects, bytes: objects * 10, ...counts }
}
