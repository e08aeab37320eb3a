/**
 * What every workflow must stand: an error at each step, and the death of the process at each
 * write. Each workflow's test calls both.
 */
import { until } from '#test/until'
import type { Json } from '../store/database.ts'
import { type Bench, benchTiming, orderOf } from './bench.conformance.ts'
import type { JobRow, Jobs } from './jobs.ts'
import type { Step, Steps } from './workflow.ts'

export interface Trial<World> {
  readonly bench: Bench
  readonly freshWorld: (bench: Bench) => World | Promise<World>
  readonly workflow: (world: World) => Steps
  readonly input: (world: World) => Json
}

/**
 * Fails the workflow once at each step in turn. Before the point of no return everything done must
 * be undone (`failed`), after it the step must be done again (`succeeded`).
 */
export async function failAtEachStep<World>(
  trial: Trial<World>,
  inspect: (world: World, stepName: string, job: JobRow) => void | Promise<void>,
): Promise<void> {
  const { bench } = trial
  const { steps } = trial.workflow(await trial.freshWorld(bench))
  for (const [index, { name }] of steps.entries()) {
    const world = await trial.freshWorld(bench)
    const flow = trial.workflow(world)
    let failuresLeft = 1
    const broken = flow.steps.map((step, i): Step => {
      if (i !== index) return step
      const act = async (made: never, context: Parameters<Step['do']>[1]) => {
        if (failuresLeft-- > 0) throw new Error('injected')
        return step.do(made, context)
      }
      return { ...step, do: act }
    })
    const machine = bench.machine([{ name: flow.name, steps: broken }])
    const { job } = await machine.start(orderOf(flow.name, trial.input(world)))
    await inspect(world, name, await bench.finish(machine, job.id))
  }
}

/**
 * Lets the process die before and after each write to the database in turn, and another one go
 * on. The end must be as if nothing had happened.
 */
export async function dieAtEachWrite<World>(
  trial: Trial<World>,
  inspect: (world: World, job: JobRow) => void | Promise<void>,
): Promise<void> {
  const writes = await liveThrough(trial, { writesLeft: Number.POSITIVE_INFINITY }, inspect)
  for (let n = 0; n < writes; n++)
    for (const isWritten of [false, true])
      await liveThrough(trial, { writesLeft: n, isWritten }, inspect)
}

interface Life {
  readonly writesLeft: number
  /** Whether the write at which it dies still reaches the database. */
  readonly isWritten?: boolean
}

async function liveThrough<World>(
  { bench, ...trial }: Trial<World>,
  life: Life,
  inspect: (world: World, job: JobRow) => void | Promise<void>,
): Promise<number> {
  const world = await trial.freshWorld(bench)
  const flow = trial.workflow(world)
  const mortal = mortalJobs(bench.jobs, life)
  const first = bench.machine([flow], {
    jobs: mortal.jobs,
    timing: { ...benchTiming, leaseMs: 30 },
  })
  const { job } = await first.start(orderOf(flow.name, trial.input(world)))
  await Promise.race([bench.finish(first, job.id), mortal.died])
  // The dead never closes. Another looks at the job until the lease of the dead has run out.
  const second = bench.machine([flow])
  const ended = await until(async () => {
    const row = await bench.jobs.get(job.id)
    if (row !== undefined && row.finished_at !== null) return row
    await bench.clock.advance(10_000)
    await second.run(job.id)
  })
  await inspect(world, ended)
  return mortal.writeCount()
}

/** After its last write no call ever comes back, as for a process that is no more. */
function mortalJobs(jobs: Jobs, { writesLeft, isWritten = false }: Life) {
  const death = Promise.withResolvers<void>()
  const never = new Promise<never>(() => {})
  let writes = 0
  const mortal: Jobs = {
    ...jobs,
    renew: (...given) => (writes > writesLeft ? never : jobs.renew(...given)),
    async write(...given) {
      if (writes > writesLeft) return never
      if (writes++ < writesLeft) return jobs.write(...given)
      if (isWritten) await jobs.write(...given)
      death.resolve()
      return never
    },
  }
  return { jobs: mortal, died: death.promise, writeCount: () => writes }
}
