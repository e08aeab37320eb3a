import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { fault } from '#api/errors'
import { createMetrics } from '#lib/metrics'
import { createTracer, type Tracer, traceIdOf } from '#lib/trace'
import { until } from '#test/until'
import { type Bench, benchTiming, openBench, orderOf } from './bench.conformance.ts'
import { dieAtEachWrite, failAtEachStep } from './workflow.conformance.ts'
import { finish, type Steps, wait, workflow } from './workflow.ts'

let bench: Bench
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** A world of named things, and a journal of what was done to it. */
const freshWorld = () => ({ things: new Set<string>(), journal: [] as string[], looks: 0 })
type World = ReturnType<typeof freshWorld>

const build = (world: World) =>
  workflow<{ name: string }>('build')
    .step('reserve', {
      do: async ({ name }) => {
        world.things.add(name)
        return { reserved: `${name}!` }
      },
      undo: async ({ reserved }) => void world.things.delete(reserved.slice(0, -1)),
    })
    .step('move', {
      do: async () =>
        ++world.looks % 3 === 0 ? { moved: 7 } : wait({ afterMs: 500, text: 'Moving' }),
    })
    .step('map', {
      do: async ({ reserved, moved }) => {
        world.things.add(`map ${reserved} ${moved}`)
        return {}
      },
      undo: async ({ reserved, moved }) => void world.things.delete(`map ${reserved} ${moved}`),
    })
    .step('announce', { do: async () => ({ said: true }) })

const trial = { freshWorld, workflow: build, input: () => ({ name: 'gold' }) }

const runOf = async (flow: Steps, input = {}) => {
  const machine = bench.machine([flow])
  const { job } = await machine.start(orderOf(flow.name, input))
  return { machine, job, ended: await bench.finish(machine, job.id) }
}

test('a workflow hands each step what the earlier steps made, across waits', async () => {
  const world = freshWorld()
  const { ended } = await runOf(build(world), { name: 'gold' })
  expect(ended).toMatchObject({ state: 'succeeded', error: null, lease_owner: null })
  expect([...world.things]).toEqual(['gold', 'map gold! 7'])
  const steps = await bench.jobs.steps(ended.id)
  expect(steps.map(({ name, state, attempts }) => [name, state, attempts])).toEqual([
    ['reserve', 'done', 1],
    ['move', 'done', 3],
    ['map', 'done', 1],
    ['announce', 'done', 1],
  ])
})

test('a workflow that fails at any step leaves the world as it found it', async () => {
  const visited: string[] = []
  await failAtEachStep({ bench, ...trial }, (world, step, job) => {
    visited.push(step)
    expect([...world.things]).toEqual([])
    expect(job).toMatchObject({ state: 'failed', error: { code: 'INTERNAL', message: 'injected' } })
  })
  expect(visited).toEqual(['reserve', 'move', 'map', 'announce'])
})

test('a process that dies at any write is continued by another to the same end', async () => {
  await dieAtEachWrite({ bench, ...trial }, (world, job) => {
    expect([...world.things]).toEqual(['gold', 'map gold! 7'])
    expect(job.state).toBe('succeeded')
  })
})

test('a process that dies at any write while undoing is continued to an empty world', async () => {
  const doomed = (world: World) =>
    build(world).step('fail', { do: () => Promise.reject(new Error('no')) })
  await dieAtEachWrite({ bench, ...trial, workflow: doomed }, (world, job) => {
    expect([...world.things]).toEqual([])
    expect(job).toMatchObject({ state: 'failed', error: { message: 'no' } })
  })
})

test('undo runs for finished steps, last first, and not for the failed one', async () => {
  const journal: string[] = []
  const step = (name: string) => ({
    do: async () => ({ [name]: 1 }),
    undo: async () => void journal.push(name),
  })
  const flow = workflow<object>('three')
    .step('a', step('a'))
    .step('b', step('b'))
    .step('c', {
      do: () => Promise.reject(new Error('no')),
      undo: async () => void journal.push('c'),
    })
  await runOf(flow)
  expect(journal).toEqual(['b', 'a'])
})

test('an undo that fails makes the job stuck, and is tried until it succeeds', async () => {
  let failuresLeft = 3
  const flow = workflow<object>('sticky')
    .step('make', {
      do: async () => ({}),
      undo: async () => {
        if (failuresLeft-- > 0) throw new Error('the node is away')
      },
    })
    .step('fail', { do: () => Promise.reject(new Error('no')) })
  const machine = bench.machine([flow])
  const { job } = await machine.start(orderOf('sticky'))
  await machine.run(job.id)
  expect(await bench.jobs.get(job.id)).toMatchObject({
    state: 'stuck',
    error: { message: 'no' },
    progress: { text: 'Cannot undo step "make": the node is away' },
  })
  const ended = await bench.finish(machine, job.id)
  expect(ended).toMatchObject({ state: 'failed', error: { message: 'no' } })
  expect(failuresLeft).toBe(-1)
})

test('past the point of no return a failing step is tried again, and no cancel taken', async () => {
  let failuresLeft = 2
  const undone: string[] = []
  const flow = workflow<object>('final')
    .step('make', { do: async () => ({}), undo: async () => void undone.push('make') })
    .step('retire', { isPointOfNoReturn: true, do: async () => ({}) })
    .step('record', {
      do: async () => {
        if (failuresLeft-- > 0) throw new Error('the database is away')
        return {}
      },
    })
  const machine = bench.machine([flow])
  const { job } = await machine.start(orderOf('final'))
  await machine.run(job.id)
  expect((await bench.jobs.get(job.id))?.state).toBe('stuck')
  await expect(machine.cancel(job.id)).rejects.toMatchObject({ code: 'JOB_PAST_RETURN' })
  expect(await bench.finish(machine, job.id)).toMatchObject({ state: 'succeeded', error: null })
  expect(undone).toEqual([])
})

describe('cancel', () => {
  test('a waiting job that is cancelled undoes what it did', async () => {
    const world = freshWorld()
    const machine = bench.machine([build(world)])
    const { job } = await machine.start(orderOf('build', { name: 'gold' }))
    await machine.run(job.id)
    expect((await bench.jobs.get(job.id))?.state).toBe('waiting')
    await machine.cancel(job.id)
    await machine.run(job.id)
    expect(await bench.jobs.get(job.id)).toMatchObject({
      state: 'cancelled',
      error: { code: 'JOB_CANCELLED' },
    })
    expect([...world.things]).toEqual([])
    await expect(machine.cancel(job.id)).rejects.toMatchObject({ code: 'JOB_FINISHED' })
  })

  test('a step under way is told to stop, and its undo is not', async () => {
    const seen: boolean[] = []
    let hasBegun = false
    const flow = workflow<object>('long')
      .step('make', {
        do: async () => ({}),
        undo: async (_, { signal }) => void seen.push(signal.aborted),
      })
      .step('work', {
        do: (_, { signal }) =>
          new Promise((_resolve, reject) => {
            hasBegun = true
            signal.addEventListener('abort', () => reject(new Error('stopped')))
          }),
      })
    const machine = bench.machine([flow])
    const { job } = await machine.start(orderOf('long'))
    const running = machine.run(job.id)
    await until(() => hasBegun)
    await machine.cancel(job.id)
    await running
    expect((await bench.jobs.get(job.id))?.state).toBe('cancelled')
    expect(seen).toEqual([false])
  })
})

test('a step that passes its deadline has failed', async () => {
  const flow = workflow<object>('slow').step('sleep', {
    deadlineMs: 60_000,
    do: async () => wait({ afterMs: 50_000, text: 'Sleeping' }),
  })
  const { ended } = await runOf(flow)
  expect(ended).toMatchObject({
    state: 'failed',
    error: {
      code: 'STEP_DEADLINE',
      message: expect.stringContaining('step "sleep": it is not done after 1m'),
    },
  })
})

test('a passing error is tried again as often as the step says, and no more', async () => {
  let calls = 0
  const flow = (failures: number) =>
    workflow<object>('flaky').step('call', {
      retries: 2,
      do: async () => {
        if (calls++ < failures) throw fault('JOB_UNDER_WAY')
        return {}
      },
    })
  expect((await runOf(flow(2))).ended.state).toBe('succeeded')
  calls = 0
  expect((await runOf(flow(3))).ended.state).toBe('failed')
})

test('a step may finish the job early', async () => {
  const flow = workflow<object>('early')
    .step('look', { do: async () => finish('Nothing to do') })
    .step('never', { do: () => Promise.reject(new Error('no')) })
  const { ended } = await runOf(flow)
  expect(ended).toMatchObject({ state: 'succeeded', progress: { text: 'Nothing to do' } })
})

test('two masters never run one step at once, and who lost the lease writes nothing', async () => {
  let runningNow = 0
  let most = 0
  const gate = Promise.withResolvers<void>()
  const flow = workflow<object>('shared').step('work', {
    do: async () => {
      most = Math.max(most, ++runningNow)
      await gate.promise
      runningNow--
      return {}
    },
  })
  const [one, two] = [bench.machine([flow]), bench.machine([flow])]
  const { job } = await one.start(orderOf('shared'))
  const both = Promise.all([one.run(job.id), two.run(job.id), two.run(job.id)])
  await until(() => runningNow > 0)
  gate.resolve()
  await both
  expect(most).toBe(1)

  const lost = bench.machine([flow])
  const again = await lost.start(orderOf('shared'))
  const claim = await bench.jobs.claim(again.job.id, 'a', 1)
  const thief = await until(() => bench.jobs.claim(again.job.id, 'b', 60_000))
  const change = { job: { state: 'failed' as const }, release: 'finished' as const }
  await expect(bench.jobs.write(claim!, 1000, change)).rejects.toThrow('Lost job')
  expect((await bench.jobs.get(again.job.id))?.state).toBe('running')
  await bench.jobs.write(thief, 1000, { job: { state: 'succeeded' }, release: 'finished' })
})

test('a job that another master took over is counted as a lost lease', async () => {
  const gate = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const flow = workflow<object>('stolen').step('work', {
    async do() {
      started.resolve()
      await gate.promise
      return {}
    },
  })
  const metrics = createMetrics()
  const lost = () => metrics.registry.getSingleMetricAsString('zstone_master_job_leases_lost_total')
  const one = bench.machine([flow], { metrics, timing: { ...benchTiming, leaseMs: 50 } })
  expect(await lost()).toContain('{workflow="stolen"} 0')
  const { job } = await one.start(orderOf('stolen'))
  const running = one.run(job.id)
  await started.promise
  const thief = await until(() => bench.jobs.claim(job.id, 'b', 60_000))
  gate.resolve()
  await running
  expect(await lost()).toContain('{workflow="stolen"} 1')
  await bench.jobs.write(thief, 1000, { job: { state: 'succeeded' }, release: 'finished' })
})

test('what ended how is counted from the start', async () => {
  const metrics = createMetrics()
  bench.machine([workflow<object>('quiet').step('look', { do: async () => ({}) })], {
    metrics,
  })
  const told = await metrics.registry.getSingleMetricAsString('zstone_master_jobs_finished_total')
  for (const state of ['succeeded', 'failed', 'cancelled'])
    expect(told).toContain(`{workflow="quiet",state="${state}"} 0`)
})

test('a machine that closes puts its job down, and the next one goes on with it', async () => {
  let calls = 0
  const flow = workflow<object>('handover').step('work', {
    do: (_, { signal }) =>
      ++calls > 1
        ? Promise.resolve({})
        : new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          ),
  })
  const first = bench.machine([flow])
  const { job } = await first.start(orderOf('handover'))
  const running = first.run(job.id)
  await until(() => calls === 1)
  await first.close()
  await running
  expect(await bench.jobs.get(job.id)).toMatchObject({ lease_owner: null, error: null })
  expect((await bench.finish(bench.machine([flow]), job.id)).state).toBe('succeeded')
})

test('a machine that does not know the workflow of a job leaves it as it is', async () => {
  const flow = workflow<object>('newer').step('work', { do: async () => ({}) })
  const { job } = await bench.machine([flow]).start(orderOf('newer'))
  await bench.machine([]).run(job.id)
  expect(await bench.jobs.get(job.id)).toMatchObject({
    state: 'stuck',
    progress: { text: expect.stringContaining('no workflow "newer"') },
  })
  expect((await bench.finish(bench.machine([flow]), job.id)).state).toBe('succeeded')
})

describe('an order', () => {
  const flow = workflow<object>('idle').step('wait', {
    do: async () => wait({ afterMs: 1000, text: 'Waiting' }),
  })
  const other = { ...orderOf('idle'), subject: 'test/two' }
  const id = '00000000-0000-8000-8000-000000000001'

  test('of the same id answers the same job, and a different one is refused', async () => {
    const machine = bench.machine([flow])
    const first = await machine.start({ ...other, id })
    const again = await machine.start({ ...other, id })
    expect([first.isNew, again.isNew, again.job.id]).toEqual([true, false, id])
    const different = machine.start({ ...other, id, input: { a: 1 } })
    await expect(different).rejects.toMatchObject({ code: 'JOB_ID_TAKEN' })
  })

  test('for what an open job works on answers that job, and other input is refused', async () => {
    const machine = bench.machine([flow])
    const first = await machine.start(orderOf('idle'))
    const again = await machine.start(orderOf('idle'))
    expect(again).toMatchObject({ isNew: false, job: { id: first.job.id } })
    await expect(machine.start(orderOf('idle', { a: 1 }))).rejects.toMatchObject({
      code: 'JOB_UNDER_WAY',
    })
  })

  test('belongs to the trace of what caused it', async () => {
    const parent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const order = { ...orderOf('idle'), subject: 'test/three', traceparent: parent }
    const { job } = await bench.machine([flow]).start(order)
    expect(traceIdOf(job.traceparent)).toBe('a'.repeat(32))
    expect(job.traceparent).not.toBe(parent)
  })
})

test('each run of a step and of an undo is a span under the job', async () => {
  const spans: { name: string; parent: string | undefined }[] = []
  const real = createTracer('test')
  const tracer: Tracer = {
    span: (name, options, run) => {
      spans.push({ name, parent: options.parent })
      return real.span(name, options, run)
    },
    close: () => real.close(),
  }
  const flow = workflow<object>('traced')
    .step('make', { do: async () => ({}), undo: async () => {} })
    .step('fail', { do: () => Promise.reject(new Error('no')) })
  const machine = bench.machine([flow], { tracer })
  const { job } = await machine.start(orderOf('traced'))
  await bench.finish(machine, job.id)
  const parent = job.traceparent
  expect(spans).toEqual([
    { name: 'job traced', parent: undefined },
    { name: 'workflow step make', parent },
    { name: 'workflow step fail', parent },
    { name: 'workflow undo make', parent },
  ])
})
