import { fault } from '#api/errors'
import { pool as poolKind } from '#api/kinds/pool'
import type { Operation } from '../operation/operation.ts'

export const verifyPool: Operation = {
  of: 'pool.verify',
  async run({ id, order }, { machine, resources }) {
    const resource = await resources.get(poolKind, id)
    if (resource === undefined)
      throw fault('RESOURCE_UNKNOWN', { kind: 'pool', plural: 'pools', id })
    const { name } = resource
    const placed = await machine.start({
      ...order,
      workflow: 'verify pool',
      subject: `pool/${name}`,
      input: { name },
    })
    return placed.job
  },
}
