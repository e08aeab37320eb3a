/**
 * A program for `machine-killed.test.ts`, which kills it: a machine on real queues that runs the
 * workflow "count", each of whose effects is one more line in a file.
 */
import { appendFileSync } from 'node:fs'
import { sleep, systemClock } from '#lib/clock'
import { silentLog } from '#lib/log'
import { createLoop } from '#lib/loop'
import { createMetrics } from '#lib/metrics'
import { openQueues } from '#lib/queue/bullmq'
import { systemRandom } from '#lib/random'
import { createTracer } from '#lib/trace'
import { openMasterDatabase } from '../store/database.ts'
import { createJobs } from './jobs.ts'
import { createMachine } from './machine.ts'
import { wait, workflow } from './workflow.ts'

export const stepCount = 4

const [databaseUrl, file] = process.argv.slice(2)
if (databaseUrl !== undefined && file !== undefined && process.argv[1] === import.meta.filename)
  await main(databaseUrl, file)

async function main(databaseUrl: string, file: string): Promise<void> {
  const world = { clock: systemClock, log: silentLog, metrics: createMetrics() }
  const { sql } = openMasterDatabase(databaseUrl, 4)
  const queues = await openQueues({ ...world, databaseUrl })
  const jobs = createJobs(sql, systemClock)
  const machine = createMachine({
    ...world,
    sql,
    jobs,
    workflows: [countTo(file)],
    queue: queues.queue('workflow'),
    random: systemRandom,
    tracer: createTracer('test'),
    concurrency: 2,
    timing: { leaseMs: 400, stepDeadlineMs: 60_000, retryFirstMs: 10, retryMsMax: 100 },
  })
  machine.open()
  createLoop(
    {
      name: 'resume',
      everyMs: 50,
      pass: async () => {
        const marker = `.${Math.floor(systemClock.nowMs() / 50)}`
        for (const job of await jobs.due(10)) await machine.wake(job, marker)
      },
    },
    world,
  ).start()
}

/** Says which token began and ended, with a wait in each second step. */
export function countTo(file: string) {
  const note = (line: string) => appendFileSync(file, `${line}\n`)
  let flow = workflow<object>('count')
  for (let i = 0; i < stepCount; i++)
    flow = flow.step(`step ${i}`, {
      do: async (_, { token, attempt }) => {
        note(`begin ${i} ${token}`)
        await sleep(systemClock, 60)
        note(`end ${i} ${token}`)
        return i % 2 === 1 && attempt === 1 ? wait({ afterMs: 60, text: 'Waiting' }) : {}
      },
    })
  return flow
}
