/** The list of workflows. To add one: a file, and a line here. */
import type { Steps } from '../workflow/workflow.ts'
import { createPool } from './create-pool.ts'
import { deletePool } from './delete-pool.ts'
import { drainDevice } from './drain-device.ts'
import type { WorkflowNeeds } from './needs.ts'
import { verifyPool } from './verify-pool.ts'

export const workflows: readonly ((needs: WorkflowNeeds) => Steps)[] = [
  createPool,
  deletePool,
  drainDevice,
  verifyPool,
]
