/** Deletes a pool that holds nothing. It cannot come back, so the job only goes forward. */
import { fault } from '#api/errors'
import { pool as poolKind } from '#api/kinds/pool'
import { type Workflow, workflow } from '../workflow/workflow.ts'
import type { WorkflowNeeds } from './needs.ts'

export interface DeletePoolInput {
  readonly id: string
  readonly name: string
}

export const deletePool = ({ engine, resources }: WorkflowNeeds): Workflow<never> =>
  workflow<DeletePoolInput>('delete pool')
    .step('delete in the engine', {
      // The engine itself refuses a pool that holds something, in the same breath as it deletes.
      do: async ({ name }) => {
        const pool = engine.status().pools.find((other) => other.name === name)
        if (pool === undefined) return {}
        if (pool.objects > 0)
          throw fault('POOL_NOT_EMPTY', { pool: name, objectCount: pool.objects })
        await engine.deletePool(name)
        return {}
      },
    })
    .step('forget', {
      isPointOfNoReturn: true,
      do: async ({ id }) => {
        await resources.remove(poolKind, [id])
        return {}
      },
    })
