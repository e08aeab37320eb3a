import { fault } from '#api/errors'
import type { EngineDisk, EnginePoolSpec, FaultDomain } from '../engine-port.ts'
import type { Operation } from '../operation/operation.ts'

export const createPool: Operation = {
  of: 'pool.create',
  async run({ input, order }, { machine, engine }) {
    const spec = input as unknown as EnginePoolSpec // It fits the fields of the kind `pool`.
    const { dataDisks, pools } = engine.status()
    if (pools.some((pool) => pool.name === spec.name))
      throw fault('POOL_EXISTS', { pool: spec.name })
    checkPlaceable(spec, dataDisks)
    const subject = `pool/${spec.name}`
    const { job } = await machine.start({ ...order, workflow: 'create pool', subject, input })
    return job
  },
}

/** What the engine would refuse is refused at once, where it can be known at once. */
function checkPlaceable(spec: EnginePoolSpec, dataDisks: readonly EngineDisk[]): void {
  const { name: pool, copies, faultDomain } = spec
  const taking = dataDisks.filter(({ state }) => state === 'in')
  const found = new Set(taking.map((disk) => domainOf(disk, faultDomain))).size
  if (found < copies) throw fault('POOL_UNPLACEABLE', { pool, copies, faultDomain, found })
}

/** A rack of the same name in another data centre is another rack. */
function domainOf(disk: EngineDisk, level: FaultDomain): string {
  const path = [disk.datacentre, disk.rack, disk.node, disk.id]
  const depth = ['datacentre', 'rack', 'node', 'device'].indexOf(level)
  return JSON.stringify(path.slice(0, depth + 1))
}
