/** The list of operations. To add one: declare it in its kind, a file here, and a line here. */
import type { Operation } from '../operation/operation.ts'
import { cancelJob } from './cancel-job.ts'
import { createPool } from './create-pool.ts'
import { deletePool } from './delete-pool.ts'
import { drainDevice } from './drain-device.ts'
import { verifyPool } from './verify-pool.ts'

export const operations: readonly Operation[] = [
  cancelJob,
  createPool,
  deletePool,
  drainDevice,
  verifyPool,
]
