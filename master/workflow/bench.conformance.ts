/** For tests: a database with machines on it, and a clock that the test moves. */

import { createManualClock, type ManualClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { freshDatabase } from '#test/postgres'
import type { Json } from '../store/database.ts'
import { migrateMaster, openMasterDatabase, type Sql } from '../store/database.ts'
import { createJobs, type JobRow, type Jobs } from './jobs.ts'
import { createMachine, type Machine, type MachineWorld } from './machine.ts'
import type { Steps } from './workflow.ts'

export interface Bench {
  readonly url: string
  readonly sql: Sql
  readonly clock: ManualClock
  readonly jobs: Jobs
  /** Every wake-up that was asked for. */
  readonly wakeUps: { jobId: string; rowId: string; delayMs: number }[]
  machine(workflows: readonly Steps[], change?: Partial<MachineWorld>): Machine
  /** Looks at a job as often as it is due, moving the clock, until it ends. */
  finish(machine: Machine, jobId: string): Promise<JobRow>
  close(): Promise<void>
}

export const benchTiming = {
  leaseMs: 60_000,
  stepDeadlineMs: 3_600_000,
  retryFirstMs: 1000,
  retryMsMax: 9000,
}

export async function openBench(): Promise<Bench> {
  const { url, drop } = await freshDatabase()
  await migrateMaster(url)
  const { sql, close } = openMasterDatabase(url, 4)
  const clock = createManualClock()
  const jobs = createJobs(sql, clock)
  const wakeUps: Bench['wakeUps'] = []
  const queue: MachineWorld['queue'] = {
    name: 'workflow',
    wake: async ({ delayMs = 0, ...rest }) => void wakeUps.push({ ...rest, delayMs }),
    work() {},
    counts: async () => ({ waiting: 0, delayed: 0, active: 0 }),
  }
  const machine: Bench['machine'] = (workflows, change = {}) =>
    createMachine({
      sql,
      jobs,
      queue,
      clock,
      workflows,
      random: systemRandom,
      log: silentLog,
      metrics: createMetrics(),
      tracer: createTracer('test'),
      concurrency: 4,
      timing: benchTiming,
      ...change,
    })
  return {
    url,
    sql,
    clock,
    jobs,
    wakeUps,
    machine,
    async finish(machine, jobId) {
      for (let looks = 0; looks < 1000; looks++) {
        const job = await jobs.get(jobId)
        if (job === undefined) throw new Error(`There is no job ${jobId}`)
        if (job.finished_at !== null) return job
        const delayMs = job.due_at.getTime() - clock.nowMs()
        if (delayMs > 0) await clock.advance(delayMs)
        await machine.run(jobId)
      }
      throw new Error(`Job ${jobId} does not end`)
    },
    async close() {
      await close()
      await drop()
    },
  }
}

export const orderOf = (workflow: string, input: Json = {}) => ({
  workflow,
  input,
  subject: 'test/one',
  requestedBy: 'api',
})
