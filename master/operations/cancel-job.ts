import type { Operation } from '../operation/operation.ts'

/** No job of its own: the answer is the job that turns back. */
export const cancelJob: Operation = {
  of: 'job.cancel',
  run: ({ id }, { machine }) => machine.cancel(id),
}
