/** Where BullMQ keeps its jobs. Only this differs between PostgreSQL and Redis. */
import { faultsOf } from '../errors.ts'

export const storeFault = faultsOf({
  QUEUE_STORE_UNREACHABLE: {
    status: 503,
    retry: true,
    message: 'Cannot open the queues on {store}: {reason}; check {setting}',
  },
})

export interface Store {
  readonly name: 'postgresql' | 'redis'
  createQueue(name: string, options: StoredQueueOptions): StoredQueue
  createWorker(name: string, run: (job: RunningJob) => Promise<void>, options: object): StoredWorker
  /** Cuts every connection, those of queues and workers that did not close included. */
  close(): Promise<void>
}

/** All that a job holds. */
export interface RowPointer {
  readonly rowId: string
}

export interface StoredQueueOptions {
  readonly defaultJobOptions: object
}

/** What of BullMQ's queue we use. */
export interface StoredQueue {
  add(name: string, data: RowPointer, options: StoredJob['opts']): Promise<unknown>
  addBulk(jobs: StoredJob[]): Promise<unknown>
  getJobCounts(...types: ('waiting' | 'delayed' | 'active')[]): Promise<Record<string, number>>
  getWaiting(start: number, end: number): Promise<readonly RunningJob[]>
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

export interface StoredWorker {
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}

export interface StoredJob {
  readonly name: string
  readonly data: RowPointer
  readonly opts: { readonly jobId: string; readonly delay: number }
}

/** What of BullMQ's job we read. */
export interface RunningJob {
  readonly id?: string | undefined
  readonly data: RowPointer
  readonly timestamp: number
  readonly attemptsMade: number
  readonly opts: { readonly attempts?: number; readonly delay?: number }
}
