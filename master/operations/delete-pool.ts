import { fault } from '#api/errors'
import { pool as poolKind } from '#api/kinds/pool'
import type { Operation } from '../operation/operation.ts'

export const deletePool: Operation = {
  of: 'pool.remove',
  async run({ id, order }, { machine, resources, engine }) {
    const resource = await resources.get(poolKind, id)
    if (resource === undefined)
      throw fault('RESOURCE_UNKNOWN', { kind: 'pool', plural: 'pools', id })
    const { name } = resource
    const objectCount = engine.status().pools.find((pool) => pool.name === name)?.objects ?? 0
    if (objectCount > 0) throw fault('POOL_NOT_EMPTY', { pool: name, objectCount })
    const placed = await machine.start({
      ...order,
      workflow: 'delete pool',
      subject: `pool/${name}`,
      input: { id, name },
    })
    return placed.job
  },
}
