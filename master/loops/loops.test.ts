import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { device as deviceKind } from '#api/kinds/device'
import { node as nodeKind } from '#api/kinds/node'
import { pool as poolKind } from '#api/kinds/pool'
import { silentLog } from '#lib/log'
import { createMetrics } from '#lib/metrics'
import { until } from '#test/until'
import { createFakeEngine } from '../fake/engine.ts'
import { createResources, type Resources } from '../store/resources.ts'
import { type Bench, openBench, orderOf } from '../workflow/bench.conformance.ts'
import { workflow } from '../workflow/workflow.ts'
import { forgetOldJobs } from './forget-old-jobs.ts'
import { resumeWorkflows } from './resume-workflows.ts'
import { follow } from './sync-topology.ts'
import type { LoopsWorld } from './world.ts'

let bench: Bench
let resources: Resources
beforeAll(async () => {
  bench = await openBench()
  resources = createResources(bench.sql, bench.clock)
})
beforeEach(() => bench.sql.deleteFrom('job').execute())
afterAll(() => bench.close())

const topology = { cluster: 'home', nodes: [{ name: 'n1', rack: 'r1', datacentre: 'dc1' }] }

function worldOf(change: Partial<LoopsWorld> = {}): LoopsWorld {
  return {
    ...{ sql: bench.sql, jobs: bench.jobs, clock: bench.clock, resources, topology },
    ...{ log: silentLog, metrics: createMetrics(), engine: createFakeEngine() },
    machine: bench.machine([]),
    reactor: { takeHeld: async () => 0 },
    every: { resumeMs: 1000, syncMs: 1000, reactMs: 1000, forgetMs: 1000 },
    retentionMs: 86_400_000,
    ...change,
  }
}

test('resources follow the engine: what is new appears, what is gone goes', async () => {
  const engine = createFakeEngine()
  await follow({ resources, topology, engine })
  expect(await follow({ resources, topology, engine })).toBe(0)
  expect((await resources.all(nodeKind)).map(({ name }) => name)).toEqual(['n1', 'n2', 'n3'])

  engine.disks.get('n1-sda')!.state = 'failed'
  engine.disks.get('n1-sda')!.reason = 'it does not answer'
  engine.pools.delete('gold')
  engine.disks.delete('n3-sda')
  engine.disks.delete('n3-sdb')
  await follow({ resources, topology, engine })
  const device = await resources.named(deviceKind, 'n1/sda')
  expect(device?.fields).toMatchObject({ state: 'failed', reason: 'it does not answer' })
  expect(await resources.all(poolKind)).toEqual([])
  expect((await resources.all(nodeKind)).map(({ name }) => name)).toEqual(['n1', 'n2'])
})

test('a new data disk in the place of one that is out is the same device', async () => {
  const engine = createFakeEngine()
  await follow({ resources, topology, engine })
  const before = await resources.named(deviceKind, 'n1/sdb')
  const old = engine.disks.get('n1-sdb')!
  engine.disks.set('n1-sdb-2', { ...old, id: 'n1-sdb-2' })
  old.state = 'out'
  await follow({ resources, topology, engine })
  const after = await resources.named(deviceKind, 'n1/sdb')
  expect(after).toMatchObject({ id: before?.id, fields: { dataDisk: 'n1-sdb-2', state: 'in' } })
})

const idle = workflow<object>('idle').step('do', { do: async () => ({}) })

test('a job whose wake-up was lost is woken by the loop until it has ended', async () => {
  const machine = bench.machine([idle])
  const { job } = await machine.order(orderOf('idle'), bench.sql)
  bench.wakeUps.length = 0
  const loop = resumeWorkflows(worldOf({ machine }))
  loop.start()
  await until(() => bench.wakeUps.length === 1)
  await until(async () => {
    await bench.clock.advance(1000)
    return bench.wakeUps.length >= 2
  })
  expect(new Set(bench.wakeUps.map(({ jobId }) => jobId)).size).toBe(bench.wakeUps.length)
  expect(bench.wakeUps.every(({ rowId }) => rowId === job.id)).toBe(true)
  await machine.run(job.id)
  await loop.close()
  const count = bench.wakeUps.length
  const after = resumeWorkflows(worldOf({ machine }))
  after.start()
  await after.close()
  expect(bench.wakeUps).toHaveLength(count)
})

test('finished jobs are forgotten past retention, open ones never', async () => {
  const machine = bench.machine([idle])
  const order = (subject: string) => machine.start({ ...orderOf('idle'), subject })
  const [done, open] = [await order('test/done'), await order('test/open')]
  await bench.finish(machine, done.job.id)
  const pass = async () => {
    const loop = forgetOldJobs(worldOf())
    loop.start()
    await loop.close()
  }
  await pass()
  expect(await bench.jobs.get(done.job.id)).toBeDefined()
  await bench.clock.advance(86_400_001)
  await pass()
  expect(await bench.jobs.get(done.job.id)).toBeUndefined()
  expect(await bench.jobs.steps(done.job.id)).toEqual([])
  expect(await bench.jobs.get(open.job.id)).toBeDefined()
})
