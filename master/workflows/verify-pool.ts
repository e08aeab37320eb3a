/** Reads every copy of every object of a pool and says what it found. Changes nothing. */
import { fault } from '#api/errors'
import { type Workflow, workflow } from '../workflow/workflow.ts'
import type { WorkflowNeeds } from './needs.ts'

export interface VerifyPoolInput {
  readonly name: string
}

export const verifyPool = ({ engine }: WorkflowNeeds): Workflow<never> =>
  workflow<VerifyPoolInput>('verify pool').step('read every copy', {
    do: async ({ name }) => {
      const proof = await engine.verifyPool(name)
      const { missing, corrupt, misplaced, misversioned } = proof
      if (missing + corrupt + misplaced + misversioned > 0)
        throw fault('POOL_UNSOUND', { pool: name, missing, corrupt, misplaced, misversioned })
      return { proof }
    },
  })
