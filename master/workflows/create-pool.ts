/** Makes a pool in the engine and records it. */

import { fault } from '#api/errors'
import { cluster as clusterKind } from '#api/kinds/cluster'
import { pool as poolKind } from '#api/kinds/pool'
import { ZstoneError } from '#lib/errors'
import type { EnginePool, EnginePoolSpec } from '../engine-port.ts'
import { poolDraft } from '../store/drafts.ts'
import { type Workflow, workflow } from '../workflow/workflow.ts'
import type { WorkflowNeeds } from './needs.ts'

export const createPool = ({ engine, resources }: WorkflowNeeds): Workflow<never> =>
  workflow<EnginePoolSpec>('create pool')
    .step('check that the name is free', {
      do: async ({ name }) => {
        if (poolOf(engine, name)) throw fault('POOL_EXISTS', { pool: name })
        return {}
      },
    })
    .step('make pool', {
      do: async (spec) => {
        await engine.createPool(specOf(spec)).catch(orItIsOurs)
        return { made: true }
      },
      undo: async ({ name }) => {
        if (poolOf(engine, name)) await engine.deletePool(name)
      },
    })
    .step('record', {
      do: async ({ name }) => {
        const made = poolOf(engine, name)
        const [cluster] = await resources.all(clusterKind)
        if (made !== undefined) await resources.put(poolKind, [poolDraft(made, cluster?.id)])
        return {}
      },
    })

/**
 * The step before found the name free, and no other job makes a pool of this name: so it was made
 * by this step, in a process that died before it could say so.
 */
function orItIsOurs(error: unknown): void {
  if (!(error instanceof ZstoneError) || error.code !== 'POOL_EXISTS') throw error
}

/** What is in `made` beside the spec is not the engine's. */
function specOf({ name, copies, copiesMin, faultDomain, placementGroups }: EnginePoolSpec) {
  return { name, copies, copiesMin, faultDomain, placementGroups }
}

function poolOf(engine: WorkflowNeeds['engine'], name: string): EnginePool | undefined {
  return engine.status().pools.find((pool) => pool.name === name)
}
